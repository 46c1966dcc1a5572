"""Confidence intervals whose ends are roots of the profile zeta, where `profile` reads them off a spline through a
few points.

With V = I + Z S Z' the ML deviance, the fixed effects at their best, is D = log|V| + pwrss / sigma² + n log(2 pi
sigma²) - sum(log w). An end of an interval solves D = D_min + z² and dD/d(every other parameter) = 0 (Venzon &
Moolgavkar 1988, Appl. Stat. 37, 87-94), here by Newton's method on the exact gradient; where that does not converge,
zeta is bracketed and every one of its values is minimized for.
"""
from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from translations.arrays import Floats, Ints

from ...arguments import require_mixed
from ...covariance.chain import on_parameters
from ...covariance.newton import descend
from ...criterion import sdcor
from ...criterion.optimize import newton
from ...model import LmerMod
from ..intervals import LOWER_DEVIANCE, ProfileWarning, normal_quantiles
from ..parameters import select
from .objective import ProfileObjective
from .reparametrization import Reparametrization
from .structured_ends import StructuredEnds

STEP = 1e-6  # of the gradient's differences, in coordinates of order one
CONVERGED = 1e-8  # a Newton step so small leaves an error below its square and STEP times itself
STATIONARY = 1e-6  # largest gradient of a minimum; what leaves more is minimized again, in other coordinates
FLAT = 1e-10  # relative curvature that counts as none
NEAR_ZERO = 0.25  # a factor's diagonal entry below it tells that the deviance may have several minima
JUMP = 1e-6  # of zeta at a root: searches from several places end in minima of different depth
SURE = 10.0  # times the fall of the deviance that its second derivatives foresee
MINIMA = 10  # each lower than the one before, until there is no trust in the next
AWAY_FROM_ZERO = 0.05  # zero is stationary for every factor's diagonal entry, so searches never start there


class NoProfileError(Exception):
    """No interval can be read off this profile; the text says what it is: flat, bad."""


class LowerElsewhereError(Exception):
    """The minimum was only a local one: at `theta` (m,) the deviance is lower."""

    def __init__(self, theta: Floats) -> None:
        super().__init__("new, lower deviance detected")
        self.theta = theta


def exact_intervals(m: LmerMod, chosen: list[str], names: list[str], level: float) -> dict[str, Floats]:
    """Interval (2,) at `level` of each parameter `chosen` out of `names` (all, in `confint`'s order).

    An end is where zeta reaches the quantile for the first time on the way out, or the bound where it never does. A
    correlation with a standard deviation of zero fits equally well wherever it is: its interval is [-1, 1]. NaN, with a
    `ProfileWarning` naming the parameter, where zeta does not rise that far and there is no bound.
    """
    if m.design.random.parameters.structured:
        base = ProfileObjective.of(m, descend(on_parameters(m.pls, False), m.par).par)
        return {name: StructuredEnds(base, names.index(name)).ends(normal_quantiles(level)) for name in chosen}
    ends = Ends(Least(m), normal_quantiles(level))
    out = {}
    for name in chosen:
        try:
            number = sdcor.number(m.design.random, names.index(name))
            out[name] = ends.of(number)
            if ends.undefined(number):
                because = "a standard deviation is zero, and every correlation fits equally well"
                warnings.warn(f"flat profile for {name}: {because}", ProfileWarning, stacklevel=4)
        except NoProfileError as reason:
            warnings.warn(f"{reason} profile for {name}", ProfileWarning, stacklevel=4)
            out[name] = np.full(2, np.nan)
    return out


@dataclass
class Least:
    """Where the ML deviance of `model` is least, as far as anyone has found out: the next who asks starts there."""

    model: LmerMod
    known: Floats | None = None

    @property
    def theta(self) -> Floats:
        """Theta (m,)."""
        if self.known is None:
            self.known = ml_theta(self.model)
        return self.known

    def lowered(self, theta: Floats) -> None:
        """It is lower still where theta (m,) leads."""
        self.known = newton(self.model.pls, False, theta).theta


