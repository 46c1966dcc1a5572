"""Likelihood profiles as lme4 computes them, and intervals from them. R: profile.merMod, confint.thpr.

For every parameter the ML deviance (also of a REML fit) is minimized over the others at a sequence of values whose steps aim at equal
steps of zeta, the signed root of the deviance's increase; zeta is interpolated by a natural cubic spline and inverted by `back_spline`.
"""
from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from . import sdcor
from .control import LmerControl
from .model import LmerMod, refitML
from .optimize import bobyqa
from .pls import PLS
from .splines import Spline, back_spline, natural_spline
from .structure import Floats

MAX_POINTS = 100
MAX_MULTIPLE = 10.0  # a step is at most this many times the one before
MIN_STEP = 1e-6
TO_WORKING_PRECISION = {"xtol_rel": 1e-13, "xtol_abs": 1e-15, "ftol_abs": 1e-15}
LOWER_DEVIANCE = 1e-9  # a profile that finds a deviance lower by more than this shows that the fit was not optimal


class ProfileWarning(UserWarning):
    """A profile that cannot be used as it is; the text is R's and names the parameter."""


@dataclass(frozen=True)
class ParameterProfile:
    """One parameter's profile: `points` (rows, 1 + parameters): zeta and all parameters; the splines are None where there is none."""

    name: str
    column: int
    points: Floats
    forward: Spline | None
    backward: Spline | None
    lower: float
    upper: float

    def interval(self, zeta: Floats) -> Floats:
        """The parameter's values at zeta (2,): the bound where the profile ends before, NaN with a warning where it is not monotone."""
        if self.backward is not None:
            found = self.backward(zeta)
        else:
            x, z = self.points[:, self.column], self.points[:, 0]
            if np.isnan(z).all() or (np.diff(z) < -0.01).any():
                kind = "bad" if np.isnan(z).all() else "non-monotonic"
                warnings.warn(f"{kind} profile for {self.name}", ProfileWarning, stacklevel=4)
                return np.full(2, np.nan)
            warnings.warn(f"bad spline fit for {self.name}: falling back to linear interpolation", ProfileWarning, stacklevel=4)
            order = np.argsort(z, kind="stable")
            found = np.interp(zeta, z[order], x[order], left=np.nan, right=np.nan)
        return np.where(np.isnan(found), [self.lower, self.upper], found)


@dataclass(frozen=True)
class Profile:
    """The profiles of a model's parameters. R: class thpr."""

    names: list[str]
    parameters: dict[str, ParameterProfile]

    def as_data_frame(self) -> pd.DataFrame:
        """All points: `.zeta`, every parameter, `.par` (whose profile), `.focal` (its value). R: as.data.frame.thpr."""
        frames = []
        for p in self.parameters.values():
            frame = pd.DataFrame(p.points, columns=[".zeta", *self.names])
            frames.append(frame.assign(**{".par": p.name, ".focal": p.points[:, p.column]}))
        return pd.concat(frames, ignore_index=True)

    def confint(self, parm: Any = None, level: float = 0.95) -> Any:
        """Intervals at `level`, a Matrix (parameters, 2). R: confint.thpr."""
        from .confint import interval_matrix, normal_quantiles

        chosen = self.parameters if parm is None else {n: self.parameters[n] for n in select(parm, list(self.parameters), 0)}
        zeta = normal_quantiles(level)
        return interval_matrix({name: p.interval(zeta) for name, p in chosen.items()}, level)

    def __repr__(self) -> str:
        return f"<profile of {', '.join(self.parameters)}>"


def profile(m: LmerMod, which: Any = None, alphamax: float = 0.01, signames: bool = True) -> Profile:
    """Profile the parameters `which` (names, "theta_", "beta_", or numbers from 1; None: all) to a confidence of 1 - alphamax.

    signames: `.sig01`, ... rather than `sd_(Intercept)|Subject`, .... R: lme4's profile.merMod. Raises KeyError for an unknown parameter.
    """
    base = Base.of(m)
    names = sdcor.names(m.design.random, signames) + m.design.names
    chosen = select(which, names, base.n_variance)
    cutoff = math.sqrt(chi2_quantile(1.0 - alphamax, len(names)))
    walk = Walk(cutoff=cutoff, delta=cutoff / 8.0)
    out = {}
    for name in names:
        if name in chosen:
            w = names.index(name)
            out[name] = variance_profile(base, walk, w, name) if w < base.n_variance else fixed_profile(base, walk, w, name)
    return Profile(names, out)


