"""p-values of several tests at once, and tests of all pairs of groups."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.printing import Matrix, Vector, html
from translations.printing.coefmat import format_pval
from translations.printing.dispatch import render
from translations.printing.objects import Textual
from translations.printing.style import Style
from translations.settings import since

from ..arguments import as_count, as_numbers, require_choice
from ..calls import called
from ..distributions import pt
from .htest import TAILS, as_factor, sample

METHODS = ("holm", "hochberg", "hommel", "bonferroni", "BH", "BY", "fdr", "none")


@overload
def p_adjust(p: pd.Series, method: str = ..., n: int | None = ...) -> Vector: ...
@overload
def p_adjust(p: Iterable[float] | float, method: str = ..., n: int | None = ...) -> Floats: ...
def p_adjust(p: Any, method: str = "holm", n: int | None = None) -> Vector | Floats:
    """p-values adjusted for how many there are. R: stats::p.adjust.

    p: p-values (k,), those missing as NaN. method: "holm", "hochberg", "hommel", "bonferroni", "BH" or "fdr", "BY", or
    "none". n: how many tests there were, by default those that are not missing.

    Returns the adjusted p-values in p's order; of a Series a Vector with its labels.

    Raises ValueError for an unknown method, or an n below the number of p-values. Source: Holm (1979), Hochberg (1988),
    Hommel (1988), Benjamini & Hochberg (1995), Benjamini & Yekutieli (2001).

    >>> print(r.console(r.p_adjust([0.01, 0.02, 0.03, 0.04])))
    [1] 0.04 0.06 0.06 0.06
    """
    require_choice(method, METHODS, "method")
    given = np.atleast_1d(as_numbers(p, "p"))
    known = ~np.isnan(given)
    count = int(known.sum())
    n = count if n is None else as_count(n, "n", 0)
    if n < count:
        raise ValueError(f"n must be at least the number of p-values, {count}, not {n}")
    adjusted = given.copy()
    if n > 1:
        adjusted[known] = _ADJUST[method](given[known], n)
    return Vector(adjusted, index=p.index) if isinstance(p, pd.Series) else adjusted


def _stepwise(p: np.ndarray, factors: np.ndarray, up: bool) -> np.ndarray:
    """p times its step's factor, made monotone: going up from the smallest p, or down from the largest."""
    order = np.argsort(p, kind="stable") if up else np.argsort(-p, kind="stable")
    running = np.maximum.accumulate if up else np.minimum.accumulate
    result = np.empty(len(p))
    result[order] = np.minimum(1.0, running(factors * p[order]))
    return result


def _falling(p: np.ndarray) -> np.ndarray:
    """Ranks of the p-values taken from the largest to the smallest: k, ..., 1."""
    return np.arange(len(p), 0, -1)


def _holm(p: np.ndarray, n: int) -> np.ndarray:
    return _stepwise(p, n + 1.0 - np.arange(1, len(p) + 1), up=True)


def _hochberg(p: np.ndarray, n: int) -> np.ndarray:
    return _stepwise(p, n + 1.0 - _falling(p), up=False)


def _bh(p: np.ndarray, n: int) -> np.ndarray:
    return _stepwise(p, n / _falling(p), up=False)


def _by(p: np.ndarray, n: int) -> np.ndarray:
    return _stepwise(p, (1.0 / np.arange(1, n + 1)).sum() * n / _falling(p), up=False)


def _hommel(p: np.ndarray, n: int) -> np.ndarray:
    """Hommel's closed procedure: for each size j of an intersection, what Simes' test of it gives every p-value."""
    if n == 2:
        return _hochberg(p, n)
    order = np.argsort(np.append(p, np.ones(n - len(p))), kind="stable")
    ranked = np.append(p, np.ones(n - len(p)))[order]
    best = np.full(n, (n * ranked / np.arange(1, n + 1)).min())
    for j in range(n - 1, 1, -1):
        small, large = ranked[:n - j + 1], ranked[n - j + 1:]
        bound = (j * large / np.arange(2, j + 1)).min()
        simes = np.append(np.minimum(j * small, bound), np.zeros(j - 1))
        simes[n - j + 1:] = simes[n - j]
        best = np.maximum(best, simes)
    result = np.empty(n)
    result[order] = np.maximum(best, ranked)
    return result[:len(p)]


