"""Likelihood profiles as lme4 computes them, and intervals from them. R: profile.merMod, confint.thpr.

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
import pandas as pd

from translations.arrays import Floats
from translations.generalized.model import Glm
from translations.generalized.profile import GlmProfile
from translations.generalized.profile import profile as profile_of_glm
from translations.parallel.progress import Progress, bar
from translations.printing import html
from translations.stats import generics
from translations.stats.arguments import require_level

from .. import generalized
from ..arguments import require_mixed
from ..control import FollowedWarning, ParityNote
from ..criterion import sdcor
from ..model import LmerMod
from .exact import Ends, Least, NoProfileError
from .intervals import LOWER_DEVIANCE, ProfileWarning, chi2_quantile, interval_matrix, normal_quantiles
from .parameters import select
from .profile_objective import Minimum, ProfileObjective
from .splines import Spline, back_spline, is_monotone, monotone_spline, natural_spline
from .steps.walk import Step, next_value, walked
from .structured_ends import READ_WRONG, StructuredEnds, called

MAX_POINTS = 100
CREEPING = 8  # least steps in a row after which a profile that does not go lme4's way stops
OFF = 0.01  # of a deviance: what an optimizer that stopped early may leave
RESTARTS = 5
NO_RESIDUAL = 1e-2  # sigma beside the largest standard deviation, where a deviance that falls on has no minimum
NOT_MONOTONE = 0.01  # decrease of zeta from one point to the next, beyond what the optimizer's stopping explains


class LowerDevianceError(ValueError):
    """The profile found a deviance lower by `drop` than the fit's, at the parameters (m + 1 + p,)."""

    def __init__(self, drop: float, parameters: Floats) -> None:
        super().__init__(f"profiling detected new, lower deviance (by {drop:.3g}): refit with a tighter optimizer")
        self.drop, self.parameters = drop, parameters


def _warn(message: str) -> None:
    warnings.warn(message, ProfileWarning, stacklevel=2)