def select(which: Any, names: list[str], n_variance: int) -> list[str]:
    """Parameter names that `which` selects. Raises KeyError naming one that is not there."""
    if which is None:
        return names
    asked = [which] if isinstance(which, str | int) else list(which)
    chosen: list[str] = []
    for item in asked:
        if item == "theta_":
            chosen += names[:n_variance]
        elif item == "beta_":
            chosen += names[n_variance:]
        elif isinstance(item, int | np.integer) and 1 <= item <= len(names):
            chosen.append(names[item - 1])
        elif item in names:
            chosen.append(item)
        else:
            raise KeyError(f"no parameter {item!r} to profile; there are {', '.join(names)} (or 'theta_', 'beta_')")
    return chosen


def chi2_quantile(p: float, df: int) -> float:
    from scipy.special import chdtri

    return float(chdtri(df, 1.0 - p))


@dataclass(frozen=True)
class Base:
    """Where profiles start: the ML fit's deviance, all parameters there (sdcor scale, then beta), and what evaluates others."""

    m: LmerMod
    pls: PLS
    deviance: float
    theta: Floats
    optimum: Floats
    stderr: Floats
    n_variance: int

    @property
    def control(self) -> LmerControl:
        """When BOBYQA stops at a point: as for lme4, or, where the fit is Newton's, only at the working precision."""
        given = self.m.control
        return given if given.optimizer != "newton" else replace(given, optCtrl=TO_WORKING_PRECISION)

    @classmethod
    def of(cls, m: LmerMod) -> Base:
        ml = refitML(m)
        sigma = math.sqrt(_parts(m.pls, ml.theta)[1] / m.n)
        x = sdcor.from_theta(m.design.random, ml.theta, sigma)
        stderr = sigma * np.sqrt(np.diagonal(ml.unscaled_vcov))
        deviance = m.pls.lme4_deviance(ml.theta, REML=False)
        return cls(m, m.pls, deviance, ml.theta, np.concatenate([x, ml.beta]), stderr, len(x))

    def deviance_at(self, x: Floats) -> float:
        """The deviance at standard deviations, correlations and sigma x (m + 1,), beta profiled out. R: lme4's devfun2."""
        ldL2, pwrss = _parts(self.pls, sdcor.to_theta(self.m.design.random, x))
        s2 = x[-1] * x[-1]
        return ldL2 - self.pls.log_weights + pwrss / s2 + self.pls.n * math.log(2.0 * math.pi * s2)

    def beta_at(self, x: Floats) -> Floats:
        return self.pls.solve(sdcor.to_theta(self.m.design.random, x)).beta


def _parts(pls: PLS, theta: Floats) -> tuple[float, float]:
    """log|L|^2 and pwrss at theta, to lme4's last bit where `sequential` can: the optimizer's way hangs on it."""
    parts = pls.criterion(theta) if pls.sequential is None else pls.sequential.parts(theta)
    return parts.ldL2, parts.pwrss


@dataclass(frozen=True)
class Walk:
    """How far a profile goes (zeta up to cutoff) and in what steps of zeta (delta)."""

    cutoff: float
    delta: float

    def go(self, first: Floats, second: Floats, column: int, lower: float, upper: float, at: Callable[[float, Floats], Floats]
           ) -> list[Floats]:
        """Rows (zeta, parameters) from two given ones onwards, until zeta passes the cutoff or the parameter its bound."""
        rows = [first, second]
        while len(rows) < MAX_POINTS:
            last = rows[-1]
            if not lower < last[column] < upper or abs(last[0]) > self.cutoff:
                break
            rows.append(at(self.next_value(rows[-2], last, column, lower, upper), last))
        return rows

    def next_value(self, before: Floats, last: Floats, column: int, lower: float, upper: float) -> float:
        moved, zeta = last[column] - before[column], last[0] - before[0]
        if not zeta:
            warnings.warn("Last two rows have identical or NA .zeta values: using minstep", ProfileWarning, stacklevel=4)
            step = MIN_STEP
        else:
            step = self.delta * moved / zeta
            if step < 0.0:
                warnings.warn("unexpected decrease in profile: using minstep", ProfileWarning, stacklevel=4)
                step = MIN_STEP
            else:
                step = min(step, abs(MAX_MULTIPLE * moved))
        return min(upper, max(lower, last[column] + math.copysign(step, moved)))