_ADJUST: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "holm": _holm, "hochberg": _hochberg, "hommel": _hommel, "BH": _bh, "fdr": _bh, "BY": _by,
    "bonferroni": lambda p, n: np.minimum(1.0, n * p), "none": lambda p, n: p,
}


@dataclass(frozen=True, eq=False, repr=False)
class PairwiseTests(Textual):
    """Tests of all pairs of groups (R: class pairwise.htest). `str()` is R's printed text.

    p_value: a Matrix (k - 1, k - 1), rows the second to the last level, columns the first to the last but one, NaN
             above its diagonal;  p_adjust_method, method, data_name: text
    """

    p_value: Matrix
    p_adjust_method: str
    method: str
    data_name: str

    def _repr_html_(self) -> str:
        p = pd.DataFrame(self.p_value).map(lambda one: html.cell(one, "p value"))
        return html.page(f"Pairwise comparisons using {self.method}", [html.table(p, f"data: {self.data_name}")],
                         [f"P value adjustment method: {self.p_adjust_method}"])

    def __repr__(self) -> str:
        return f"<pairwise {self.method}, {len(self.p_value)} x {len(self.p_value)}>"


@render.register(PairwiseTests)
def _lines(x: PairwiseTests, style: Style) -> list[str]:
    from translations.printing import layout

    p = x.p_value.to_numpy()
    texts = np.array(format_pval(p.ravel(order="F"), max(1, style.digits - 5)), object)
    cells = np.where(np.isnan(p), "-", texts.reshape(p.shape, order="F"))
    table = layout.text_matrix(cells, style, list(x.p_value.index), list(x.p_value.columns))
    return ["", f"\tPairwise comparisons using {x.method} ", "", f"data:  {x.data_name} ", "", *table, "",
            f"P value adjustment method: {x.p_adjust_method} "]


def pairwise(levels: list[str], compare: Callable[[int, int], float], adjust: str) -> Matrix:
    """The adjusted p-values of `compare(i, j)` for all pairs of levels i > j. R: stats::pairwise.table."""
    k = len(levels)
    p = np.full((k - 1, k - 1), np.nan)
    below = [(i, j) for j in range(k - 1) for i in range(j + 1, k)]
    for (i, j), value in zip(below, p_adjust([compare(i, j) for i, j in below], adjust), strict=True):
        p[i - 1, j] = value
    return Matrix(p, index=levels[1:], columns=levels[:-1])


def pairwise_t_test(x: Any, g: Any, p_adjust_method: str = "holm", pool_sd: bool | None = None, paired: bool = False,
                    alternative: str = "two.sided", var_equal: bool = False) -> PairwiseTests:
    """t-tests of all pairs of groups, p-values adjusted for their number. R: stats::pairwise.t.test.

    x: numbers (n,), missing ones as NaN. g: their groups (n,). p_adjust_method: as `p_adjust` has it. pool_sd: whether
    one standard deviation is taken from all groups; None: unless `paired`. paired: whether the groups are measured on
    the same units, in one order. alternative: "two.sided", "less" or "greater". var_equal: as in `t_test`, where the
    standard deviations are not pooled.

    Returns the tests, `.p_value` a Matrix (k - 1, k - 1): `str()` is R's text.

    Raises ValueError for x and g of unequal length, fewer than two groups, pooling of pairs.

    >>> d = r.sleepstudy()
    >>> d = d[d["Days"] < 3]
    >>> print(r.pairwise_t_test(d["Reaction"], d["Days"], p_adjust_method="none").p_value)
              0         1
    1 0.4615812        NA
    2 0.4139082 0.9350338
    """
    require_choice(alternative, TAILS, "alternative")
    require_choice(p_adjust_method, METHODS, "p_adjust_method")
    pool_sd = not paired if pool_sd is None else pool_sd
    if paired and pool_sd:
        raise ValueError("pooling of SD is incompatible with paired tests: pool_sd=False")
    name = f"{called(x, 'x', 'pairwise_t_test', 0, 'x')} and {called(g, 'g', 'pairwise_t_test', 1, 'g')}"
    levels, samples = _by_group(x, g)
    if pool_sd:
        method, compare = "t tests with pooled SD", _pooled(samples, alternative)
    else:
        from .t_test import t_test

        method = "paired t tests" if paired else "t tests with non-pooled SD"

        def compare(i: int, j: int) -> float:
            return t_test(samples[i], samples[j], alternative=alternative, paired=paired, var_equal=var_equal).p_value

    return PairwiseTests(pairwise(levels, compare, p_adjust_method), p_adjust_method, method, name)


