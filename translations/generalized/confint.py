"""Confidence intervals of generalized linear models: by profiles of the deviance, or by standard errors.

Source: Venables & Ripley (2002), 8.4; R: MASS's, and since 4.4 stats's, profile.glm and confint.glm.
"""
from __future__ import annotations

from typing import Any

import numpy as np

from translations.printing import Matrix
from translations.stats import generics
from translations.stats.arguments import require_choice, require_level
from translations.stats.distributions import qchisq, qnorm
from translations.stats.linear.linear_model import Lm
from translations.stats.linear.lm_predict import percent_labels

from . import irls
from .links import Floats
from .model import Glm

MAXSTEPS = 10


@generics.confint.register(Glm)
def _confint(m: Glm, parm: Any = None, level: float = 0.95, *, method: str = "profile") -> Matrix:
    """Confidence intervals of the coefficients, or of those in `parm` (names, or numbers from 1); NaN where aliased, or
    where the profile does not reach so far.

    method: "profile", as R's `confint`, or "Wald", as R's `confint.default`. Raises KeyError for a coefficient that
    there is not, ValueError where a profile finds a lower deviance than the fit's.
    """
    require_level(level)
    require_choice(method, ("profile", "Wald"), "method")
    if method == "Wald":
        return confint_default(m, parm, level)
    names = _names(m, parm)
    tail = (1.0 - level) / 2.0
    cut = np.array([qnorm(tail), qnorm(1.0 - tail)])
    bounds = np.full((len(names), 2), np.nan)
    error = np.full(len(m.X.names), np.nan)
    error[m.kept] = np.sqrt(m.dispersion * np.diagonal(m.unscaled))
    for row, name in enumerate(names):
        j = m.X.names.index(name)
        if j in m.kept:
            z, values = profile(m, j, error[j], tail / 2.0)
            bounds[row] = _crossings(z, values, cut)
    return Matrix(bounds, index=names, columns=percent_labels(level))


def confint_default(object: Lm | Glm, parm: Any = None, level: float = 0.95) -> Matrix:
    """Confidence intervals by standard errors and the normal distribution. R: stats::confint.default.

    object: a model by `lm` or `glm`. parm: names of coefficients, or numbers from 1. level: between 0 and 1.

    Returns a Matrix (coefficients, 2), NaN where aliased.

    Raises ValueError for another object, KeyError for a coefficient that there is not.

    >>> print(r.confint_default(r.lm("Reaction ~ Days", r.sleepstudy())))
                     2.5 %   97.5 %
    (Intercept) 238.449441 264.3608
    Days          8.040468  12.8941
    """
    require_level(level)
    if not isinstance(object, Lm | Glm):
        raise ValueError(f"confint_default() needs a model by lm or glm, not {type(object).__name__}: confint(m)")
    error = np.full(len(object.X.names), np.nan)
    scale = object.dispersion if isinstance(object, Glm) else object.sigma**2
    error[object.kept] = np.sqrt(scale * np.diagonal(object.unscaled))
    tail = (1.0 - level) / 2.0
    bounds = np.asarray(object.coefficients)[:, None] + np.outer(error, [qnorm(tail), qnorm(1.0 - tail)])
    names = _names(object, parm)
    return Matrix(bounds[[object.X.names.index(name) for name in names]], index=names, columns=percent_labels(level))


def _names(m: Lm | Glm, parm: Any) -> list[str]:
    if parm is None:
        return list(m.X.names)
    asked = [parm] if isinstance(parm, str) or np.ndim(parm) == 0 else list(parm)
    names = [m.X.names[one - 1] if isinstance(one, int | np.integer) and 1 <= one <= len(m.X.names) else one
             for one in asked]
    if unknown := [one for one in names if one not in m.X.names]:
        raise KeyError(f"no coefficient {', '.join(map(repr, unknown))}; there are {', '.join(m.X.names)}")
    return names


def profile(m: Glm, j: int, error: float, alpha: float) -> tuple[Floats, Floats]:
    """Signed roots of the deviance's rise, and the values of coefficient j at which they hold, in order of the roots.

    Steps of a fifth of the largest root wanted, in standard errors, until that is reached or ten are made.
    """
    if m.estimates_dispersion and m.family.theta is None:
        from scipy.special import fdtri

        most = float(np.sqrt(fdtri(1.0, float(m.frame.n - len(m.X.names)), 1.0 - alpha)))
    else:
        most = float(np.sqrt(qchisq(1.0 - alpha, 1)))
    others = [k for k in m.kept if k != j]
    X, offset = m.X.values, 0.0 if m.frame.offset is None else m.frame.offset
    roots, values = [0.0], [m.coefficients[j]]
    for sign in (-1.0, 1.0):
        eta, z, step = X[:, m.kept] @ m.coefficients[m.kept] + offset, 0.0, 0
        while (step := step + 1) < MAXSTEPS and abs(z) < most:
            value = m.coefficients[j] + sign * step * (most / 5.0) * error
            shift = offset + X[:, j] * value
            held = irls.fit(X[:, others], m.begun, m.family, shift, m.control, etastart=eta)
            eta = X[:, others] @ np.nan_to_num(held.coefficients) + shift
            rise = (held.deviance - m.fit.deviance) / m.dispersion
            if not rise > -0.001:
                raise ValueError("profiling has found a better solution, so original fit had not converged")
            z = sign * np.sqrt(max(rise, 0.0))
            roots.append(z)
            values.append(value)
    order = np.argsort(roots, kind="stable")
    return np.array(roots)[order], np.array(values)[order]


def _crossings(z: Floats, values: Floats, cut: Floats) -> Floats:
    """Where the spline through (values, z) is `cut`, read off three times as many points by straight lines, as in R."""
    x, at = np.unique(values, return_index=True)
    points = np.linspace(x[0], x[-1], 3 * len(values))
    curve = fmm_spline(x, z[at], points)
    order = np.argsort(curve, kind="stable")
    found: Floats = np.interp(cut, curve[order], points[order], left=np.nan, right=np.nan)
    return found


def fmm_spline(x: Floats, y: Floats, at: Floats) -> Floats:
    """The cubic spline whose ends have the third derivative of the cubic through the four points there.

    Source: Forsythe, Malcolm & Moler (1977), 4.4. R: stats::spline(method = "fmm").
    """
    n = len(x)
    if n < 3:
        return np.interp(at, x, y) if n > 1 else np.full(len(at), y[0])
    h, slope = np.diff(x), np.diff(y) / np.diff(x)
    A, b = np.zeros((n, n)), np.zeros(n)
    for i in range(1, n - 1):
        A[i, i - 1 : i + 2] = h[i - 1], 2.0 * (h[i - 1] + h[i]), h[i]
        b[i] = slope[i] - slope[i - 1]
    A[0, :2], A[-1, -2:] = (-h[0], h[0]), (h[-1], -h[-1])
    if n > 3:
        second = np.diff(slope) / (x[2:] - x[:-2])
        third = np.diff(second) / (x[3:] - x[:-3])
        b[0], b[-1] = h[0] ** 2 * third[0], -(h[-1] ** 2) * third[-1]
    c = np.linalg.solve(A, b)  # sixths of the second derivatives
    k = np.clip(np.searchsorted(x, at, side="right") - 1, 0, n - 2)
    d = at - x[k]
    first = slope - h * (c[1:] + 2.0 * c[:-1])
    cubic = np.diff(c) / h
    value: Floats = y[k] + d * (first[k] + d * (3.0 * c[k] + d * cubic[k]))
    return value
