"""R's p- and q-functions of the normal, t, F and chi-squared distributions, on scipy.special.

Tail areas are computed as such, never as one minus the other tail, so that small p-values keep their digits. Arguments
broadcast; scalars give a float.
"""
from __future__ import annotations

from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike

from translations.arrays import Floats


def numbers(x: Any) -> np.ndarray:
    """x as float64. Raises ValueError for what holds no numbers."""
    try:
        return np.asarray(x, dtype=float)
    except TypeError:
        raise ValueError(f"numbers are needed, not {type(x).__name__}") from None


def _result(x: Any) -> Any:
    return float(x) if np.ndim(x) == 0 else x


def _tails(q: Any, upper_at_abs: Any, lower_tail: bool) -> Any:
    """The asked tail of a symmetric distribution, from the area above |q|."""
    return _result(np.where((q > 0) == lower_tail, 1.0 - upper_at_abs, upper_at_abs))


@overload
def pnorm(q: float, mean: float = ..., sd: float = ..., lower_tail: bool = ...) -> float: ...  # type: ignore[overload-overlap]
@overload
def pnorm(q: ArrayLike, mean: ArrayLike = ..., sd: ArrayLike = ..., lower_tail: bool = ...) -> Floats: ...
def pnorm(q: ArrayLike, mean: ArrayLike = 0.0, sd: ArrayLike = 1.0, lower_tail: bool = True) -> float | Floats:
    """Area of the normal distribution below a quantile, or above it. R: stats::pnorm.

    q: a number or an array. mean, sd: in q's units. lower_tail: the area below, else above.

    Returns a number, or an array of q's shape; NaN for an sd below 0.

    >>> print(r.console(r.pnorm(1.96)))
    [1] 0.9750021
    """
    from scipy.special import ndtr

    z = (numbers(q) - numbers(mean)) / numbers(sd)
    return _result(ndtr(z if lower_tail else -z))


@overload
def qnorm(p: float, mean: float = ..., sd: float = ..., lower_tail: bool = ...) -> float: ...  # type: ignore[overload-overlap]
@overload
def qnorm(p: ArrayLike, mean: ArrayLike = ..., sd: ArrayLike = ..., lower_tail: bool = ...) -> Floats: ...
def qnorm(p: ArrayLike, mean: ArrayLike = 0.0, sd: ArrayLike = 1.0, lower_tail: bool = True) -> float | Floats:
    """Quantile of the normal distribution. R: stats::qnorm.

    p: an area from 0 to 1, a number or an array. mean, sd: in the quantile's units. lower_tail: the area below, else
    above.

    Returns a number, or an array of p's shape; NaN for areas that there are not.

    >>> print(r.console(r.qnorm(0.975)))
    [1] 1.959964
    """
    from scipy.special import ndtri

    z = ndtri(numbers(p))
    return _result(numbers(mean) + numbers(sd) * (z if lower_tail else -z))


def _beta_area(x: np.ndarray, rest: np.ndarray, a: Any, b: Any, lower: bool) -> np.ndarray:
    """Area of the beta(a, b) distribution below `x`, or above it, from the smaller of `x` and `rest` = 1 - x.

    Beyond a half it is the complement of the other area: scipy's own is then off in the twelfth digit.
    """
    from scipy.special import betainc, betaincc

    below = np.where(x <= rest, betainc(a, b, x), betaincc(b, a, rest))
    above = np.where(x <= rest, betaincc(a, b, x), betainc(b, a, rest))
    wanted, other = (below, above) if lower else (above, below)
    return np.where(other < 0.5, 1.0 - other, wanted)


@overload
def pt(q: float, df: float, lower_tail: bool = ...) -> float: ...  # type: ignore[overload-overlap]
@overload
def pt(q: ArrayLike, df: ArrayLike, lower_tail: bool = ...) -> Floats: ...
def pt(q: ArrayLike, df: ArrayLike, lower_tail: bool = True) -> float | Floats:
    """Area of Student's t distribution below a quantile, or above it. R: stats::pt. Source: Abramowitz & Stegun (1964),
    26.7.1.

    q: a number or an array. df: degrees of freedom. lower_tail: the area below, else above.

    Returns a number, or an array of q's shape; NaN for df that are not above 0.

    >>> print(r.console(r.pt(2.0, 17)))
    [1] 0.9691307
    """
    from scipy.special import ndtr

    q, df = numbers(q), numbers(df)
    with np.errstate(invalid="ignore"):
        total = df + q * q
        beyond = _beta_area(q * q / total, df / total, 0.5, df / 2.0, lower=False) / 2.0
    upper = np.where(np.isinf(df), ndtr(-np.abs(q)), np.where(np.isinf(q), 0.0, beyond))
    return _tails(q, upper, lower_tail)


