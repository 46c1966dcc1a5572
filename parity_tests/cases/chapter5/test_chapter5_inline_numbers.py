"""Numbers that the chapter gives in running text, where no transcript holds them."""
from __future__ import annotations

import pytest

from translations.cases.chapter5 import asked_lines, complete_pooling_coef, t_test_slopes


def said(value: float, decimals: int) -> float:
    return round(float(value), decimals)


def test_complete_pooling_in_words():
    coef = complete_pooling_coef.complete_pooling_coef()["coef"]
    assert (said(coef["(Intercept)"], 0), said(coef["days_deprived"], 0)) == (268, 11)


def test_asked_intercepts_and_slopes():
    asked = asked_lines.asked_lines()["asked"]
    assert [said(asked[name], 3) for name in ("intercept_308", "slope_335")] == [288.217, -4.209]
    assert said(asked["slope_308"], 2) == 21.69


def test_the_one_number_that_the_chapter_rounds_twice():
    """262.874 is 288.217 - 25.343; rounded once it is 262.875."""
    asked = asked_lines.asked_lines()["asked"]
    offset = asked["intercept_335"] - asked["intercept_308"]
    assert said(asked["intercept_308"], 3) + said(offset, 3) == pytest.approx(262.874, abs=1e-9)
    assert said(asked["intercept_335"], 3) == 262.875


def test_t_test_in_words():
    test = t_test_slopes.t_test_slopes()
    assert (said(test["estimate"], 3), said(test["statistic"], 3), test["parameter"]) == (11.435, 6.197, 17)
    assert test["p.value"] < 0.001