@dataclass(frozen=True)
class ParameterProfile:
    """One parameter's profile.

    points (rows, 1 + parameters): zeta and all parameters; column: the parameter's; the splines are None where there is
    none; lower, upper: its bounds, NaN where it has none. solved: where there is a model, what gives the values at zeta
    (2,) and the zeta of two values from the deviance itself.
    """

    name: str
    column: int
    points: Floats
    forward: Spline | None
    backward: Spline | None
    lower: float
    upper: float
    solved: Solved | StructuredEnds | None = None

    def interval(self, zeta: Floats) -> Floats:
        """The parameter's values at zeta (2,): its bound where the profile ends there before. Where the profile tells
        nothing, or something else than the deviance, what the deviance says; NaN without a model."""
        if isinstance(self.solved, StructuredEnds) and not self.solved.base.as_lme4:
            return self.solved.value(self.solved.ends(zeta))
        if isinstance(self.solved, StructuredEnds) or (self.solved is not None and self.solved.since_2_1):
            return self._read_as_2_1(zeta, self.solved)
        found, message = self._read(zeta)
        wrong = ""
        if self.solved is not None and (message or self.solved.touches_zero):
            follows = self.solved.as_lme4 or self.backward is not None
            found, wrong = self.solved.mended(found, zeta, READ_WRONG if follows else 0.0)
            if wrong and not message:
                message = f"the optimizer stays at a variance of zero in the profile for {self.name}"
        if message:
            _warn(f"{message}: {wrong} from the deviance itself" if wrong else message)
        return found

    def _read(self, zeta: Floats) -> tuple[Floats, str]:
        """The values (2,) at zeta (2,) that the points tell, and what is to be said of it."""
        x, z = self.points[:, self.column], self.points[:, 0]
        x, z = x[~np.isnan(z)], z[~np.isnan(z)]
        message = f"the profile for {self.name} ends before zeta = {zeta[0]:.4g} or {zeta[1]:.4g}"
        if not len(z):
            return np.full(2, np.nan), f"bad profile for {self.name}"
        if self.backward is not None:
            found = self.backward(zeta)
        else:
            turns = np.flatnonzero(np.diff(z) < -NOT_MONOTONE)
            origin = int(np.argmin(np.abs(z)))
            first = max(turns[turns < origin] + 1, default=0)
            last = min(turns[turns >= origin], default=len(z) - 1)
            x, z = x[first : last + 1], z[first : last + 1]
            order = np.argsort(z, kind="stable")
            found = np.interp(zeta, z[order], x[order], left=np.nan, right=np.nan)
            if len(turns):
                message = f"non-monotonic profile for {self.name}"
        at_bound = np.array([x[0] <= self.lower, x[-1] >= self.upper])
        if not (np.isnan(found) & ~at_bound).any():
            linear = f"bad spline fit for {self.name}: falling back to linear interpolation"
            message = linear if self.backward is None else ""
        return np.where(np.isnan(found) & at_bound, [self.lower, self.upper], found), message

    def _read_as_2_1(self, zeta: Floats, solved: Solved | StructuredEnds) -> Floats:
        """What lme4 2.1 reads off: a bound where the points do not reach. Warns where the deviance says otherwise."""
        x, z = self.points[:, self.column], self.points[:, 0]
        if not len(z):
            _warn(f"bad profile for {self.name}")
            return np.full(2, np.nan)
        if self.backward is not None:
            found = self.backward(zeta)
        else:
            _warn(f"bad spline fit for {self.name}: falling back to linear interpolation")
            order = np.argsort(z, kind="stable")
            found = np.interp(zeta, z[order], x[order], left=np.nan, right=np.nan)
        missing = np.isnan(found) & ~np.array([x[0] <= self.lower, x[-1] >= self.upper])
        found = np.where(np.isnan(found), [self.lower, self.upper], found)
        if (missing.any() or self.backward is None or solved.touches_zero) and (wrong := solved.missed(found, zeta)):
            warnings.warn(f"{wrong} of lme4 2.1's interval of {self.name}: the deviance says otherwise, and "
                          "confint(exact=True) follows it", FollowedWarning, stacklevel=2)
        return found

    def density(self, npts: int = 201, upper: float = 0.999) -> tuple[Floats, Floats]:
        """Values (npt,) of the parameter and the density there if zeta were normal. R: lme4's densityplot.thpr.

        Raises ValueError where there is no spline.
        """
        from scipy.special import ndtri

        if self.forward is None or self.backward is None:
            raise ValueError(f"unreliable profile for {self.name}: no density")
        low, high = self.backward(ndtri([1.0 - upper, upper]))
        for nearer in 1.0 - 10.0 ** np.linspace(-4.0, -1.0, 21):
            high = self.backward(ndtri(nearer))[0] if np.isnan(high) else high
        if np.isnan(high):
            raise ValueError(f"can't find an upper bound for the profile of {self.name}")
        x = np.linspace(0.0 if np.isnan(low) else low, high, npts)
        return x, np.exp(-0.5 * self.forward(x) ** 2) / math.sqrt(2.0 * math.pi) * self.forward(x, derivative=1)


@dataclass(frozen=True)
class Solved:
    """Ends of parameter `number` from the deviance itself, about where it is least.

    as_lme4, since_2_1: whether the profile went lme4's way, and that of 2.1. touches_zero: whether optimizers without
    gradients may have stopped early (`ProfileObjective.touches_zero`). value: from the parameter to what is profiled (a
    square, a logarithm); inverse: back. base: what was profiled, and `at` the parameter's number there.
    """

    least: Least
    number: int
    as_lme4: bool
    touches_zero: bool
    since_2_1: bool = False
    value: Callable[[Floats], Floats] = np.asarray
    inverse: Callable[[Floats], Floats] = np.asarray
    base: ProfileObjective | None = None
    at: int = -1

    def mended(self, found: Floats, zeta: Floats, tolerance: float) -> tuple[Floats, str]:
        """The ends (2,) with those replaced at which the deviance's zeta differs from `zeta` (2,) by more than
        `tolerance`, and which these are: "lower end", "upper end", "both ends", or "" for none.

        An end at its bound stays where zeta is smaller there.
        """
        ends = Ends(self.least, zeta)
        wrong = ~ends.agree(self.number, self.inverse(found), tolerance)
        if not wrong.any():
            return found, ""
        try:
            found = np.where(wrong, self.value(ends.of(self.number)), found)
        except NoProfileError:
            return np.where(wrong, np.nan, found), "no end"
        return found, called(wrong)

    def missed(self, found: Floats, zeta: Floats) -> str:
        """Which of the ends (2,) are not where the deviance's zeta is `zeta` (2,), but for `READ_WRONG`."""
        ends = self.inverse(found)
        if self.base is not None:
            told = [self.base.missed(self.at, float(x), float(z), READ_WRONG) for x, z in zip(ends, zeta, strict=True)]
            if None not in told:
                return called(np.array(told))
        return called(Ends(self.least, zeta).missed(self.number, ends, READ_WRONG))