def variance_profile(base: Base, walk: Walk, w: int, name: str) -> ParameterProfile:
    """The profile of standard deviation, correlation or sigma number w."""
    structure, nv = base.m.design.random, base.n_variance
    lower, upper = sdcor.bounds(structure)
    others = np.arange(nv) != w
    estimate = base.optimum[w]

    def at(value: float, previous: Floats) -> Floats:
        x = np.empty(nv)
        x[w] = value

        def deviance(free: Floats) -> float:
            x[others] = free
            return base.deviance_at(x)

        best = bobyqa(deviance, previous[1 : nv + 1][others], lower[others], upper[others], base.control)
        x[others] = best.theta
        return np.concatenate([[signed_root(best.value - base.deviance, value - estimate)], x, base.beta_at(x)])

    origin = np.concatenate([[0.0], base.optimum])
    shifted = at(0.001 if estimate == 0.0 else estimate * 1.01, origin)
    up = walk.go(origin, shifted, w + 1, lower[w], upper[w], at)
    down = walk.go(shifted, origin, w + 1, lower[w], upper[w], at) if estimate > lower[w] else []
    return assemble(name, w + 1, [*up, *down], lower[w], upper[w])


def fixed_profile(base: Base, walk: Walk, w: int, name: str) -> ParameterProfile:
    """The profile of the fixed effect that is parameter number w.

    With beta_j held at b, pwrss grows by (b - beta_j)^2 / [(X'V^{-1}X)^{-1}]_jj, so the same factorization serves every b.
    """
    structure, nv, pls = base.m.design.random, base.n_variance, base.pls
    j, estimate, n = w - nv, base.optimum[w], base.pls.n

    def at(value: float, previous: Floats) -> Floats:
        best = bobyqa(_deviance_with(base.m, j, value), base.theta, structure.lower, control=base.control)
        criterion, beta, unscaled = full_conditional(pls, best.theta)
        gap = value - beta[j]
        sigma = math.sqrt((criterion.pwrss + gap**2 / unscaled[j, j]) / n)
        held = beta + unscaled[:, j] * (gap / unscaled[j, j])
        held[j] = value
        zeta = signed_root(best.value - base.deviance, value - estimate)
        return np.concatenate([[zeta], sdcor.from_theta(structure, best.theta, sigma), held])

    origin = np.concatenate([[0.0], base.optimum])
    shifted = at(estimate + walk.delta * base.stderr[j], origin)
    rows = walk.go(origin, shifted, w + 1, -np.inf, np.inf, at) + walk.go(shifted, origin, w + 1, -np.inf, np.inf, at)
    return assemble(name, w + 1, rows, np.nan, np.nan)


def _deviance_with(m: LmerMod, j: int, value: float) -> Callable[[Floats], float]:
    """The deviance as a function of theta when fixed effect j is held at `value`: its column times `value` is an offset."""
    pls = m.pls
    if pls.sequential is not None:
        held = pls.sequential.holding(j, value)
        return lambda theta: held.criterion(theta, REML=False)

    def deviance(theta: Floats) -> float:
        criterion, beta, unscaled = full_conditional(pls, theta)
        pwrss = criterion.pwrss + (value - beta[j]) ** 2 / unscaled[j, j]
        return criterion.ldL2 - pls.log_weights + pls.n * (1.0 + math.log(2.0 * math.pi * pwrss / pls.n))

    return deviance


def full_conditional(pls: PLS, theta: Floats) -> tuple[Any, Floats, Floats]:
    """The criterion's parts, beta (p,) and (X'V^{-1}X)^{-1} (p, p) at theta."""
    criterion = pls.criterion(theta)
    p, q2 = pls.p, pls.tail.q
    factor = np.tril(pls._S[q2 : q2 + p, q2 : q2 + p])
    half = np.linalg.inv(factor @ np.eye(p)).T
    inverse = np.linalg.solve(pls.R, half)
    return criterion, pls.beta0 + inverse @ pls._S[q2 + p, q2 : q2 + p], inverse @ inverse.T


def signed_root(difference: float, direction: float) -> float:
    """zeta. Raises ValueError when the profile found a lower deviance than the fit."""
    if math.isnan(difference):
        warnings.warn("NAs detected in profiling", ProfileWarning, stacklevel=4)
        return math.nan
    if difference < -LOWER_DEVIANCE:
        raise ValueError(f"profiling detected new, lower deviance (by {-difference:.3g}): refit with a tighter optimizer")
    return math.copysign(math.sqrt(max(0.0, difference)), direction) if direction else 0.0


def assemble(name: str, column: int, rows: Sequence[Floats], lower: float, upper: float) -> ParameterProfile:
    """Distinct rows in the parameter's order, with the splines through them."""
    points = np.unique(np.array(rows), axis=0)
    points = points[np.argsort(points[:, column], kind="stable")]
    forward = backward = None
    try:
        forward = natural_spline(points[:, column], points[:, 0])
        backward = back_spline(forward, float(forward(forward.knots[-1], derivative=1)[0]))
    except ValueError:
        warnings.warn(f"non-monotonic profile for {name}", ProfileWarning, stacklevel=4)
    return ParameterProfile(name, column, points, forward, backward, lower, upper)
