"""What cannot be answered: the error names it, and says what there is."""
from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

import translations as r


@cache
def model() -> Any:
    return r.lm("angle ~ recipe + temp", r.cake())


@cache
def means() -> Any:
    return r.emmeans(model(), "recipe")


@pytest.mark.parametrize(("call", "error", "said"), [
    (lambda: r.emmeans(model(), "oven"), KeyError, "'oven'.*recipe, temp"),
    (lambda: r.emmeans(model(), "recipe", by="oven"), KeyError, "'oven'.*recipe, temp"),
    (lambda: r.emmeans(model(), "~ recipe | oven"), KeyError, "'oven'.*recipe, temp"),
    (lambda: r.emmeans(model(), "recipe", at={"oven": [1]}), KeyError, "'oven'.*recipe, temp"),
    (lambda: r.emmeans(model(), "recipe", at={"recipe": ["A", "Z"]}), ValueError, "'Z'; it has A, B, C"),
    (lambda: r.emmeans(model(), "recipe", at={"temp": ["hot"]}), ValueError, "numbers for temp"),
    (lambda: r.emmeans(model(), "recipe", weights="even"), ValueError, "'equal', 'proportional'"),
    (lambda: r.emmeans(model(), "recipe", adjust="best"), ValueError, "'sidak', 'tukey'"),
    (lambda: r.emmeans(model(), "recipe", type="log"), ValueError, "'link'"),
    (lambda: r.emmeans(model(), "recipe", lmer_df="exact", ref=1), ValueError, "ref"),
    (lambda: r.emmeans(model(), "pairwise(2) ~ recipe"), ValueError, "name of a method"),
    (lambda: r.emmeans(3, "recipe"), ValueError, "int"),
    (lambda: r.emmeans(r.t_test([1.0, 2.0, 4.0]), "recipe"), ValueError, "by lm, aov, lmer.*lme, not of TTest"),
    (lambda: r.emmeans(model(), "recipe", mode="containment"), ValueError, "gls and lme.*lmer_df"),
    (lambda: r.emtrends(r.gls("angle ~ temp", r.cake()), "~ 1", "temp", mode="exact"), ValueError,
     "'auto', 'df.error', 'satterthwaite'"),
    (lambda: r.emmeans(r.lme("angle ~ recipe", r.cake(), "~ 1 | replicate"), "recipe", mode="df.error"), ValueError,
     "'containment'"),
    (lambda: r.emmeans(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy()), "Days", lmer_df="exact"), ValueError,
     "'kenward-roger', 'satterthwaite', 'asymptotic'"),
    (lambda: r.contrast(means(), "everything"), ValueError, "'pairwise', 'revpairwise'"),
    (lambda: r.contrast(means(), {"a": [1, -1]}), ValueError, "'a' has 2.*A, B, C"),
    (lambda: r.contrast(means(), "trt.vs.ctrl", ref="Z"), ValueError, "'Z'.*A, B, C"),
    (lambda: r.contrast(means(), "trt.vs.ctrl", ref=4), ValueError, "4 is out of range"),
    (lambda: r.contrast(means(), "trt.vs.ctrl", control="A"), ValueError, "'control'; methods take exclude"),
    (lambda: r.contrast(means(), by="oven"), KeyError, "by-variable 'oven'.*recipe"),
    (lambda: r.contrast(means(), simple="oven"), KeyError, "'oven'.*recipe"),
    (lambda: r.pairs(model()), ValueError, r"emmeans\(\) returns"),
    (lambda: r.summary(means(), adjust="best"), ValueError, "'sidak', 'tukey'"),
    (lambda: r.summary(means(), by="oven"), KeyError, "'oven'.*recipe"),
    (lambda: r.summary(means(), side="up"), ValueError, "'two-sided'"),
    (lambda: r.summary(means(), infer=(1, 2)), ValueError, "True, False"),
    (lambda: r.emtrends(model(), "recipe", "oven"), KeyError, "'oven'.*recipe, temp"),
    (lambda: r.emtrends(model(), "recipe", "recipe"), ValueError, "recipe is a factor"),
    (lambda: r.emtrends(model(), "recipe", "temp", delta_var=0), ValueError, "must not be zero"),
    (lambda: r.joint_tests(model(), by="oven"), KeyError, "'oven'.*recipe, temp"),
    (lambda: r.joint_tests(r.lm("angle ~ 1", r.cake())), ValueError, "no factors to test"),
    (lambda: r.ref_grid(model(), nesting="recipe in temp"), ValueError, "%in%"),
    (lambda: r.ref_grid(model(), nesting="recipe %in% oven"), KeyError, "'oven'"),
    (lambda: r.ref_grid(model(), rg_limit=2), ValueError, "would be 3, which exceeds the limit of 2"),
    (lambda: r.ref_grid(model(), cov_reduce=3), ValueError, "cov_reduce must be a function"),
])
def test_the_error_says_what_there_is(call: Callable[[], Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        call()


def test_beyond_the_limit_there_are_no_degrees_of_freedom() -> None:
    m = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    with pytest.warns(r.EmmeansNote, match="number of observations exceeds 100"):
        satterthwaite = r.emmeans(m, "Days", pbkrtest_limit=100)
    assert "Degrees-of-freedom method: satterthwaite" in str(satterthwaite)
    with pytest.warns(r.EmmeansNote, match="lmerTest.limit = 180"):
        neither = r.emmeans(m, "Days", pbkrtest_limit=100, lmerTest_limit=100)
    assert neither.as_data_frame().df.tolist() == [float("inf")]
    assert "asymp.LCL" in str(neither)