@overload
def qt(p: float, df: float, lower_tail: bool = ...) -> float: ...  # type: ignore[overload-overlap]
@overload
def qt(p: ArrayLike, df: ArrayLike, lower_tail: bool = ...) -> Floats: ...
def qt(p: ArrayLike, df: ArrayLike, lower_tail: bool = True) -> float | Floats:
    """Quantile of Student's t distribution. R: stats::qt.

    p: an area from 0 to 1, a number or an array. df: degrees of freedom. lower_tail: the area below, else above.

    Returns a number, or an array of p's shape; NaN for areas that there are not.

    >>> print(r.console(r.qt(0.975, 17)))
    [1] 2.109816
    """
    from scipy.special import betaincinv, ndtri

    p, df = numbers(p), numbers(df)
    tail = np.minimum(p, 1.0 - p)
    with np.errstate(invalid="ignore", divide="ignore"):
        # x = df / (df + t²) is near 1 in the middle, where its complement has the digits.
        near = tail > 0.25
        x = np.where(near, 1.0 - betaincinv(0.5, df / 2.0, 1.0 - 2.0 * tail), betaincinv(df / 2.0, 0.5, 2.0 * tail))
        rest = np.where(near, betaincinv(0.5, df / 2.0, 1.0 - 2.0 * tail), 1.0 - x)
        t = np.where(np.isinf(df), -ndtri(tail), np.sqrt(df * rest / x))
    return _result(np.where((p > 0.5) == lower_tail, t, -t))


@overload
def pf(q: float, df1: float, df2: float, lower_tail: bool = ...) -> float: ...  # type: ignore[overload-overlap]
@overload
def pf(q: ArrayLike, df1: ArrayLike, df2: ArrayLike, lower_tail: bool = ...) -> Floats: ...
def pf(q: ArrayLike, df1: ArrayLike, df2: ArrayLike, lower_tail: bool = True) -> float | Floats:
    """Area of the F distribution below a quantile, or above it. R: stats::pf. Source: Abramowitz & Stegun (1964),
    26.6.2.

    q: a number or an array. df1, df2: degrees of freedom of numerator and denominator. lower_tail: the area below, else
    above.

    Returns a number, or an array of q's shape; NaN for df that are not above 0.

    >>> print(r.console(r.pf(4.0, 1, 17, lower_tail=False)))
    [1] 0.06173861
    """
    q, df1, df2 = (numbers(x) for x in (q, df1, df2))
    q = np.maximum(q, 0.0)
    with np.errstate(invalid="ignore"):
        total = df1 * q + df2
        area = _beta_area(df1 * q / total, df2 / total, df1 / 2.0, df2 / 2.0, lower_tail)
    return _result(np.where(np.isinf(df2), pchisq(df1 * q, df1, lower_tail), area))


@overload
def pchisq(q: float, df: float, lower_tail: bool = ...) -> float: ...  # type: ignore[overload-overlap]
@overload
def pchisq(q: ArrayLike, df: ArrayLike, lower_tail: bool = ...) -> Floats: ...
def pchisq(q: ArrayLike, df: ArrayLike, lower_tail: bool = True) -> float | Floats:
    """Area of the chi-squared distribution below a quantile, or above it. R: stats::pchisq.

    q: a number or an array. df: degrees of freedom. lower_tail: the area below, else above.

    Returns a number, or an array of q's shape; NaN for df that are not above 0.

    >>> print(r.console(r.pchisq(3.84, 1, lower_tail=False)))
    [1] 0.05004352
    """
    from scipy.special import gammainc, gammaincc

    half, shape = np.maximum(numbers(q), 0.0) / 2.0, numbers(df) / 2.0
    return _result(gammainc(shape, half) if lower_tail else gammaincc(shape, half))


@overload
def qchisq(p: float, df: float, lower_tail: bool = ...) -> float: ...  # type: ignore[overload-overlap]
@overload
def qchisq(p: ArrayLike, df: ArrayLike, lower_tail: bool = ...) -> Floats: ...
def qchisq(p: ArrayLike, df: ArrayLike, lower_tail: bool = True) -> float | Floats:
    """Quantile of the chi-squared distribution. R: stats::qchisq.

    p: an area from 0 to 1, a number or an array. df: degrees of freedom. lower_tail: the area below, else above.

    Returns a number, or an array of p's shape; NaN for areas that there are not.

    >>> print(r.console(r.qchisq(0.95, 1)))
    [1] 3.841459
    """
    from scipy.special import gammainccinv, gammaincinv

    p, shape = numbers(p), numbers(df) / 2.0
    return _result(2.0 * (gammaincinv(shape, p) if lower_tail else gammainccinv(shape, p)))


@overload
def qf(p: float, df1: float, df2: float, lower_tail: bool = ...) -> float: ...  # type: ignore[overload-overlap]
@overload
def qf(p: ArrayLike, df1: ArrayLike, df2: ArrayLike, lower_tail: bool = ...) -> Floats: ...
def qf(p: ArrayLike, df1: ArrayLike, df2: ArrayLike, lower_tail: bool = True) -> float | Floats:
    """Quantile of the F distribution. R: stats::qf.

    p: an area from 0 to 1, a number or an array. df1, df2: degrees of freedom of numerator and denominator. lower_tail:
    the area below, else above.

    Returns a number, or an array of p's shape; NaN for areas that there are not.

    Raises ValueError for what holds no numbers.

    >>> print(r.console(r.qf(0.95, 1, 17)))
    [1] 4.451322
    """
    from scipy.special import betainccinv, betaincinv

    p, df1, df2 = (numbers(x) for x in (p, df1, df2))
    below, above = (betaincinv, betainccinv) if lower_tail else (betainccinv, betaincinv)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = df2 * below(df1 / 2.0, df2 / 2.0, p) / (df1 * above(df2 / 2.0, df1 / 2.0, p))
    return _result(np.where(np.isinf(df2), qchisq(p, df1, lower_tail) / df1, ratio))
