"""Profiles of the deviance of generalized linear models, one a coefficient.

Source: Venables & Ripley (2002), 8.4; R: MASS's, and since 4.4 stats's, profile.glm.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Matrix, Vector
from translations.printing.dispatch import render
from translations.printing.numbers import format_numbers, from_pandas
from translations.printing.style import Style
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import as_count, as_number, require_choice, require_level
from translations.stats.distributions import qchisq, qnorm
from translations.stats.linear.lm_predict import percent_labels

from . import irls
from .links import Floats
from .model import Glm

TESTS = ("LRT", "Rao")
BETTER = -0.001  # a rise below which R stops: the fit's deviance is not the least


@dataclass(frozen=True)
class Curve:
    """One coefficient's profile, in order of its signed roots z (rows,); par_vals (rows, p) all coefficients along it,
    NaN where aliased.
    """

    z: Floats
    par_vals: Floats


class GlmProfile(Mapping[str, pd.DataFrame]):
    """Profiles by coefficient: frames of z (tau where the dispersion is estimated), the signed root of the deviance's
    rise over the dispersion, and of all coefficients there, `par.vals.(Intercept)`, .... R: class profile.glm.

    original_fit: the model; summary: its summary; test: "LRT" or "Rao"
    """

    def __init__(self, m: Glm, curves: Mapping[str, Curve], test: str) -> None:
        self.original_fit, self.curves, self.test = m, curves, test

    @property
    def summary(self) -> Any:
        return generics.summary(self.original_fit)

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self.curves:
            raise KeyError(f"no profile of {name!r}; there are {', '.join(self.curves)}")
        curve, m = self.curves[name], self.original_fit
        frame = pd.DataFrame(curve.par_vals, columns=[f"par.vals.{one}" for one in m.X.names])
        frame.insert(0, "tau" if _by_f(m) else "z", curve.z)
        return frame

    def __iter__(self) -> Iterator[str]:
        return iter(self.curves)

    def __len__(self) -> int:
        return len(self.curves)

    def confint(self, parm: Any = None, level: float = 0.95, *, test: str | None = None) -> Any:
        """The coefficients at which the root is the normal distribution's quantile; NaN where the profile does not
        reach so far. test: another than the profile's has it made anew, for this level. R: confint.profile.glm.
        """
        require_level(level)
        again = test is not None and test != self.test
        x = profile(self.original_fit, parm, (1.0 - level) / 4.0, test=str(test)) if again else self
        return read_off(x, coefficients_of(self.original_fit, parm), level)

    def __str__(self) -> str:
        return "\n".join(render(self, Style()))

    def __repr__(self) -> str:
        return f"<Profile of {', '.join(self)}>"


generics.confint.register(GlmProfile)(GlmProfile.confint)


@render.register(GlmProfile)
def _lines(x: GlmProfile, style: Style) -> list[str]:
    lines = []
    for name, frame in x.items():
        values = frame.iloc[:, 1:].to_numpy()
        written = pd.DataFrame(np.reshape(format_numbers(from_pandas(values.ravel())), values.shape), index=frame.index,
                               columns=frame.columns[1:])  # a matrix within a frame has one format
        frame = pd.concat([frame.iloc[:, :1], written], axis=1)
        lines += [f"${name if name.isidentifier() else f'`{name}`'}", *render(frame, style), ""]
    lines += ['attr(,"original.fit")', *render(x.original_fit, style), 'attr(,"summary")', *render(x.summary, style)]
    lines += ['attr(,"class")', '[1] "profile.glm" "profile"    ']
    return [*lines, 'attr(,"test")', f'[1] "{x.test}"'] if since("1.1-37") else lines


def profile(m: Glm, which: Any = None, alpha: float = 0.01, maxsteps: int = 10, del_: float | None = None,
            test: str = "LRT") -> GlmProfile:
    """The profiles of coefficients `which` (names, or numbers from 1; None: all), in steps of `del_` standard errors
    until the root reaches the quantile of 1 - alpha or `maxsteps` are made.

    test: what is rooted, the deviance's rise ("LRT") or, since R 4.4, Rao's score statistic. Raises KeyError for a
    coefficient that there is not, ValueError where a lower deviance than the fit's is found.
    """
    require_level(alpha, "alpha")
    require_choice(test, TESTS, "test")
    maxsteps = as_count(maxsteps, "maxsteps")
    if test == "Rao" and not since("1.1-37"):
        raise ValueError("test='Rao' came with R 4.4: options(lme4='1.1-37')")
    most = _most(m, alpha)
    step = most / 5.0 if del_ is None else as_number(del_, "del_")
    names = coefficients_of(m, which)
    return GlmProfile(m, {name: _walk(m, j, most, step, maxsteps, test) for name in names
                          if (j := m.X.names.index(name)) in m.kept}, test)


def coefficients_of(m: Any, parm: Any) -> list[str]:
    """The coefficients meant by names or numbers from 1, None for all. Raises KeyError for one that there is not."""
    if parm is None:
        return list(m.X.names)
    asked = [parm] if isinstance(parm, str) or np.ndim(parm) == 0 else list(parm)
    names = [m.X.names[one - 1] if isinstance(one, int | np.integer) and 1 <= one <= len(m.X.names) else one
             for one in asked]
    if unknown := [one for one in names if one not in m.X.names]:
        raise KeyError(f"no coefficient {', '.join(map(repr, unknown))}; there are {', '.join(m.X.names)}")
    return names


def _by_f(m: Glm) -> bool:
    """Whether the largest root is a quantile of F: R's word decides, and a negative binomial's has its theta in it."""
    return m.family.name not in ("binomial", "poisson")


def _most(m: Glm, alpha: float) -> float:
    if not _by_f(m):
        return float(np.sqrt(qchisq(1.0 - alpha, 1)))
    from scipy.special import fdtri

    return float(np.sqrt(fdtri(1.0, float(m.frame.n - len(m.X.names)), 1.0 - alpha)))


def _walk(m: Glm, j: int, most: float, step: float, maxsteps: int, test: str) -> Curve:
    others = [k for k in m.kept if k != j]
    X, offset = m.X.values, 0.0 if m.frame.offset is None else m.frame.offset
    error = float(np.sqrt(m.dispersion * m.unscaled[list(m.kept).index(j), list(m.kept).index(j)]))
    roots, rows = [0.0], [m.coefficients]
    for sign in (-1.0, 1.0):
        eta, z, steps = X[:, m.kept] @ m.coefficients[m.kept] + offset, 0.0, 0
        while (steps := steps + 1) < maxsteps and abs(z) < most:
            row = m.coefficients.copy()
            row[j] = m.coefficients[j] + sign * steps * step * error
            shift = offset + X[:, j] * row[j]
            held = irls.fit(X[:, others], m.begun, m.family, shift, m.control, etastart=eta)
            eta = X[:, others] @ np.nan_to_num(held.coefficients) + shift
            rise = (held.deviance - m.fit.deviance) / m.dispersion
            if not rise > BETTER:
                raise ValueError("profiling has found a better solution, so original fit had not converged")
            row[others] = held.coefficients
            z = sign * float(np.sqrt(max(_score(m, held) if test == "Rao" else rise, 0.0)))
            roots.append(z)
            rows.append(row)
    order = np.argsort(roots, kind="stable")
    return Curve(np.array(roots)[order], np.array(rows)[order])


def _score(m: Glm, held: irls.Fit) -> float:
    """Rao's statistic: what the columns explain of the working residuals, by the working weights."""
    root = np.sqrt(held.weights)
    e, columns = held.working * root, m.X.values[:, m.kept] * root[:, None]
    Q, _ = np.linalg.qr(columns)
    return float(np.sum((Q.T @ e) ** 2) / m.dispersion)


def read_off(x: GlmProfile, names: Sequence[str], level: float) -> Any:
    """Intervals from profiles: a Matrix (coefficients, 2), of one coefficient a Vector (2,)."""
    tail = (1.0 - level) / 2.0
    cut = np.array([qnorm(tail), qnorm(1.0 - tail)])
    bounds = np.full((len(names), 2), np.nan)
    for row, name in enumerate(names):
        if (curve := x.curves.get(name)) is not None:
            bounds[row] = _crossings(curve.z, curve.par_vals[:, x.original_fit.X.names.index(name)], cut)
    if len(names) == 1:
        return Vector(bounds[0], index=percent_labels(level))
    return Matrix(bounds, index=list(names), columns=percent_labels(level))


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
