"""Tests of association: R's `cor.test`, Pearson's, Kendall's and Spearman's."""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from translations.printing import NA, Vector
from translations.settings import since

from ..arguments import require_choice, require_level
from ..calls import called
from ..distributions import pnorm, pt, qnorm
from ..formulas.frame import model_frame
from ..formulas.terms import parse
from .htest import TAILS, HTest, sample, tail, vector
from .rank_distributions import kendall, spearman
from .rank_tests import midranks

METHODS = ("pearson", "kendall", "spearman")
COUNTED = 1290  # observations up to which Spearman's p-value is exact or by its series


def cor_test(
    x: Any, y: Any = None, alternative: str = "two.sided", method: str = "pearson", exact: bool | None = None,
    conf_level: float = 0.95, continuity: bool = False, data: Any = None, subset: Any = None,
) -> HTest:
    """Test of the correlation of two variables. R: stats::cor.test.

    x, y:        numbers (n,); pairs with a missing value are left out. Or x a formula "~ u + v", with `data`
                 and perhaps `subset`
    alternative: "two.sided", "less" or "greater"
    method:      "pearson" (t test), "kendall" (tau) or "spearman" (rho)
    exact:       of the rank correlations, whether p-values are exact; None: without ties, Kendall's below 50 pairs
    conf_level:  of the interval of Pearson's correlation
    continuity:  whether the rank correlations' approximations are corrected for continuity

    Returns the test, `.estimate`, `.p_value`, ...: `str()` is R's text.

    Raises ValueError for x and y of unequal length, or too few pairs. Source: Fisher (1921), Kendall (1938), Best &
    Roberts (1975).

    >>> print(r.cor_test("~ Reaction + Days", data=r.sleepstudy()))
    <BLANKLINE>
        Pearson's product-moment correlation
    <BLANKLINE>
    data:  Reaction and Days
    t = 8.4537, df = 178, p-value = 9.894e-15
    alternative hypothesis: true correlation is not equal to 0
    95 percent confidence interval:
     0.4220032 0.6320164
    sample estimates:
          cor
    0.5352302
    <BLANKLINE>
    """
    require_choice(alternative, TAILS, "alternative")
    require_choice(method, METHODS, "method")
    require_level(conf_level, "conf_level")
    first, second, name = _pairs(x, y, data, subset)
    n = len(first)
    if n < (3 if method == "pearson" else 2):
        raise ValueError("not enough finite observations")
    asked = {"alternative": alternative, "data_name": name}
    if method == "pearson":
        return _pearson(first, second, conf_level, asked)
    ties = min(len(np.unique(first)), len(np.unique(second))) < n
    rank = _kendall if method == "kendall" else _spearman
    return rank(first, second, ties, exact, continuity, asked)


def _pairs(x: Any, y: Any, data: Any, subset: Any) -> tuple[np.ndarray, np.ndarray, str]:
    """The two variables, (n,) each, without pairs that miss a value, and what R calls them."""
    if isinstance(x, str):
        if data is None:
            y, data = None, y
        parsed = parse(x)
        if data is None or y is not None or parsed.response is not None or len(parsed.predictors) != 2:
            raise ValueError(f"{x!r} must be '~ x + y', with data")
        labels = list(parsed.predictors)
        frame = model_frame(parsed, data, subset=subset)
        first, second = (sample(frame.variables[label], label) for label in labels)
        return first, second, " and ".join(labels)
    if y is None:
        raise ValueError("cor_test needs y, or a formula '~ x + y' with data")
    name = f"{called(x, 'x', 'cor_test', 0, 'x')} and {called(y, 'y', 'cor_test', 1, 'y')}"
    first, second = sample(x, "x"), sample(y, "y")
    if len(first) != len(second):
        raise ValueError(f"x and y must have the same length, not {len(first)} and {len(second)}")
    known = ~(np.isnan(first) | np.isnan(second))
    return first[known], second[known], name


def _correlation(x: np.ndarray, y: np.ndarray) -> float:
    """Pearson's correlation; NA, with R's warning, where one is constant."""
    u, v = x - x.mean(), y - y.mean()
    lengths = np.sqrt((u @ u) * (v @ v))
    if lengths == 0:
        warnings.warn("the standard deviation is zero", stacklevel=4)
        return NA
    return float(np.clip(u @ v / lengths, -1.0, 1.0))


def _pearson(x: np.ndarray, y: np.ndarray, level: float, asked: dict[str, Any]) -> HTest:
    n, r = len(x), _correlation(x, y)
    df = n - 2
    with np.errstate(divide="ignore", invalid="ignore"):
        t = float(np.sqrt(df) * np.float64(r) / np.sqrt(1 - r**2))
    interval = None
    if n > 3:
        with np.errstate(divide="ignore"):
            z, error = np.arctanh(r), 1 / np.sqrt(n - 3)
        sided = error * qnorm((1 + level) / 2 if asked["alternative"] == "two.sided" else level)
        low = -np.inf if asked["alternative"] == "less" else z - sided
        high = np.inf if asked["alternative"] == "greater" else z + sided
        interval = np.tanh([low, high])
    return HTest(
        statistic=vector(["t"], [t]), parameter=vector(["df"], [df]),
        p_value=tail(asked["alternative"], pt(t, df), pt(t, df, lower_tail=False)), conf_int=interval,
        conf_level=level, estimate=vector(["cor"], [r]), null_value=vector(["correlation"], [0.0]),
        method="Pearson's product-moment correlation", **asked,
    )


