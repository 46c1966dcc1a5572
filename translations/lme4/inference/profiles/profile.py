"""Likelihood profiles as lme4 computes them. R: profile.merMod.

For every parameter the ML deviance (also of a REML fit) is minimized over the others at a sequence of values whose
steps aim at equal steps of zeta, the signed root of the deviance's increase; zeta is interpolated by a natural cubic
spline and inverted by `back_spline`.

Four ways in which lme4 1.1-31 goes wrong are not followed, so that there is no number where none can be had. Prior
weights are lost while a fixed effect is held (its issue 192). Where a correlation is estimated within 1% of 1 or -1,
the first step, to 1.01 times the estimate, lies beyond the bound, and so may the interval's end (834). Where it is
estimated at 1 or -1, whether a way leads back is decided by the last bit of the estimate, and where none does
the interval is [-1, 1] (139, 193); the others are then NA, or wrong because the optimizer stops where it starts. And
where a profile ends before the quantile asked for (it creeps along a plateau by steps of 1e-6), or is not monotone, a
bound is put in its place that the profile never came near, or a value between points that are in no order (203): there
an end is where the deviance itself reaches the quantile (`exact`), and a warning names the parameter.

Where a profile finds a lower deviance than the fit's, by which lme4 stops, it starts anew from there, with a warning;
but not where a fit by maximum likelihood is off by more than `OFF`, whose estimates are then wrong.

lme4 2.1, where that is followed, is followed in what it gets wrong too: a `FollowedWarning` says which ends are not
where the deviance says. Its parameters have another order (`sdcor.order`), in which its optimizer takes another path;
where correlations of three effects or more are those of no matrix its criterion is NA, NLopt then stops early, and ends
are too near or missing; the fixed effects in a variance parameter's rows stay those of the fit. It is not followed
where a fixed effect is held in a weighted model: there the residuals are weighted, but not the design, and the
chapter's slope with weights from 1 to 2 has an interval 0.03 wide where the deviance says 4.2 (1.1-31: 0.08); a
`ParityNote` says so. Where a correlation is estimated at 1 its answer is one of two, by the last bit of the estimate:
with crossed_6's rows in three orders .sig01 ends at 155.218, 152.870 and 152.870, here at 152.870; the deviance says
155.218.
"""
from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from translations.arrays import Floats
from translations.generalized.model import Glm
from translations.generalized.profile import GlmProfile
from translations.generalized.profile import profile as profile_of_glm
from translations.parallel.progress import Progress, bar
from translations.stats.arguments import require_level

from ... import generalized
from ...arguments import require_mixed
from ...control import ParityNote
from ...criterion import sdcor
from ...model import LmerMod
from ..intervals import LOWER_DEVIANCE, chi2_quantile
from ..parameters import select
from .exact import Least
from .objective import Minimum, ProfileObjective
from .parameter_profile import ParameterProfile, Profile, Solved, warn
from .splines import back_spline, is_monotone, monotone_spline, natural_spline
from .steps.walk import Step, next_value, walked
from .structured_ends import StructuredEnds

MAX_POINTS = 100
CREEPING = 8  # least steps in a row after which a profile that does not go lme4's way stops
OFF = 0.01  # of a deviance: what an optimizer that stopped early may leave
RESTARTS = 5
NO_RESIDUAL = 1e-2  # sigma beside the largest standard deviation, where a deviance that falls on has no minimum


class LowerDevianceError(ValueError):
    """The profile found a deviance lower by `drop` than the fit's, at the parameters (m + 1 + p,)."""

    def __init__(self, drop: float, parameters: Floats) -> None:
        super().__init__(f"profiling detected new, lower deviance (by {drop:.3g}): refit with a tighter optimizer")
        self.drop, self.parameters = drop, parameters