def _by_group(x: Any, g: Any) -> tuple[list[str], list[np.ndarray]]:
    """The groups that occur, and each one's numbers."""
    values, groups = sample(x, "x"), as_factor(g)
    if len(values) != len(groups):
        raise ValueError(f"x and g must have the same length, not {len(values)} and {len(groups)}")
    if len(groups.levels) < 2:
        raise ValueError("all observations are in the same group")
    return groups.levels, [values[groups.codes == i] for i in range(len(groups.levels))]


def _pooled(samples: list[np.ndarray], alternative: str) -> Callable[[int, int], float]:
    """p-values of two groups' difference, on the standard deviation of all groups."""
    present = [one[~np.isnan(one)] for one in samples]
    n = np.array([len(one) for one in present])
    means = np.array([one.mean() if len(one) else np.nan for one in present])
    variance = np.array([one.var(ddof=1) if len(one) > 1 else np.nan for one in present])
    df = n - 1
    if since("1.1-37"):  # R 4.2 loses all to a group of one
        variance = np.where(df, variance, 0.0)
    sd = np.sqrt((variance * df).sum() / df.sum())

    def compare(i: int, j: int) -> float:
        t = (means[i] - means[j]) / (sd * np.sqrt(1.0 / n[i] + 1.0 / n[j]))
        if alternative == "two.sided":
            return float(2.0 * pt(-abs(t), df.sum()))
        return float(pt(t, df.sum(), lower_tail=alternative == "less"))

    return compare


def pairwise_wilcox_test(x: Any, g: Any, p_adjust_method: str = "holm", paired: bool = False, **settings: Any
                         ) -> PairwiseTests:
    """Wilcoxon's tests of all pairs of groups, p-values adjusted for their number. R: stats::pairwise.wilcox.test.

    x: numbers (n,). g: their groups (n,). p_adjust_method: as `p_adjust` has it. paired: whether the groups are
    measured on the same units, in one order. settings: of `wilcox_test`, by name: exact, correct, alternative.

    Returns the tests, `.p_value` a Matrix (k - 1, k - 1): `str()` is R's text.

    Raises ValueError for x and g of unequal length, or fewer than two groups.

    >>> d = r.sleepstudy()
    >>> d = d[d["Days"] < 3]
    >>> print(r.pairwise_wilcox_test(d["Reaction"], d["Days"]).p_value)
              0         1
    1 0.8363517        NA
    2 0.8363517 0.8881984
    """
    from .rank_tests import wilcox_test

    require_choice(p_adjust_method, METHODS, "p_adjust_method")
    name = f"{called(x, 'x', 'pairwise_wilcox_test', 0, 'x')} and {called(g, 'g', 'pairwise_wilcox_test', 1, 'g')}"
    levels, samples = _by_group(x, g)
    methods: list[str] = []

    def compare(i: int, j: int) -> float:
        found = wilcox_test(samples[i], samples[j], paired=paired, **settings)
        methods.append(found.method)
        return found.p_value

    p = pairwise(levels, compare, p_adjust_method)
    return PairwiseTests(p, p_adjust_method, methods[0], name)
