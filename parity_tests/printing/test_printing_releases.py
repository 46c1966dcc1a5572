"""What each release of R prints where they differ (fixtures/console/releases.R): so does this under its option."""
from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.results.varcorr import varcorr_table
from translations.printing import console, summary_frame, summary_vector, tables
from translations.releases import releases

STORED = {one.option: json.loads((Path(__file__).parents[2] / "fixtures" / "console" / f"releases-{one.name}.json")
                                 .read_text(encoding="utf-8")) for one in releases()}
NUMBERS = [1.2, 3.4, 2.2, 5.1, 2.9]
FRAME = pd.DataFrame({
    "x": [1.5, None, 3e-8], "s": ["a", " ", "bcd"], "b": pd.array([True, None, False], "boolean"),
    "f": pd.Categorical(["u", "v", None]), "n": ["ab", None, "ab"]})


def said(call: Callable[[], Any]) -> list[str]:
    """The first warning of a call, or "nothing", as an R vector of text."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        call()
    return [str(one.message) for one in found if one.category is not DeprecationWarning][:1] or ["nothing"]


def quiet(call: Callable[[], Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return call()


def varcorr(m: Any, *components: str) -> tables.VarCorrTable:
    v = r.VarCorr(m)
    return tables.VarCorrTable(varcorr_table(v).groups, v.sc, components)


def many() -> tables.VarCorrTable:
    """Two terms, of twelve effects and of one, at R's theta and sigma."""
    sigma, *theta = next(iter(STORED.values()))["many"]
    T = np.zeros((12, 12))
    T.T[np.triu_indices(12)] = theta[:78]
    S = sigma**2 * T @ T.T
    groups = []
    for name, names, V in (("g", [f"f{i}" for i in range(1, 13)], S),
                           ("f", ["(Intercept)"], np.array([[(sigma * theta[78]) ** 2]]))):
        sd = np.sqrt(np.diag(V))
        groups.append((name, tables.VarCorrMatrix(*(pd.DataFrame(x, names, names) if x.ndim > 1 else pd.Series(x, names)
                                                    for x in (V, sd, V / np.outer(sd, sd))))))
    return tables.VarCorrTable(groups, sigma, ("Std.Dev.",))


def shown() -> dict[str, Any]:
    """What the R script shows, by the same names, made under the option in force."""
    sleepstudy = r.sleepstudy()
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy)
    intercepts = r.lmer("Reaction ~ Days + (1 | Subject)", sleepstudy)
    by_ml = r.lmer("Reaction ~ Days + (1 | Subject)", sleepstudy, REML=False)
    scaled = sleepstudy.assign(far=1e6 * sleepstudy["Days"] + np.sin(np.arange(1, 181)))
    warpbreaks = pd.DataFrame({"breaks": WARPBREAKS, "wool": np.repeat(["A", "B"], 27),
                               "tension": np.tile(np.repeat(["L", "M", "H"], 9), 2)})
    warpbreaks["tension"] = pd.Categorical(warpbreaks["tension"], ["L", "M", "H"])
    warpbreaks["wool"] = pd.Categorical(warpbreaks["wool"])
    aliased = r.lm("y ~ a + b", pd.DataFrame({"y": [1.0, 3, 2, 5, 4], "a": range(1, 6), "b": range(2, 12, 2)}))
    frame = pd.DataFrame({"a": np.arange(1, 31)})

    def fit_far() -> Any:
        return r.lmer("Reaction ~ Days + far + (1 | Subject)", scaled)

    return {
        "varcorr": r.VarCorr(slopes), "varcorr_variance": varcorr(slopes, "Variance"),
        "varcorr_both": varcorr(slopes, "Variance", "Std.Dev."),
        "varcorr_uncorrelated": r.VarCorr(r.lmer("Reaction ~ Days + (Days || Subject)", sleepstudy)),
        "varcorr_many": many(), "varcorr_matrix": r.VarCorr(slopes)["Subject"], "model": slopes, "model_ml": by_ml,
        "summary_ml": r.summary(by_ml), "anova": r.anova(slopes, intercepts, refit=False), "far": quiet(fit_far),
        "scale_warning": said(fit_far),
        "wald_warning": said(lambda: r.confint(slopes, method="Wald", oldNames=False)),
        "tibble": r.tibble(frame.assign(b=frame["a"] / 7)),
        "nines": r.tibble(pd.DataFrame({"a": [0.99999, 12.34], "b": [0.99999992, 1e-320]})),
        "no_levels": pd.Categorical([]),
        "no_ordered": pd.Categorical([], ordered=True), "summary_vector": summary_vector([1e-9, 2, None, 1000]),
        "summary_small": summary_vector([1.5, None, 3e-8]), "summary_frame": summary_frame(FRAME),
        "summary_words": summary_frame(pd.DataFrame({"word": ["abc"] * 12})),
        "level": r.t_test(NUMBERS, conf_level=0.9995, data_name="numbers"),
        "third": r.t_test(NUMBERS, conf_level=1 / 3, data_name="numbers"),
        "offset": r.summary(r.lm("breaks ~ tension + offset(20 + as.numeric(wool) * 5)", warpbreaks)),
        "within": said(lambda: r.predict(aliased, pd.DataFrame({"a": [6], "b": [12]}))),
        "outside": said(lambda: r.predict(aliased, pd.DataFrame({"a": [6], "b": [13]}))),
        "doubtful": quiet(lambda: r.predict(aliased, pd.DataFrame({"a": [6, 7, 8], "b": [12, 13, 14]}), se_fit=True)),
    }


WARPBREAKS = [26, 30, 54, 25, 70, 52, 51, 26, 67, 18, 21, 29, 17, 12, 18, 35, 30, 36, 36, 21, 24, 18, 10, 43, 28, 15,
              26, 27, 14, 29, 19, 29, 31, 41, 20, 44, 42, 26, 19, 16, 39, 28, 21, 39, 29, 20, 21, 24, 17, 13, 15, 15,
              16, 28]


@pytest.mark.parametrize("release", STORED)
def test_every_text_is_that_release_s(release: str) -> None:
    texts = dict(STORED[release]["texts"])
    with r.options(lme4=release):
        ours = shown()
        printed = {name: console(x).split("\n") for name, x in ours.items()}
        omitted = "\n".join(console(x, max_print=10) for x in (np.arange(1, 31), np.arange(1, 41).reshape(4, 10).T))
    assert omitted.split("\n") == texts.pop("omitted")
    assert {*printed} == {*texts}
    for name, text in texts.items():
        assert printed[name] == text, name


def test_the_words_of_another_release_can_be_had_without_the_option() -> None:
    frame = r.tibble(pd.DataFrame({"a": range(30)}))
    assert console(frame, release="2.1").splitlines()[-1] == "# ℹ 20 more rows"
    assert str(frame).splitlines()[-1] == "# … with 20 more rows"


def test_a_paired_formula_is_refused_as_since_r_4_4() -> None:
    data = pd.DataFrame({"y": [1.0, 2, 3, 2, 4, 3], "g": pd.Categorical(["a"] * 3 + ["b"] * 3)})
    assert r.t_test("y ~ g", data=data, paired=True).parameter["df"] == 2
    for release in ("1.1-37", "2.1"):
        with r.options(lme4=release), pytest.raises(ValueError, match="paired"):
            r.t_test("y ~ g", data=data, paired=True)