@dataclass(frozen=True)
class Ends:
    """Intervals about the least ML deviance. zeta (2,): the values of zeta at their ends, the first negative."""

    least: Least
    zeta: Floats

    def _profiled(self, number: int) -> ProfiledDeviance:
        return ProfiledDeviance.of(self.least.model, self.least.theta, number)

    def of(self, number: int) -> Floats:
        """The interval (2,) of parameter `number`, counted in theta's order.

        Raises NoProfileError where zeta never rises.
        """
        for _ in range(MINIMA):
            try:
                profiled = self._profiled(number)
                if profiled.undefined:
                    return np.array([-1.0, 1.0])
                return np.array([profiled.end(abs(self.zeta[0]), -1.0), profiled.end(abs(self.zeta[1]), 1.0)])
            except LowerElsewhereError as found:
                self.least.lowered(found.theta)
        raise NoProfileError("new, lower deviance detected again and again: bad")

    def undefined(self, number: int) -> bool:
        """Whether the parameter is a correlation that the least deviance leaves undefined."""
        return self._profiled(number).undefined

    def agree(self, number: int, ends: Floats, tolerance: float) -> npt.NDArray[np.bool_]:
        """At which of these ends (2,) zeta is what it should be to `tolerance`; at a bound it may be smaller."""
        for _ in range(MINIMA):
            try:
                profiled = self._profiled(number)
                return np.array([profiled.ends_at(float(x), float(z), tolerance)
                                 for x, z in zip(ends, self.zeta, strict=True)])
            except LowerElsewhereError as found:
                self.least.lowered(found.theta)
        return np.array([False, False])

    def missed(self, number: int, ends: Floats, tolerance: float) -> npt.NDArray[np.bool_]:
        """At which of these ends (2,), found by minimizing, a lower deviance than theirs shows that they were not, by
        more than `tolerance` of zeta: quicker than `agree`, by one search an end."""
        for _ in range(MINIMA):
            try:
                profiled = self._profiled(number)
                return np.array([profiled.missed(float(x), float(z), tolerance)
                                 for x, z in zip(ends, self.zeta, strict=True)])
            except LowerElsewhereError as found:
                self.least.lowered(found.theta)
        return np.array([True, True])


def exact_zeta(m: LmerMod, name: str, value: float) -> float:
    """The profile zeta at one value: the signed root of the ML deviance's increase when a parameter is held. Source:
    Bates et al. (2015), section 5.1. R has no such function.

    m: a mixed model. name: of the parameter (`.sig01`, `sd_(Intercept)|Subject`, ...). value: where it is held, in its
    units.

    Returns a number, negative below the estimate.

    Raises KeyError for an unknown parameter and ValueError for a value beyond its bounds or a correlation that the
    fit leaves undefined.

    >>> model = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    >>> round(r.exact_zeta(model, "Days", 12.0), 3)
    1.901
    """
    require_mixed(m, "exact_zeta")
    old = sdcor.names(m.design.random) + m.design.names
    names = old if name in old else sdcor.names(m.design.random, old=False) + m.design.names
    at = sdcor.number(m.design.random, names.index(select(name, names, len(names) - m.p)[0]))
    least = Least(m)
    for _ in range(MINIMA):
        profiled = ProfiledDeviance.of(m, least.theta, at)
        t = profiled.coords.coordinate(float(value))
        if profiled.undefined:
            raise ValueError(f"flat profile for {name}: with a standard deviation of zero no correlation is defined")
        try:
            return math.copysign(profiled.zeta(profiled.trace_to(t)), t - profiled.t0)
        except LowerElsewhereError as found:
            least.lowered(found.theta)
    raise ValueError(f"new, lower deviance detected again and again: bad profile for {name}")


def ml_theta(m: LmerMod) -> Floats:
    """Theta (m,) at the minimum of the ML deviance. Where entries are zero, another start makes sure that this is no
    saddle."""
    best = newton(m.pls, False, m.theta)
    diagonal = m.design.random.diagonal
    if (best.theta[diagonal] == 0.0).any():
        again = newton(m.pls, False, np.where(diagonal & (best.theta == 0.0), AWAY_FROM_ZERO, best.theta))
        best = min(best, again, key=lambda o: o.value)
    return best.theta