@dataclass(frozen=True)
class Profile:
    """The profiles of a model's parameters, by name. R: class thpr."""

    names: list[str]
    parameters: dict[str, ParameterProfile]

    def as_data_frame(self) -> pd.DataFrame:
        """All points: `.zeta`, every parameter, `.par` (whose profile), `.focal` (its value). R: as.data.frame.thpr."""
        frames = []
        for p in self.parameters.values():
            frame = pd.DataFrame(p.points, columns=[".zeta", *self.names])
            frame[".par"], frame[".focal"] = p.name, p.points[:, p.column]
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def density(self, npts: int = 201, upper: float = 0.999) -> pd.DataFrame:
        """`pval`, `pnm` (whose), `density`: densities of all parameters that have one. Warns naming the others."""
        frames, skipped = [], []
        for p in self.parameters.values():
            try:
                x, density = p.density(npts, upper)
            except ValueError:
                skipped.append(p.name)
                x = density = np.full(npts, np.nan)
            frames.append(pd.DataFrame({"pval": x, "pnm": p.name, "density": density}))
        if skipped:
            _warn(f"unreliable profiles for some variables skipped: {', '.join(skipped)}")
        return pd.concat(frames, ignore_index=True)

    def confint(self, parm: Any = None, level: float = 0.95) -> Any:
        """Intervals at `level`, a Matrix (parameters, 2). R: confint.thpr."""
        n_variance = sum(not np.isnan(p.lower) for p in self.parameters.values())
        chosen = list(self.parameters) if parm is None else select(parm, list(self.parameters), n_variance)
        zeta = normal_quantiles(level)
        return interval_matrix({name: self.parameters[name].interval(zeta) for name in chosen}, level)

    def __repr__(self) -> str:
        return f"<profile of {', '.join(self.parameters)}>"

    def _repr_html_(self) -> str:
        return html.page("Profile of the deviance", [html.table(self.confint(), "95 % intervals")])


generics.confint.register(Profile)(Profile.confint)


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
    at_bound = [names[i] for i in base.correlations_at_bound]
    if at_bound and m.control.optimizer != "newton" and not base.since_2_1:
        _warn(f"{', '.join(at_bound)} is estimated at 1 or -1, where lme4's profiles stop or stray and its interval is "
              "often [-1, 1]: these go on, as the deviance does")
    weighed = [name for name in names[n_variance:] if name in chosen and (m.weights != 1.0).any()]
    if weighed and m.control.optimizer != "newton":
        warnings.warn("lme4 loses the weights while it profiles a fixed effect: its interval of "
                      f"{', '.join(weighed)} is wrong, and this is where the deviance says", ParityNote, stacklevel=2)
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
            _warn(f"profiling detected a deviance lower by {found.drop:.3g} than the fit's by maximum likelihood: "
                  "profiled anew from there")
            base = base.lowered(found.parameters)
    raise AssertionError("unreachable")


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
                      self.ends_at_nan, MAX_POINTS, _warn)

    def next_value(self, before: Floats, last: Floats, column: int, lower: float, upper: float) -> float:
        """Where the point after these two is."""
        return next_value(before, last, column, lower, upper, self.delta, _warn)


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
        _warn("NAs detected in profiling")
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
        _warn(f"non-monotonic profile for {name}")
    return ParameterProfile(name, column, points, forward, backward, lower, upper)