def _warn_of_ties() -> None:
    verb = "cannot" if since("2.1") else "Cannot"
    warnings.warn(f"{verb} compute exact p-value with ties", stacklevel=4)


def _unknown(statistic: str, estimate: str, asked: dict[str, Any], method: str) -> HTest:
    """The test of a variable that is constant."""
    return HTest(statistic=Vector({statistic: NA}), p_value=NA, estimate=Vector({estimate: NA}),
                 null_value=vector([estimate], [0.0]), method=method, **asked)


def _kendall(x: np.ndarray, y: np.ndarray, ties: bool, exact: bool | None, continuity: bool, asked: dict[str, Any]
             ) -> HTest:
    method, n, alternative = "Kendall's rank correlation tau", len(x), asked["alternative"]
    signs = [np.sign(np.subtract.outer(one, one)) for one in (x, y)]
    tied = [float((one**2).sum()) for one in signs]
    if not all(tied):
        warnings.warn("the standard deviation is zero", stacklevel=3)
        return _unknown("T", "tau", asked, method)
    tau = float((signs[0] * signs[1]).sum() / np.sqrt(tied[0] * tied[1]))
    exactly = n < 50 if exact is None else bool(exact)
    if exactly and not ties:
        q, null = round((tau + 1) * n * (n - 1) / 4), kendall(n)
        statistic = vector(["T"], [q])
        p = tail(alternative, null.lower(q), null.upper(q - 1))
    else:
        z = _kendall_z(x, y, tau, continuity)
        if exactly and ties:
            _warn_of_ties()
        statistic, p = vector(["z"], [z]), tail(alternative, pnorm(z), pnorm(z, lower_tail=False))
    return HTest(statistic=statistic, p_value=p, estimate=vector(["tau"], [tau]), null_value=vector(["tau"], [0.0]),
                 method=method, **asked)


def _kendall_z(x: np.ndarray, y: np.ndarray, tau: float, continuity: bool) -> float:
    """Kendall's S over its standard deviation with ties. Source: Kendall (1976), Rank Correlation Methods, 4.9."""
    n = len(x)
    t, u = (np.unique(one, return_counts=True)[1].astype(float) for one in (x, y))
    pairs = n * (n - 1) / 2
    pairs_x, pairs_y = (pairs - (one * (one - 1)).sum() / 2 for one in (t, u))
    s = tau * np.sqrt(pairs_x * pairs_y)
    if continuity:
        s = np.sign(s) * (abs(s) - 1)
    two, three = (lambda c: (c * (c - 1)).sum()), (lambda c: (c * (c - 1) * (c - 2)).sum())
    whole = n * (n - 1) * (2 * n + 5) - sum((c * (c - 1) * (2 * c + 5)).sum() for c in (t, u))
    # Of two pairs the last part is 0 over 0: no three can be tied.
    triples = three(t) * three(u) / (9 * n * (n - 1) * (n - 2)) if n > 2 else np.nan
    return float(s / np.sqrt(whole / 18 + two(t) * two(u) / (2 * n * (n - 1)) + triples))


def _spearman(x: np.ndarray, y: np.ndarray, ties: bool, exact: bool | None, continuity: bool, asked: dict[str, Any]
              ) -> HTest:
    method, n = "Spearman's rank correlation rho", len(x)
    rho = _correlation(midranks(x), midranks(y))
    if not np.isfinite(rho):
        return _unknown("S", "rho", asked, method)
    exactly = True if exact is None else bool(exact)
    s = (n**3 - n) * (1 - rho) / 6
    if ties and exactly:
        exactly = False
        _warn_of_ties()

    def area(lower: bool) -> float:
        """P(S ≤ s), or P(S ≥ s)."""
        if n <= COUNTED and exactly:
            return spearman(round(s) + 2 * lower, n, lower)
        with np.errstate(divide="ignore"):
            r = np.float64(1 - s / (n * (n**2 - 1) / 6 + continuity))
            return float(pt(r / np.sqrt((1 - r**2) / (n - 2)), n - 2, lower_tail=not lower))

    sided = {"greater": True, "less": False}.get(asked["alternative"])  # a small S is a large correlation
    p = min(2 * area(s <= (n**3 - n) / 6), 1.0) if sided is None else area(sided)
    return HTest(statistic=vector(["S"], [s]), p_value=p, estimate=vector(["rho"], [rho]),
                 null_value=vector(["rho"], [0.0]), method=method, **asked)
