"""Base R's tests of samples: random ones against R live, and what is asked wrongly."""
from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import translations as r

UNHURRIED: dict[str, Any] = {
    "deadline": None, "derandomize": True, "suppress_health_check": [HealthCheck.function_scoped_fixture],
}
SIDES = st.sampled_from(["two.sided", "less", "greater"])
whole = st.lists(st.integers(-9, 9), min_size=4, max_size=25)
x, y = [1.1, 2.2, 3.4, 4.1, 5.5], [0.2, 2.1, 1.4, 0.9, 1.5]


def quietly(test: Callable[..., Any], *samples: Any, **asked: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return test(*samples, **asked)


def agree(live_r: Any, code: str, ours: Any, parts: str = "c(statistic, parameter, p.value, estimate)") -> None:
    theirs = live_r.numbers(f"suppressWarnings(with({code}, {parts}))")
    found = [ours.statistic, ours.parameter, [ours.p_value], ours.estimate]
    values = np.concatenate([np.asarray(one, float) for one in found if one is not None])
    np.testing.assert_allclose(values, theirs, rtol=1e-9, atol=1e-12, err_msg=code)


@settings(max_examples=40, **UNHURRIED)
@given(first=whole, second=whole, side=SIDES, exact=st.sampled_from([None, False]), steps=st.booleans())
def test_wilcoxon(live_r: Any, first: list[int], second: list[int], side: str, exact: bool | None, steps: bool) -> None:
    # Distinct where `steps` adds a part to each.
    shifted = [np.asarray(one) + np.arange(len(one)) * 0.013 * steps for one in (first, second)]
    shifted[1] = shifted[1] + 0.0071 * steps
    for name, one in zip("xy", shifted, strict=True):
        live_r.assign(name, one.tolist())
    said = "NULL" if exact is None else "FALSE"
    ours = quietly(r.wilcox_test, *shifted, alternative=side, exact=exact)
    agree(live_r, f"wilcox.test(x, y, alternative = '{side}', exact = {said})", ours, "c(statistic, p.value)")
    if any(first):
        ours = quietly(r.wilcox_test, shifted[0], alternative=side, exact=exact)
        agree(live_r, f"wilcox.test(x, alternative = '{side}', exact = {said})", ours, "c(statistic, p.value)")


@settings(max_examples=40, **UNHURRIED)
@given(pairs=st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=5, max_size=25), side=SIDES,
       method=st.sampled_from(["pearson", "kendall", "spearman"]), steps=st.booleans())
def test_correlation(live_r: Any, pairs: list[tuple[int, int]], side: str, method: str, steps: bool) -> None:
    first, second = np.array(pairs).T + np.outer([0.013, 0.0171], np.arange(len(pairs))) * steps
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return
    live_r.assign("x", first.tolist())
    live_r.assign("y", second.tolist())
    ours = quietly(r.cor_test, first, second, alternative=side, method=method)
    if method == "pearson" and abs(abs(ours.estimate.iloc[0]) - 1) < 1e-9:
        return  # t is the reciprocal of rounding
    agree(live_r, f"cor.test(x, y, alternative = '{side}', method = '{method}')", ours)


@settings(max_examples=30, **UNHURRIED)
@given(values=st.lists(st.integers(-30, 30), min_size=9, max_size=40), ties=st.booleans())
def test_groups_and_normality(live_r: Any, values: list[int], ties: bool) -> None:
    numbers = np.asarray(values) + np.arange(len(values)) * 0.0113 * (not ties)
    groups = [f"g{i % 3}" for i in range(len(values))]
    parts = [numbers[i::3] for i in range(3)]
    if np.ptp(numbers) == 0 or any(np.ptp(one) == 0 for one in parts):
        return
    live_r.assign("x", numbers.tolist())
    live_r.assign("g", groups)
    agree(live_r, "kruskal.test(x, g)", r.kruskal_test(numbers, groups), "c(statistic, parameter, p.value)")
    agree(live_r, "bartlett.test(x, g)", r.bartlett_test(numbers, groups), "c(statistic, parameter, p.value)")
    agree(live_r, "shapiro.test(x)", r.shapiro_test(numbers), "c(statistic, p.value)")
    theirs = live_r.numbers("c(pairwise.t.test(x, g, 'hommel')$p.value)")
    ours = r.pairwise_t_test(numbers, groups, "hommel").p_value.to_numpy().ravel(order="F")
    known = ~np.isnan(ours)
    np.testing.assert_allclose(ours[known], theirs[known], rtol=1e-9)


