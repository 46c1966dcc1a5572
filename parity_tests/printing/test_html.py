"""What a notebook shows: tables with R's labels and numbers, no scripts, nothing unescaped."""
from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import rparity as r
from translations.printing import Vector, html, tables

MODEL = "Reaction ~ Days + (Days | Subject)"


class Cells(HTMLParser):
    """The text of every table cell, and the tags that stand open at the end."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("td", "th"):
            self.cells[-1] += data


@pytest.fixture(scope="module")
def model() -> r.lmer:
    return r.lmer(MODEL, r.sleepstudy())


@cache
def counts() -> r.glmer:
    return r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), "binomial")


def warp() -> pd.DataFrame:
    return r.load("warpbreaks")


def aov() -> r.aov:
    return r.aov("breaks ~ wool * tension", warp())


def dyes() -> pd.DataFrame:
    return r.Dyestuff().rename(columns={"Batch": "batch", "Yield": "yield"})


SHOWN: dict[str, tuple[Callable[..., object], list[str]]] = {
    "model": (lambda m: m, ["Fixed", "251.4", "10.47", "24.74", "5.922", "25.59"]),
    "summary": (lambda m: r.summary(m), ["Estimate", "Std. Error", "t value", "6.825", "36.84", "612.1", "0.07"]),
    "summary with p": (lambda m: r.summary(m, ddf="Satterthwaite"), ["Pr(>|t|)", "17", "3.26e-06", "< 2e-16"]),
    "VarCorr": (lambda m: r.VarCorr(m), ["Subject", "(Intercept)", "Residual", "654.9"]),
    "ranef": (lambda m: r.ranef(m), ["308", "2.259", "9.199"]),
    "coef": (lambda m: r.coef(m), ["308", "253.7", "19.67"]),
    "anova": (lambda m: r.anova(m), ["Days", "45.85"]),
    "anova of two": (lambda m: r.anova(r.update(m, ". ~ . - Days"), m),
                     ["Models:", "5", "1785.5", "1763.9", "-876", "23.54", "1.23e-06"]),
    "Anova": (lambda m: r.Anova(m), ["Analysis of Deviance Table (Type II Wald chisquare tests)", "1", "1.27e-11"]),
    "ranova": (lambda m: r.ranova(m), ["&lt;none&gt;", "Days in (Days | Subject)", "42.84", "2", "4.99e-10"]),
    "anova of lm": (lambda m: r.anova(aov()), ["tension", "2", "0.000693"]),
    "tidy": (lambda m: r.tidy(m), ["term", "sd__Days", "5.922"]),
    "confint": (lambda m: r.confint(m, method="Wald"), ["2.5 %", "238", "13.5"]),
    "lm": (lambda m: r.lm("Reaction ~ Days", r.sleepstudy()), ["251.4"]),
    "lm's summary": (lambda m: r.summary(r.lm("Reaction ~ Days", r.sleepstudy())), ["6.61", "38.03", "9.89e-15"]),
    "glm's summary": (lambda m: r.summary(r.glm("I(Reaction > 300) ~ Days", family="binomial", data=r.sleepstudy())),
                      ["z value", "Days"]),
    "t test": (lambda m: r.t_test([4.1, 5.3, 2.2, 6.0, 3.9], mu=3), ["1.994", "4", "0.117", "2.49 to 6.11", "4.3"]),
    "glmer": (lambda m: counts(), ["Family: binomial ( logit )", "0.4123", "-1.398", "period4"]),
    "glmer's summary": (lambda m: r.summary(counts()), ["Pr(>|z|)", "0.2312", "-6.048", "0.000182"]),
    "glmer's VarCorr": (lambda m: r.VarCorr(counts()), ["herd", "0.6421"]),
    "glmer's ranef": (lambda m: r.ranef(counts()), ["(Intercept)", "15"]),
    "emmeans": (lambda m: r.emmeans(aov(), "wool", by="tension"), ["tension = L", "emmean", "44.6", "37.2", "51.9"]),
    "pairs": (lambda m: r.pairs(r.emmeans(aov(), "tension")), ["t.ratio", "L - M", "P value adjustment: tukey"]),
    "means and contrasts": (lambda m: r.emmeans(aov(), "pairwise ~ tension"), ["emmeans", "contrasts", "L - H"]),
    "summary of emmeans": (lambda m: r.summary(r.emmeans(aov(), "wool"), infer=True), ["p.value", "<.0001"]),
    "KRmodcomp": (lambda m: r.KRmodcomp(m, r.update(m, ". ~ . - Days")), ["45.85", "17", "3.26e-06", "large:"]),
    "SATmodcomp": (lambda m: r.SATmodcomp(m, r.update(m, ". ~ . - Days")), ["45.85", "3.26e-06"]),
    "PBmodcomp": (lambda m: r.PBmodcomp(m, r.update(m, ". ~ . - Days"), 5, seed=1), ["LRT", "PBtest", "23.54"]),
    "bootMer": (lambda m: r.bootMer(m, "fixef", 5, seed=1), ["original", "bias", "std. error", "251.4"]),
    "profile": (lambda m: r.profile(m, "beta_"), ["2.5 %", "237.7", "265.1"]),
    "allFit": (lambda m: r.allFit(m, ["bobyqa", "newton"]), ["bobyqa", "newton", "logLik", "-871.8"]),
    "step": (lambda m: r.step(m), ["Eliminated", "3.26e-06", "Model found: Reaction ~ Days + (Days | Subject)"]),
    "influence": (lambda m: r.influence(r.lmer("yield ~ 1 + (1 | batch)", dyes()), "batch"), ["A", "F"]),
    "TukeyHSD": (lambda m: r.TukeyHSD(aov(), "tension"), ["M-L", "p adj", "0.0229", "0.00056"]),
    "aov's summary": (lambda m: r.summary(aov()), ["Sum Sq", "tension", "0.000693"]),
    "pairwise": (lambda m: r.pairwise_t_test(warp().breaks, warp().tension), ["0.0294", "0.239", "holm"]),
    "R2": (lambda m: r.r2(m), ["R2_conditional", "0.7992"]),
    "simulated": (lambda m: r.recovery_study(5, seed=1), ["gamma0", "coverage"]),
    "test": (lambda m: r.cor_test([1, 2, 3, 4.5], [2, 1, 4, 5]), ["t", "df", "p value", "cor"]),
}


@pytest.mark.parametrize("what", SHOWN)
def test_a_result_is_a_table(what: str, model: object) -> None:
    make, wanted = SHOWN[what]
    shown = make(model)._repr_html_()  # type: ignore[attr-defined]
    found = Cells(shown)
    assert not found.open and "<table" in shown and "<script" not in shown and "NaN" not in shown
    text = " ".join(re.sub("<[^>]*>", " ", shown).split())
    assert not [one for one in wanted if one not in found.cells and one not in text], text


def test_what_is_written_in_a_cell() -> None:
    frame = pd.DataFrame({"a<b": [1.0, 0.00012345, np.nan], "Pr(>F)": [0.5, 1e-17, 0.04999], "c": ["<x>", None, pd.NA]})
    assert Cells(html.table(frame)).cells == ["", "a<b", "Pr(>F)", "c", "0", "1", "0.5", "<x>", "1", "0.0001234",
                                              "< 2e-16", "", "2", "", "0.05", ""]
    long = html.table(pd.DataFrame({"a": range(100)}), rows=False)
    assert len(Cells(long).cells) == html.MOST_ROWS + 2 and "and 40 rows more" in long


def test_no_random_effects_in_a_prediction_by_each_of_r_s_words(model: object) -> None:
    """R: predict(m, d, re.form = NA) and re.form = ~0 are the same; NULL is all of them."""
    new = pd.DataFrame({"Days": [0.0, 9.0], "Subject": ["308", "309"]})
    none = [r.predict(model, new, re_form=one).tolist() for one in ("~0", "NA", np.nan, pd.NA, float("nan"))]
    fixed = r.fixef(model)
    assert none == [none[0]] * 5 and none[0] == pytest.approx([fixed.iloc[0], fixed.iloc[0] + 9 * fixed.iloc[1]])
    assert r.predict(model, new, re_form=None).tolist() == r.predict(model, new).tolist() != none[0]
    assert r.simulate(model, 1, seed=1, re_form=np.nan).equals(r.simulate(model, 1, seed=1))
    counted = [r.predict(counts(), re_form=one).tolist() for one in ("~0", "NA", np.nan, pd.NA)]
    assert counted == [counted[0]] * 4 and counted[0][:2] == pytest.approx(r.fixef(counts()).cumsum()[:1].tolist() + [
        r.fixef(counts()).iloc[:2].sum()])
    assert counted[0] != r.predict(counts(), re_form=None).tolist()
    with pytest.raises(ValueError, match="re_form must be None"):
        r.predict(model, new, re_form=3.0)


def test_html_of_a_printed_result_escapes_its_text():
    test = tables.HTest("t", "x < y", ("t", 1.0), ("df", 2.0), 0.5, None, None, None, 0.95, None)
    assert test._repr_html_() == f"<pre>{str(test).replace('<', '&lt;')}</pre>"


def test_a_named_vector_is_a_table_and_one_without_names_its_text() -> None:
    model = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    shown = r.fixef(model)._repr_html_()
    assert '>(Intercept)</th><td style="text-align:right;padding:.15em .7em;white-space:nowrap">251.4</td>' in shown
    assert Vector([1.0, 2.0])._repr_html_().endswith(">[1] 1 2</pre>")


def test_what_is_wider_than_a_cell_scrolls_by_itself() -> None:
    wide = pd.DataFrame({f"column {i}": [1.0] for i in range(60)})
    assert html.table(wide).startswith('<div style="overflow-x:auto"><table>')
    assert html.plain("x" * 500).startswith('<pre style="overflow-x:auto">')