def profile(m: LmerMod | Glm, which: Any = None, alphamax: float = 0.01, signames: bool = True,
            progress: Progress = None, *, alpha: float = 0.01, maxsteps: int = 10, del_: float | None = None,
            test: str = "LRT") -> Profile | GlmProfile:
    """The profile of the deviance: for each parameter zeta, the signed root of its rise, and the other estimates along
    it. R: lme4's profile.merMod, stats::profile.glm (before 4.4 MASS's); Bates et al. (2015), section 5.1.

    m: a mixed model, or one by `glm`. which: parameters by name, "theta_", "beta_", or numbers from 1; None: all.
    alphamax: profiled is to a confidence of 1 - alphamax. signames: `.sig01`, ... rather than
    `sd_(Intercept)|Subject`, .... progress: a bar, see `bootMer`. Of a model by `glm`: alpha, what alphamax is here;
    maxsteps: the most steps a side; del_: their length in standard errors, R's `del`; test: "LRT", or since R 4.4
    "Rao".

    Returns a profile, for `confint`, `xyplot`, `splom` and `densityplot`; of a model by `glm` {coefficient: frame of z
    and all coefficients there}, for `confint`.

    Raises KeyError for an unknown parameter, ValueError where the deviance of a fit by maximum likelihood turns out not
    to be the least. Warns with `ProfileWarning`; with `ParityNote` where lme4's profile is wrong and this is not.

    >>> model = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    >>> print(r.confint(r.profile(model, which="beta_")))
                     2.5 %    97.5 %
    (Intercept) 231.992326 270.81788
    Days          8.886551  12.04802
    """
    if isinstance(m, Glm):
        return profile_of_glm(m, which, alpha, maxsteps, del_, test)
    require_mixed(m, "profile")
    require_level(alphamax, "alphamax")
    if m.generalized:
        return generalized.profiled(m, which, alphamax, signames, progress)
    names = sdcor.names(m.design.random, signames) + m.design.names
    n_variance = len(names) - m.p
    chosen = select(which, names, n_variance)
    base = ProfileObjective.of(m)
    cutoff = math.sqrt(chi2_quantile(1.0 - alphamax, len(names)))
    walk = Walk(cutoff, cutoff / 8.0, MAX_POINTS if base.as_lme4 else CREEPING, base.as_lme4 and base.since_2_1)
    least = Least(m)
    if m.control.optimizer != "newton":
        _say_what_differs(m, base, names, chosen)
    for restarts in range(RESTARTS + 1):
        try:
            with bar(progress, len(chosen), "parameters") as advance:
                done = {}
                for w, name in enumerate(names):
                    if name in chosen:
                        done[name] = parameter_profile(base, walk, least, w, name)
                        advance(1)
                return Profile(names, done)
        except LowerDevianceError as found:
            if restarts == RESTARTS or (found.drop > OFF and not m.REML):
                raise _without_residual(base, found) or found from None
            warn(f"profiling detected a deviance lower by {found.drop:.3g} than the fit's by maximum likelihood: "
                  "profiled anew from there")
            base = base.lowered(found.parameters)
    raise AssertionError("unreachable")


def _say_what_differs(m: LmerMod, base: ProfileObjective, names: list[str], chosen: Sequence[str]) -> None:
    """Warn of the profiles that lme4 gets wrong and this does not."""
    at_bound = [names[i] for i in base.correlations_at_bound]
    if at_bound and not base.since_2_1:
        warn(f"{', '.join(at_bound)} is estimated at 1 or -1, where lme4's profiles stop or stray and its interval is "
             "often [-1, 1]: these go on, as the deviance does")
    weighed = [name for name in m.design.names if name in chosen and (m.weights != 1.0).any()]
    if weighed:
        warnings.warn("lme4 loses the weights while it profiles a fixed effect: its interval of "
                      f"{', '.join(weighed)} is wrong, and this is where the deviance says", ParityNote, stacklevel=3)


def _without_residual(base: ProfileObjective, found: LowerDevianceError) -> ValueError | None:
    """What is to be said where the deviance falls on as sigma goes to 0; None elsewhere."""
    sigma = found.parameters[base.n_variance - 1]
    if sigma > NO_RESIDUAL * found.parameters[: base.n_variance].max():
        return None
    return ValueError(f"profiling detected new, lower deviance (by {found.drop:.3g}), which falls on as sigma goes to "
                      f"0 ({sigma:.3g} here): by maximum likelihood the random effects leave no residual, and there is "
                      "no minimum to profile from: confint(m, method='boot')")


def parameter_profile(base: ProfileObjective, walk: Walk, least: Least, w: int, name: str) -> ParameterProfile:
    """The profile of parameter number w."""
    walked_along = variance_profile if w < base.n_variance else fixed_profile
    found = walked_along(base, walk, w, name)
    if (in_order := base.in_order(w, found.points)) is not None:
        found = walked_along(in_order, walk, w, name)
    if base.m.design.random.parameters.structured:
        return replace(found, solved=StructuredEnds(base, w))
    number = int(base.order[w]) if w < base.n_variance else w
    follows = base.as_lme4 and base.since_2_1
    touches = base.touches_zero(w, found.points)
    return replace(found, solved=Solved(least, number, base.as_lme4, touches, follows, base=base, at=w))


@dataclass(frozen=True)
class Walk:
    """How far a profile goes (zeta up to cutoff) and in what steps of zeta (delta). patience: how many steps of
    MIN_STEP in a row it makes; lme4 has no end of it. ends_at_nan: as in lme4 2.1, where no zeta can be had."""

    cutoff: float
    delta: float
    patience: int = MAX_POINTS
    ends_at_nan: bool = False

    def go(self, first: Floats, second: Floats, column: int, lower: float, upper: float,
           at: Step | Callable[[float, Floats], Floats]) -> list[Floats]:
        """Rows (zeta, parameters) from two given ones onwards, until zeta passes the cutoff or the parameter its bound.
        """
        step = at if isinstance(at, Step) else Step(at)
        return walked(first, second, column, lower, upper, step, self.cutoff, self.delta, self.patience,
                      self.ends_at_nan, MAX_POINTS, warn)

    def next_value(self, before: Floats, last: Floats, column: int, lower: float, upper: float) -> float:
        """Where the point after these two is."""
        return next_value(before, last, column, lower, upper, self.delta, warn)


