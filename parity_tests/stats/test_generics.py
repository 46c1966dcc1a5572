"""Generic functions: what no method answers, and what each says of itself."""
from __future__ import annotations

import inspect
import re
from collections.abc import Callable

import pandas as pd
import pytest

import translations as r
from translations.stats import generics

from .designs import mixture

NAMES = generics.__all__
OF_R = {"df_residual": "df.residual", "cooks_distance": "cooks.distance", "model_matrix": "model.matrix"}


@pytest.mark.parametrize("name", NAMES)
def test_an_object_without_a_method_is_refused_by_both_names(name: str) -> None:
    with pytest.raises(ValueError, match=f"'{name}' applied to an object of class 'object'"):
        getattr(r, name)(object())


@pytest.mark.parametrize("name", NAMES)
def test_documented_with_r_s_name(name: str) -> None:
    function = getattr(generics, name)
    said = " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())
    assert function.__name__ == name and inspect.isfunction(function)
    assert re.match(r"(-2|[A-Z])[a-z' -]", said)
    assert re.search(rf"R: (base|stats)::{re.escape(OF_R.get(name, name))}\.( Source: .*)?$", said)


def test_text_is_what_the_console_prints() -> None:
    data = mixture()
    m = r.lm("y ~ x", data)
    for shown in (m, r.summary(m), r.anova(m), r.drop1(m), r.logLik(m), r.t_test(data["x"]), r.anova(m, m),
                  r.predict(m, data[:3], se_fit=True), r.predict(m, data[:3], se_fit=True, interval="confidence")):
        assert str(shown).rstrip("\n") == r.console(shown).rstrip("\n")
    assert "n=24" in repr(m) and repr(m) in repr(r.summary(m)) and "df = 23" in repr(r.t_test(data["x"]))


def test_a_model_without_columns_has_no_parts() -> None:
    m = r.lm("y ~ 0", mixture())
    assert (m.R.shape, m.effects.shape, m.kept.shape, m.statsmodels) == ((0, 0), (0,), (0,), None)
    assert m.leverages.tolist() == [0.0] * 24


def test_a_summary_s_numbers_are_its_model_s() -> None:
    m = r.lm("y ~ x", mixture())
    s = r.summary(m)
    assert r.sigma(s) == s.sigma == r.sigma(m) and r.coef(s) is s.coefficients
    part = r.anova(m)[["Df", "F value"]]
    assert type(part) is pd.DataFrame and r.anova(m).heading[0] == "Analysis of Variance Table\n"


@pytest.mark.parametrize("call", [
    lambda: r.predict(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy()), interval="confidence"),
    lambda: r.ranef(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy()), level=1),
    lambda: r.anova(r.lm("Reaction ~ Days", r.sleepstudy()), ddf="lme4"),
])
def test_an_argument_that_a_method_does_not_take_is_refused_in_the_public_name(call: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match=r"^[a-z]+\(\) got an unexpected keyword argument"):
        call()
