"""Pearson's test of counts: what is asked wrongly; its numbers are the case `stats/counts_tests`."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import translations as r


@pytest.mark.parametrize(("ask", "message"), [
    (lambda: r.chisq_test([[1, -2], [3, 4]]), "nonnegative"),
    (lambda: r.chisq_test([5, 5], p=[0.2, 0.2]), "sum to 1, not 0.4"),
    (lambda: r.chisq_test([[1, 2], [3, 4]], simulate_p_value=True, B=0), "B must be"),
    (lambda: r.chisq_test(list("aaaa"), list("abab")), "at least 2 levels"),
])
def test_errors(ask: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask()


def test_without_sums_nothing_is_simulated() -> None:
    with pytest.warns(UserWarning, match="zero marginals"):
        test = r.chisq_test([[3, 0, 5], [1, 0, 9]], simulate_p_value=True, seed=1)
    assert "simulated" not in test.method
