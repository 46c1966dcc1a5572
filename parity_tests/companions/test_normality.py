"""Anderson and Darling's test: its integral by hand, and what is asked wrongly."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

import translations as r

X = np.array([3.1, 2.2, 5.9, 4.4, 4.8, 1.2, 9.0, 3.3, 4.1])


def test_the_statistic_is_its_integral() -> None:
    z = np.sort((X - X.mean()) / X.std(ddof=1))

    def gap(t: float) -> float:
        F = stats.norm.cdf(t)
        return float((np.mean(z <= t) - F) ** 2 / (F * (1 - F)) * stats.norm.pdf(t))

    ends = [-7.0, *z, 7.0]
    whole = sum(integrate.quad(gap, a, b)[0] for a, b in zip(ends[:-1], ends[1:], strict=True))
    assert r.ad_test(X).statistic["A"] == pytest.approx(len(X) * whole, rel=1e-7)


def test_units_and_missing_values_do_not_matter() -> None:
    first, other = r.ad_test(X), r.ad_test(np.append(X * 1000 - 17, np.nan))
    assert other.statistic["A"] == pytest.approx(first.statistic["A"], rel=1e-11)


@pytest.mark.parametrize(("x", "said"), [(X[:7], "greater than 7, not 7"), (np.ones(9), "identical"), ("abc", "x")])
def test_bad_input_is_named(x: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        r.ad_test(x)