@dataclass(frozen=True)
class ProfiledDeviance:
    """The deviance about its minimum, in coordinates whose number `coords.at` is the parameter. Arrays
    are (N,), (N, N)."""

    coords: Reparametrization
    origin: Floats
    deviance: float

    @classmethod
    def of(cls, m: LmerMod, theta: Floats, number: int) -> ProfiledDeviance:
        """The profiled of parameter `number`, counted in theta's order."""
        coords, origin = Reparametrization.of(m.pls, m.design.random, theta, number)
        deviance, g = coords(origin)
        if np.abs(g).max() > STATIONARY and not coords.is_degenerate(origin):
            deviance, origin = cls(coords, origin, deviance).minimize(origin)
        return cls(coords, origin, deviance)

    @property
    def undefined(self) -> bool:
        """Whether the parameter is a correlation that the minimum leaves undefined."""
        return self.coords.is_degenerate(self.origin)

    @property
    def t0(self) -> float:
        return float(self.origin[self.coords.at])

    @cached_property
    def others(self) -> Ints:
        return np.flatnonzero(np.arange(len(self.origin)) != self.coords.at)

    def zeta(self, found: tuple[float, Floats]) -> float:
        """The root of the deviance's increase to the one found, with its place (N,). Raises LowerElsewhereError when it
        has decreased."""
        deviance, x = found
        if deviance < self.deviance - LOWER_DEVIANCE * max(1.0, 1e-3 * abs(self.deviance)):
            raise LowerElsewhereError(self.coords.theta(x))
        return math.sqrt(max(0.0, deviance - self.deviance))

    @cached_property
    def ceiling(self) -> tuple[float, Floats]:
        """The least deviance with either standard deviation of a correlation at zero; infinite for other parameters.

        There every correlation will do, so that no profile of a correlation rises above it. (lme4's: its issue 193.)
        """
        zeros = [self.minimize(self.origin, 0.0, at) for at in self.coords.deviations]
        return min(zeros, key=lambda found: found[0], default=(math.inf, self.origin))

    def end(self, z: float, side: float) -> float:
        """The parameter's value where zeta is `side` z, or its bound."""
        bound = self.coords.bounds[int(side > 0)]
        if self.t0 == bound or self.zeta(self.ceiling) < z:
            return self.coords.value(bound)
        start = self._quadratic_start(z, side)
        x = None if start is None else self._newton(start, z, side)
        if x is not None and self._near_boundary(x):
            # Other minima than the one that was followed may be lower there.
            x = x if self.trace_to(x[self.coords.at])[0] > self.deviance + z * z - LOWER_DEVIANCE else None
        return self.coords.value(self._bracketed(z, side, bound) if x is None else self._last_bits(x, z))

    def _last_bits(self, x: Floats, z: float) -> float:
        """The parameter's coordinate at the root x (N,), after one step more from deviances in extended precision: of
        a deviance near 10^4 a double has rounded 10^-12 away.
        """
        lowest, here = (self.coords.long_double_deviance(each) for each in (self.origin, x))
        t = float(x[self.coords.at])
        if lowest is None or here is None:
            return t
        return t - float(here - lowest - z * z) / float(self.coords(x)[1][self.coords.at])

    def ends_at(self, value: float, z: float, tolerance: float) -> bool:
        """Whether the signed zeta at the parameter's `value` is z to `tolerance`; at a bound it may be smaller."""
        if not math.isfinite(value):
            return False
        t = self.coords.coordinate(value)
        zeta = 0.0 if self.undefined else self.zeta(self.trace_to(t))
        if t in self.coords.bounds and zeta <= abs(z):
            return True
        return abs(zeta - abs(z)) <= tolerance and (t - self.t0) * z > 0.0

    def missed(self, value: float, z: float, tolerance: float) -> bool:
        """Whether zeta at the parameter's `value` is less than z by more than `tolerance`; at a bound, more."""
        if not math.isfinite(value):
            return True
        t = self.coords.coordinate(value)
        if t in self.coords.bounds:
            return not self.undefined and self.zeta(self.minimize(self.origin, t)) > abs(z) and not self.ends_at(
                value, z, tolerance)
        if self.undefined:
            return True
        below = max(0.0, abs(z) - tolerance)
        return self.zeta(self.minimize(self.origin, t, asked=self.deviance + below * below)) < below

    def trace_to(self, t: float) -> tuple[float, Floats]:
        """`lowest` at t, also from where a walk in eight steps from the minimum leads."""
        x = self.origin
        for part in np.arange(1, 8) / 8.0:
            x = self.minimize(x, self.t0 + part * (t - self.t0))[1]
        return self.lowest(t, x)

    def _near_boundary(self, x: Floats) -> bool:
        diagonal = self.coords.diagonal
        return bool(min(np.abs(x[diagonal]).min(), np.abs(self.origin[diagonal]).min()) < NEAR_ZERO)

    def lowest(self, t: float, *starts: Floats) -> tuple[float, Floats]:
        """`minimize` from several places: those given, the minimum, and the minimum with every variance raised."""
        raised = np.where(self.coords.diagonal, np.maximum(np.abs(self.origin), 2.0 * NEAR_ZERO), self.origin)
        f, x = min((self.minimize(x, t) for x in (*starts, self.origin, raised)), key=lambda found: found[0])
        if f <= self.ceiling[0]:
            return f, x
        x = self.ceiling[1].copy()
        x[self.coords.at] = t
        return self.ceiling[0], x

    @cached_property
    def _slope(self) -> tuple[Floats, float]:
        """Along the profile at its minimum: dx/dt (N,) and half the second derivative of the deviance; NaN where it
        is flat."""
        H = self._hessian(self.origin, self.coords(self.origin)[1])
        nu, at = self.others, self.coords.at
        values = np.linalg.eigvalsh(H[np.ix_(nu, nu)])
        direction = np.zeros(len(H))
        direction[at] = 1.0
        if len(nu) and values[0] <= FLAT * values[-1]:
            return direction, math.nan
        direction[nu] = -np.linalg.solve(H[np.ix_(nu, nu)], H[nu, at])
        curvature = float(H[at] @ direction) / 2.0
        return direction, curvature if curvature > FLAT * abs(H[at, at]) else math.nan

    def _quadratic_start(self, z: float, side: float) -> Floats | None:
        direction, curvature = self._slope
        if math.isnan(curvature):
            return None
        lower, upper = self.coords.bounds
        t = self.t0 + side * z / math.sqrt(curvature)
        # A start on the far side of a bound would find the mirror image of the wanted root.
        t = max(t, (self.t0 + lower) / 2.0) if side < 0 else min(t, (self.t0 + upper) / 2.0)
        return self.origin + direction * (t - self.t0)

    def _newton(self, x: Floats, z: float, side: float) -> Floats | None:
        """The root by Newton's method from x, or None: no convergence, beyond a bound, or not at the minimum over the
        others."""
        at, nu = self.coords.at, self.others
        lower, upper = self.coords.bounds
        target, H, last = self.deviance + z * z, None, math.inf
        for _ in range(30):
            try:
                f, g = self.coords(x)
            except np.linalg.LinAlgError:
                return None
            if H is None or last > 0.03:
                H = self._hessian(x, g)
            J, r = H.copy(), -g
            J[at], r[at] = g, target - f
            try:
                step = np.linalg.solve(J, r)
            except np.linalg.LinAlgError:
                return None
            length = float(np.abs(step).max())
            if not length < 10.0:
                return None
            x = x + step / max(1.0, length)
            if not lower < x[at] < upper:
                return None
            if length < CONVERGED:
                values = np.linalg.eigvalsh(H[np.ix_(nu, nu)])
                downhill = side * g[at] > 0.0 and side * (x[at] - self.t0) > 0.0
                return x if downhill and (not len(nu) or values[0] > FLAT * values[-1]) else None
            if length > 0.3 * last:
                H = None
            last = length
        return None

    def _hessian(self, x: Floats, g: Floats, of: Ints | None = None) -> Floats:
        """Second derivatives (N, N), or those in the coordinates `of`: forward differences of the exact gradient g (N,)
        at x."""
        of = np.arange(len(x)) if of is None else of
        H = np.empty((len(of), len(of)))
        for row, i in enumerate(of):
            shifted = x.copy()
            shifted[i] += STEP * max(1.0, abs(x[i]))
            H[row] = (self.coords(shifted)[1] - g)[of] / (shifted[i] - x[i])
        return (H + H.T) / 2.0

    def minimize(self, x: Floats, t: float | None = None, at: int | None = None,
                 asked: float | None = None) -> tuple[float, Floats]:
        """The least deviance, searched for from x, and where it is: all free, or one coordinate (the parameter's, or
        number `at`) held at t. asked: whether it is below this; the search ends as soon as it tells."""
        at = self.coords.at if at is None else at
        nu = np.flatnonzero(np.arange(len(x)) != (-1 if t is None else at))
        x = np.where(self.coords.diagonal & (np.abs(x) < AWAY_FROM_ZERO), AWAY_FROM_ZERO, x)
        x[at] = x[at] if t is None else t
        f, g = self.coords(x)
        curvature, last = None, math.inf
        for _ in range(200):
            if not len(nu) or np.abs(g[nu]).max() < CONVERGED or (asked is not None and f < asked):
                break
            fresh = curvature is None
            if curvature is None:
                values, vectors = np.linalg.eigh(self._hessian(x, g, nu))
                floor = FLAT * max(float(np.abs(values).max()), 1e-300)
                curvature = np.maximum(np.abs(values), floor)
            slopes = vectors.T @ g[nu]
            fall = float(slopes @ (slopes / curvature)) / 2.0
            if asked is not None and fresh and values[0] > floor and f - SURE * fall > asked:
                break
            step = np.zeros(len(x))
            step[nu] = -vectors @ (slopes / curvature)
            found = self._descend(x, f, g, step * min(1.0, 2.0 / float(np.abs(step).max())), nu)
            if found is None and fresh:
                break
            length = math.inf if found is None else float(np.abs(found[0] - x).max())
            x, f, g = found or (x, f, g)
            if length > min(0.03, 0.3 * last):
                curvature = None
            last = length
        return f, x

    def _descend(self, x: Floats, f: float, g: Floats, step: Floats, nu: Ints) -> tuple[Floats, float, Floats] | None:
        """The first halved step that lowers the deviance, or, where rounding hides that, its gradient in the free
        coordinates nu."""
        noise = 1e-13 * max(1.0, abs(f))
        for _ in range(40):
            try:
                f_new, g_new = self.coords(x + step)
            except np.linalg.LinAlgError:
                f_new, g_new = math.inf, g
            if f_new < f - noise or (f_new <= f + noise and np.abs(g_new[nu]).max() < np.abs(g[nu]).max()):
                return x + step, f_new, g_new
            step = step / 2.0
        return None

    def _bracketed(self, z: float, side: float, bound: float) -> float:
        """The coordinate where zeta reaches z for the first time on the way out, by Brent's method between two points;
        the bound where it does not.

        Zeta may fall on the way: only where it first reaches z counts. Where it does so only because a profiled was
        followed that is not the lowest, the way goes on in the lowest.
        """
        from scipy.optimize import brentq

        curvature = self._slope[1]
        stride = 0.25 if math.isnan(curvature) else 0.25 * z / math.sqrt(curvature)
        t, x = self.t0, self.origin
        for k in range(100):
            further = t + side * stride * 1.2**k
            further = max(further, bound) if side < 0 else min(further, bound)
            f, y = self.lowest(further, x)
            if self.zeta((f, y)) >= z:
                further = float(brentq(lambda s, x=x, y=y: self.zeta(self.lowest(s, x, y)) - z, t, further, xtol=1e-13))
                f, y = self.trace_to(further)
                if self.zeta((f, y)) > z - JUMP:
                    return further
            if further == bound:
                return bound
            t, x = further, y
        raise NoProfileError("flat")