def variance_profile(base: ProfileObjective, walk: Walk, w: int, name: str) -> ParameterProfile:
    """The profile of standard deviation, correlation or sigma number w."""
    estimate, lower, upper = base.optimum[w], base.lower[w], base.upper[w]

    def asked(value: float, previous: Floats) -> Floats:
        return row(base, base.hold_variance(w, value, previous[1 : base.n_variance + 1]), value - estimate)

    at = base.step(w, lambda *found: zeta_of(base, *found)) or Step(asked)
    origin = np.concatenate([[0.0], base.optimum])
    first = at(first_value(base, w), origin)
    up = walk.go(origin, first, w + 1, lower, upper, at)
    down = walk.go(first, origin, w + 1, lower, upper, at) if estimate > lower else []
    return assemble(name, w + 1, [*up, *down], lower, upper, base.since_2_1)


def first_value(base: ProfileObjective, w: int) -> float:
    """The value of parameter w at which its profile has its second point."""
    estimate, lower, upper = base.optimum[w], base.lower[w], base.upper[w]
    if not base.since_2_1:
        return estimate * 0.99 if base.beyond(w) else shifted(estimate)
    return shifted(estimate, lower, upper)


def shifted(estimate: float, lower: float = -math.inf, upper: float = math.inf) -> float:
    """A value beside the estimate, within the bounds. R: lme4 2.1's shiftpar."""
    beside = 0.001 if estimate == 0.0 else float(estimate * 1.01)
    if lower < beside < upper:
        return beside
    bound = upper if beside >= upper else lower
    return float((estimate + bound) / 2.0 if lower < estimate < upper else 2.0 * estimate - beside)


def fixed_profile(base: ProfileObjective, walk: Walk, w: int, name: str) -> ParameterProfile:
    """The profile of the fixed effect that is parameter number w."""
    j, estimate = w - base.n_variance, base.optimum[w]

    def asked(value: float, _: Floats) -> Floats:
        return row(base, base.hold_fixed(j, value), value - estimate)

    at = base.step(w, lambda *found: zeta_of(base, *found)) or Step(asked)
    origin = np.concatenate([[0.0], base.optimum])
    first = at(estimate + walk.delta * base.stderr[j], origin)
    up = walk.go(origin, first, w + 1, -np.inf, np.inf, at)
    down = walk.go(first, origin, w + 1, -np.inf, np.inf, at)
    return assemble(name, w + 1, [*up, *down], np.nan, np.nan, base.since_2_1)


def row(base: ProfileObjective, found: Minimum, direction: float) -> Floats:
    """zeta and all parameters. Raises LowerDevianceError when the profile found a lower deviance than the fit."""
    rise = found.deviance - base.deviance
    if not math.isfinite(rise):
        warn("NAs detected in profiling")
        return np.append(math.nan, found.parameters)
    if rise < -LOWER_DEVIANCE:
        raise LowerDevianceError(-rise, found.parameters)
    if base.since_2_1 and rise <= 0.0:
        rise = LOWER_DEVIANCE
    zeta = math.copysign(math.sqrt(max(0.0, rise)), direction) if direction else 0.0
    return np.concatenate([[zeta], found.parameters])


def zeta_of(base: ProfileObjective, deviance: float, parameters: Floats, direction: float) -> float:
    """That of the row."""
    return float(row(base, Minimum(deviance, parameters), direction)[0])


def assemble(name: str, column: int, rows: Sequence[Floats], lower: float, upper: float,
             since_2_1: bool = False) -> ParameterProfile:
    """Distinct rows in the parameter's order, with the splines through them.

    since_2_1: without the rows that have no zeta, and with splines that are monotone wherever the points are.
    """
    distinct = np.array(list({r.tobytes(): r for r in rows}.values()))
    points = distinct[np.argsort(distinct[:, column], kind="stable")]
    known = points[~np.isnan(points[:, 0])]
    points = known if since_2_1 else points
    forward = backward = None
    try:
        forward = natural_spline(known[:, column], known[:, 0])
        backward = back_spline(forward)
    except ValueError:
        pass
    if since_2_1 and not (forward and backward and is_monotone(forward) and is_monotone(backward)):
        rises = np.diff(known[:, 0])
        if len(known) > 1 and ((rises > 0.0).all() or (rises < 0.0).all()) and (np.diff(known[:, column]) > 0.0).all():
            x, z = known[:, column], known[:, 0]
            forward, backward = monotone_spline(x, z), monotone_spline(z, x)
    if backward is None:
        warn(f"non-monotonic profile for {name}")
    return ParameterProfile(name, column, points, forward, backward, lower, upper)
