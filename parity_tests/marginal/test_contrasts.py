"""Contrasts of each factor within the others: R's list of them, and all as one family."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r

COMBINED = """\
 temp recipe contrast          estimate    SE  df t.ratio p.value
 180  .      B - A              -1.6949 1.789 264  -0.947  1.0000
 180  .      C - B               0.1308 1.789 264   0.073  1.0000
 200  .      B - A              -1.4778 1.162 264  -1.272  1.0000
 200  .      C - B              -0.0444 1.162 264  -0.038  1.0000
 .    A      temp200 - temp180   3.0743 0.962 264   3.195  0.0110
 .    B      temp200 - temp180   3.2914 0.962 264   3.421  0.0051
 .    C      temp200 - temp180   3.1162 0.962 264   3.239  0.0095

P value adjustment: bonferroni method for 7 tests
"""
EACH = """\
$`simple contrasts for recipe`
temp = 180:
 contrast estimate   SE  df t.ratio p.value
 B - A     -1.6949 1.79 264  -0.947  0.3444
 C - B      0.1308 1.79 264   0.073  0.9418

temp = 200:
 contrast estimate   SE  df t.ratio p.value
 B - A     -1.4778 1.16 264  -1.272  0.2046
 C - B     -0.0444 1.16 264  -0.038  0.9695


$`simple contrasts for temp`
recipe = A:
 contrast          estimate    SE  df t.ratio p.value
 temp200 - temp180     3.07 0.962 264   3.195  0.0016

recipe = B:
 contrast          estimate    SE  df t.ratio p.value
 temp200 - temp180     3.29 0.962 264   3.421  0.0007

recipe = C:
 contrast          estimate    SE  df t.ratio p.value
 temp200 - temp180     3.12 0.962 264   3.239  0.0014
"""  # R 4.2, emmeans 1.8.4


@pytest.fixture(scope="module")
def means() -> Any:
    return r.emmeans(r.lm("angle ~ recipe * temp", r.cake()), "~ recipe * temp", at={"temp": [180, 200]})


def lines(x: Any) -> list[str]:
    return [line.rstrip() for line in str(x).rstrip().splitlines()]


def test_contrasts_of_each_factor_print_as_r_s_list(means: Any) -> None:
    assert lines(r.contrast(means, "consec", simple="each", adjust="none")) == EACH.rstrip().splitlines()


def test_combined_they_are_one_family(means: Any) -> None:
    assert lines(r.contrast(means, "consec", simple="each", combine=True)) == COMBINED.rstrip().splitlines()
    holm = r.contrast(means, "consec", simple="each", combine=True, adjust="holm").as_data_frame()
    plain = r.contrast(means, "consec", simple="each", combine=True, adjust="none").as_data_frame()
    assert list(holm["p.value"]) == pytest.approx(list(r.p_adjust(plain["p.value"], "holm")), rel=1e-12)


@pytest.mark.parametrize("adjust, intervals, tests", [  # emmeans 1.8.4 of a nested factor, three pairs and six
    ("tukey", "tukey method for comparing a family of (varies) estimates",
     "tukey method for comparing a family of 4 estimates"),
    ("holm", "bonferroni method for (varies) estimates", "holm method for 6 tests"),
    ("sidak", "sidak method for (varies) estimates", "sidak method for 6 tests"),
    ("scheffe", "scheffe method with rank (varies)", "scheffe method with rank (varies)"),
])
def test_families_of_several_sizes(adjust: str, intervals: str, tests: str) -> None:
    data = pd.DataFrame({"a": list("000111222333") * 2, "b": ["b0"] * 12 + ["b1"] * 12, "y": np.arange(24) % 7.0})
    data = data[(data["a"] != "0") | (data["b"] != "b0")]
    with pytest.warns(UserWarning, match="nesting structure"):
        means = r.emmeans(r.lm("y ~ b + a:b", data), "~ a | b")
    said = str(r.summary(r.pairs(means), adjust=adjust, infer=(True, True)))
    assert f"Conf-level adjustment: {intervals}" in said and f"P value adjustment: {tests}" in said


def test_a_list_of_means_and_contrasts_is_summed_up_part_by_part_and_compared_by_its_means() -> None:
    means = r.emmeans(r.lm("breaks ~ tension", r.load("warpbreaks")), "tension")
    both = r.emmeans(r.lm("breaks ~ tension", r.load("warpbreaks")), "pairwise ~ tension")
    assert str(r.summary(both)) == str(both)
    assert str(r.confint(both)["contrasts"]) == str(r.confint(r.pairs(means)))
    assert str(r.test(both)["contrasts"]) == str(r.test(r.pairs(means)))
    for function in (r.pairs, r.contrast, r.cld):
        assert str(function(both)) == str(function(means))
    with pytest.raises(ValueError, match="infer"):
        r.summary(both, infer="some")


def test_mvt_adjusts_within_each_level_of_the_by_variable() -> None:
    m = r.lm("breaks ~ wool * tension", r.load("warpbreaks"))
    both = pairwise(r.emmeans(m, "tension", by="wool"))
    for at, wool in enumerate("AB"):
        alone = pairwise(r.emmeans(m, "tension", by="wool", at={"wool": [wool]}))
        assert both[3 * at : 3 * at + 3] == pytest.approx(alone, rel=1e-12)


def pairwise(means: Any) -> np.ndarray:
    """P-values of all pairs, adjusted by their joint distribution."""
    return np.asarray(r.summary(r.contrast(means, "pairwise", adjust="mvt"))["p.value"], dtype=float)