@pytest.mark.parametrize("m", [1, 4, 49])
def test_counts_of_ranks_are_a_distribution(m: int) -> None:
    """Without ties the rank sum's distribution is scipy's; with them its mean and variance are those of a drawn sum."""
    from scipy.stats import mannwhitneyu

    from translations.stats.rank_distributions import rank_sum

    first = np.arange(m) * 1.7
    second = np.arange(7) * 2.3 + 0.1
    expected = mannwhitneyu(first, second, method="exact").pvalue
    assert r.wilcox_test(first, second).p_value == pytest.approx(expected, rel=1e-12)
    scores = np.sort(np.concatenate([np.full(4, 2.5), np.arange(5.0, 5 + m + 3)]))
    null = rank_sum(scores, m)
    values = null.step * np.arange(len(null.p)) + m * (m + 1) / 2
    n = len(scores) - m
    assert null.p.sum() == pytest.approx(1.0, rel=1e-13)
    assert values @ null.p == pytest.approx(m * scores.mean(), rel=1e-12)
    assert (values - m * scores.mean()) ** 2 @ null.p == pytest.approx(m * n / (m + n) * scores.var(ddof=1), rel=1e-9)


def test_a_text_s_groups_and_what_is_missing() -> None:
    assert r.kruskal_test([1.0, 2.0, np.nan, 4.0], ["a", "b", "a", "b"]).parameter["df"] == 1
    gap = r.wilcox_test([*x, np.nan], [np.nan, *y])
    assert gap.p_value == r.wilcox_test(x, y).p_value
    assert r.cor_test([*x, np.nan], [*y, 1.0]).parameter["df"] == 3


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: r.p_adjust([0.1, 0.2], "tukey"), "'holm', 'hochberg'.*not 'tukey'"),
        (lambda: r.p_adjust([0.1, 0.2], n=1), "at least the number of p-values, 2"),
        (lambda: r.pairwise_t_test(x, list("aabb")), "same length, not 5 and 4"),
        (lambda: r.pairwise_t_test(x, list("aaaaa")), "same group"),
        (lambda: r.pairwise_t_test(x, list("aabbb"), paired=True, pool_sd=True), "paired"),
        (lambda: r.wilcox_test(x, alternative="more"), "'two.sided', 'less', 'greater', not 'more'"),
        (lambda: r.wilcox_test([np.nan]), "not enough .*x observations"),
        (lambda: r.wilcox_test(x, y[:3], paired=True), "5 and 3"),
        (lambda: r.wilcox_test("Reaction ~ Days", data=r.sleepstudy()), "factor Days .* 2 levels, not 10: 0, 1"),
        (lambda: r.wilcox_test("Reaction ~ Days"), "needs data"),
        (lambda: r.kruskal_test(x), "needs groups g"),
        (lambda: r.kruskal_test(["a", "b"], [1, 2]), "x must be numbers"),
        (lambda: r.cor_test(x, y, method="tau"), "'pearson', 'kendall', 'spearman'"),
        (lambda: r.cor_test(x, y[:2]), "same length"),
        (lambda: r.cor_test("Reaction ~ Days", data=r.sleepstudy()), "~ x . y"),
        (lambda: r.chisq_test([[1, -2], [3, 4]]), "nonnegative"),
        (lambda: r.chisq_test([5, 5], p=[0.2, 0.2]), "sum to 1, not 0.4"),
        (lambda: r.chisq_test(list("aaaa"), list("abab")), "at least 2 levels"),
        (lambda: r.var_test(x, [1.0]), "not enough y observations"),
        (lambda: r.var_test(x, y, ratio=0), "ratio must be a number above 0"),
        (lambda: r.bartlett_test(x, list("aaaab")), "at least 2 observations in each group"),
        (lambda: r.shapiro_test([1.0, 2.0]), "between 3 and 5000, not 2"),
        (lambda: r.shapiro_test([2.0] * 5), "identical"),
    ],
)
def test_errors(ask: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask()
