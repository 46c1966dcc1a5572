"""Minimizing the profiled criterion over theta: lme4's own way, stopping noise included, and to the true optimum."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from typing import NamedTuple

import numpy as np

from translations.arrays import Floats
from translations.optim.function import as_function
from translations.optim.search import Search

from ..control import LmerControl, stopping
from . import minimizers, newton_steps
from .factor import Evaluated
from .minimizers import Optimum
from .objective import Objective
from .pls import PLS

GRADIENT_TOLERANCE = 1e-9  # of the criterion, in units of theta scaled by the root mean squares of Z's columns
CONVERGED = 1e-8  # the same, for what is called converged
COSTLY_FROM = 500  # columns of the trailing block: from here a gradient takes so long that each one counts
CHEAP, DEAR = 0.3, 0.9  # parts of the gradient that a step may leave before the Hessian is taken anew
NOISE = 1e-9  # of the criterion: what is lower by less is no other minimum
FEW_LEVELS = 10  # for each parameter of a term
LEAST = 0.1  # scale of a random effect, over sigma, from which a descent can go up: at 0 the gradient is 0
PROBES_UP_TO = 10_000  # observations: beyond, the criterion is not searched for other minima
EVALUATIONS_EXCEEDED = 5  # nloptr's status, which lme4 reports as a convergence code
ROUNDOFF_LIMITED = -4  # another: the last steps drowned in rounding, and the best point may still be good
INVALID = -2  # another: the start is beyond the bounds
FAILED = -40  # from here down `search` tells apart what NLopt calls limited by rounding


class Stop(NamedTuple):
    """Where BOBYQA stopped: theta (m,), the criterion there, NLopt's status (negative for a failure), evaluations."""

    theta: Floats
    value: float
    status: int
    evaluations: int


def nloptwrap(criterion: Callable[[Floats], float], start: Floats, lower: Floats, control: LmerControl,
              upper: Floats | None = None) -> Optimum:
    """lme4's default: BOBYQA (Powell 2009) of NLopt, or the control's minimizer without derivatives, then lme4's looks
    at the boundary (R: optimizeLmer, check.boundary).
    """
    run = minimizers.BY_NAME.get(control.optimizer, bobyqa)
    bounds = (lower,) if upper is None else (lower, upper)
    best = run(criterion, start, lower, control=control, upper=upper)
    if control.restart_edge:
        step = 1e-5
        inward = [(criterion(best.theta + way * step * (np.arange(len(lower)) == i)) - best.value) / step
                  for way, bound in zip((1.0, -1.0), bounds, strict=False) for i in np.flatnonzero(best.theta == bound)]
        if any(slope < 0 for slope in inward):
            minimizers.report(best)
            best = run(criterion, best.theta, lower, control=control, upper=upper)
    if control.boundary_tol > 0:
        theta, moved = best.theta.copy(), False
        for bound in bounds:
            distance = np.abs(best.theta - bound)
            for i in np.flatnonzero((distance > 0) & (distance < control.boundary_tol)):
                trial, moved = theta.copy(), True
                trial[i] = bound[i]
                if criterion(trial) < best.value:
                    theta = trial
        if moved:
            best = replace(best, theta=theta, value=criterion(theta))
    return best


def bobyqa(
    criterion: Callable[[Floats], float],
    start: Floats,
    lower: Floats,
    upper: Floats | None = None,
    control: LmerControl | None = None,
) -> Optimum:
    """NLopt's LN_BOBYQA with lme4's tolerances (R: nloptwrap): xtol_abs = ftol_abs = 1e-8, at most 100,000 evaluations.

    xtol_rel = 1e-4 is no setting of lme4's but nloptr's own default; BOBYQA's final trust region is that fraction of
    its first, so it is what stops lme4's larger fits and most of its profiles.
    """
    found = searched(nlopt_search(lower, upper, control), criterion, start)
    if found.status == INVALID:
        raise ValueError(f"the start {start} lies beyond the bounds {lower} and {upper}, or these are too near")
    return _optimum(found)


def searched(search: Search, criterion: Callable[[Floats], float], start: Floats) -> Stop:
    """The end of a search, one of `nlopt_search`, from `start` (m,), in NLopt's words."""
    theta = np.array(start, dtype=float)
    function = as_function(criterion, len(theta))
    status, value, evaluations = search.of(function).minimize(theta)
    function.check()
    return Stop(theta, value, status if status > FAILED else ROUNDOFF_LIMITED, evaluations)


def nlopt_search(lower: Floats, upper: Floats | None = None, control: LmerControl | None = None) -> Search:
    """What runs as NLopt's BOBYQA does within these bounds (m,), as the control says."""
    m, settings = len(lower), stopping(control)
    upper = np.full(m, np.inf) if upper is None else upper
    return Search(lower, upper, 2 * m + 1, int(settings.pop("maxeval"))).by_tolerances(**settings)


def _optimum(found: Stop) -> Optimum:
    code = found.status if found.status < 0 or found.status == EVALUATIONS_EXCEEDED else 0
    message = _MESSAGES.get(found.status, str(found.status))
    return Optimum(found.theta, found.value, found.evaluations, code, message, "nloptwrap")


_MESSAGES = {
    -4: "NLOPT_ROUNDOFF_LIMITED: Roundoff errors led to a breakdown of the optimization algorithm. In this case, the "
    "returned minimum may still be useful. (e.g. this error occurs in NEWUOA if one tries to achieve a tolerance too "
    "close to machine precision.)",
    1: "NLOPT_SUCCESS: Generic success return value.",
    3: "NLOPT_FTOL_REACHED: Optimization stopped because ftol_rel or ftol_abs (above) was reached.",
    4: "NLOPT_XTOL_REACHED: Optimization stopped because xtol_rel or xtol_abs (above) was reached.",
    5: "NLOPT_MAXEVAL_REACHED: Optimization stopped because maxeval (above) was reached.",
}


def newton(pls: PLS, REML: bool, start: Floats, max_iterations: int = 200) -> Optimum:  # noqa: N803
    """Newton's method on the exact gradient, to the lowest of the minima that it meets.

    The criterion depends on a template T through TT' only, so flipping a column's sign changes nothing: no bounds are
    needed, and a variance of zero is a smooth stationary point. Theta is scaled by the root mean squares of Z's
    columns, which makes the iteration independent of the units of the covariates. Hessians are differences of the
    gradient; for crossed factors the expected information, which a gradient brings along, is carried on by BFGS updates
    instead, as long as they serve.
    """
    scaled = _Scaled(pls, REML)
    scale, scaled.most = scaled.scale, max_iterations
    x = start.copy() if np.array_equal(start, pls.structure.start) else start * scale
    met = [_descend(scaled, x)]
    for elsewhere in _elsewhere(scaled, start, met):
        with suppress(np.linalg.LinAlgError):  # a way that leads to where there is no criterion leads nowhere
            met.append(_descend(scaled, elsewhere, met))
    # One that gets lower but nowhere is on its way to where the criterion of a saturated model has no bound.
    found = min((point for point in met if point.converged), key=lambda point: point.f, default=None)
    found = found or min(met, key=lambda point: point.f)
    x, f, g = _snap_to_boundary(scaled, found.x, found.f, found.g)
    theta = x * pls.structure.column_signs(x) / scale + 0.0
    if np.abs(g).max() > CONVERGED:
        return Optimum(theta, f, scaled.evaluations, 1, found.message, "newton")
    minima = _distinct([point.f for point in met if point.converged])
    several = f"; the lowest of {minima} local minima met" if minima > 1 else ""
    return Optimum(_refined(pls, REML, theta), f, scaled.evaluations, 0, f"gradient below tolerance{several}",
                   "newton", minima=minima)


def _distinct(values: list[float]) -> int:
    """How many of the values differ by more than rounding."""
    gaps = np.diff(np.sort(values))
    return 1 + int((gaps > NOISE * max(1.0, abs(values[0]))).sum())


class _Scaled(newton_steps.Descent):
    """The criterion of scaled theta x (m,), counted.

    Of the factors the last alone is kept, until the next is asked for: they are the largest arrays of a fit.
    """

    def __init__(self, pls: PLS, REML: bool) -> None:  # noqa: N803
        q2 = pls.trailing.q
        super().__init__(pls.structure.across, DEAR if q2 else CHEAP, q2 >= COSTLY_FROM)
        self.pls, self.REML, self.scale, self.evaluations = pls, REML, pls.structure.theta_scale, 0
        self._last: Evaluated | None = None

    def at(self, x: Floats, g: Floats) -> float:
        self.evaluations += 1
        try:
            if not self.pls.trailing.q:
                value, gradient = self.pls.gradient(np.asarray(x) / self.scale, self.REML)
            else:
                value, gradient = (at := self._at(x)).deviance(self.REML), at.gradient(self.REML)
        except np.linalg.LinAlgError:
            return np.inf
        np.asarray(g)[:] = gradient / self.scale
        return value

    def information(self, x: Floats) -> bool:
        if not self.pls.trailing.q:
            return False
        np.asarray(self.H)[:] = self._at(x).information / np.outer(self.scale, self.scale)
        return True

    def _at(self, x: Floats) -> Evaluated:
        theta = np.asarray(x) / self.scale
        if self._last is None or not np.array_equal(self._last.theta, theta):
            self._last = None
            self._last = self.pls.evaluated(theta)
        return self._last


def _refined(pls: PLS, REML: bool, theta: Floats) -> Floats:  # noqa: N803
    """Theta (m,) after one step more, from a gradient in extended precision, where that is at hand and the step makes
    it smaller. A double's gradient is 1e-13 to 1e-11 of rounding, and theta as far from the optimum as that.
    """
    free, products = np.flatnonzero(theta), pls.long_double
    at = None if products is None else products.at(theta)
    if products is None or at is None or not len(free):
        return theta
    gradient, moved = at.gradient(REML)[free], theta.copy()
    try:
        moved[free] -= np.linalg.solve(pls.hessian(theta, REML)[np.ix_(free, free)], gradient)
    except np.linalg.LinAlgError:
        return theta
    there = products.at(moved)
    better = there is not None and np.abs(there.gradient(REML)[free]).max() < np.abs(gradient).max()
    return moved if better else theta


@dataclass(frozen=True)
class _Point:
    """Where a descent ended: scaled theta x (m,), the criterion f, its gradient g (m,), and why it ended."""

    x: Floats
    f: float
    g: Floats
    message: str

    @property
    def converged(self) -> bool:
        return float(np.abs(self.g).max()) <= CONVERGED


def _descend(scaled: _Scaled, start: Floats, met: Sequence[_Point] = ()) -> _Point:
    """Where Newton's steps lead from the scaled theta `start` (m,), or near to which of the minima `met`.

    Raises `numpy.linalg.LinAlgError` where there is no criterion at the start.
    """
    x, g, near = np.array(start, dtype=float), np.empty(len(start)), [point for point in met if point.converged]
    known = np.array([point.x for point in near]).reshape(len(near), len(x))
    f = scaled.descend(x, g, known, np.array([point.f for point in near]))
    if f == np.inf:
        scaled.pls.at(x / scaled.scale)  # which says why there is none
    why = f"convergence in {scaled.most} iterations" if scaled.exhausted else "further decrease at working precision"
    return _Point(x, f, g, f"no {why}; max|grad| = {np.abs(g).max():.2g}")


def _elsewhere(scaled: _Scaled, start: Floats, met: list[_Point]) -> Iterator[Floats]:
    """Scaled points from which other minima may be reached than those `met`, to which the descents are added.

    Small samples have criteria with several minima, most of them with other effects on the boundary: so each effect
    is left out in turn. Where the fixed effects do not hold the mean of every random effect, terms compete for it, and
    each has a minimum in which it takes it. Then, and where a term has few levels, the terms' scales are exchanged in
    every way, and each is given the largest in turn; and wherever lme4's optimizer ends lower, there is one more. Of
    346 generated models that are neither (one or two factors, 90 to 260 rows), none had a second minimum that this
    would find, and they are not searched: the others take 2 to 10 times as long.

    Each start costs as much as the fit, so beyond `COSTLY_FROM` trailing columns no scales are exchanged, and beyond
    `PROBES_UP_TO` rows nothing is looked for but where lme4's optimizer ends, and that only where terms compete. Many
    rows leave one minimum where they tell the terms apart; where they do not, a fit may end in another than the lowest,
    and `start` says where to begin.
    """
    pls, x, noise = scaled.pls, met[0].x, NOISE * max(1.0, abs(met[0].f))
    diagonal, small, competing = pls.structure.diagonal, pls.n <= PROBES_UP_TO, not centred(pls)
    for i in np.flatnonzero(diagonal & (x != 0.0)) if small else ():
        trial = np.where(np.arange(len(x)) == i, 0.0, x)
        if pls.deviance(trial / scaled.scale, scaled.REML) < met[0].f - noise:
            yield trial
    few = any(len(term.levels) < FEW_LEVELS * term.n_theta for term in pls.structure.terms)
    if (competing or few) and small and pls.trailing.q < COSTLY_FROM:
        yield from exchanged(pls, x)
    lowest = min(met, key=lambda point: point.f)
    if competing or (small and (not lowest.converged or (np.abs(lowest.x[diagonal]) < 1e-5).any())):
        within = np.maximum(start * pls.structure.column_signs(start), pls.structure.lower)  # the same TT'
        other = bobyqa(_safe(pls.lme4_criterion(scaled.REML)), within, pls.structure.lower)
        if other.value < lowest.f - noise:
            yield other.theta * scaled.scale


def _safe(criterion: Callable[[Floats], float]) -> Callable[[Floats], float]:
    """Infinite where the criterion cannot be computed."""
    if isinstance(criterion, Objective):
        return criterion

    def value(theta: Floats) -> float:
        try:
            return criterion(theta)
        except np.linalg.LinAlgError:
            return np.inf

    return value


def centred(pls: PLS) -> bool:
    """Whether the fixed effects hold the mean of every random effect: each column of Z's terms is one of X's space."""
    return all(
        np.linalg.norm(z - pls.Q @ (pls.Q.T @ z)) <= 1e-8 * np.linalg.norm(z) for block in pls.blocks for z in block.Z.T
    )


def exchanged(pls: PLS, x: Floats) -> Iterator[Floats]:
    """Starts (m,) with the identity's multiples for templates: the scales of the terms at x in every other order, and
    the largest of them for one term, the least of use for the others.
    """
    terms = pls.structure.terms
    place = np.concatenate([np.full(term.n_theta, i) for i, term in enumerate(terms)])
    own = np.array([np.linalg.norm(x[place == i]) / np.sqrt(term.k) for i, term in enumerate(terms)])
    own = np.maximum(own, LEAST)
    alone = np.full((len(own), len(own)), LEAST) + np.diag(np.full(len(own), max(1.0, own.max()) - LEAST))
    orders = permutations(own) if len(own) <= 4 else _swaps(own)
    for scales in sorted({tuple(each) for each in [*orders, *alone]} - {tuple(own)}):
        yield np.where(pls.structure.diagonal, np.array(scales)[place], 0.0)


def _swaps(own: Floats) -> Iterator[Floats]:
    """The values with every two of them exchanged."""
    for i, j in combinations(range(len(own)), 2):
        order = np.arange(len(own))
        order[[i, j]] = j, i
        yield own[order]


def _snap_to_boundary(scaled: _Scaled, x: Floats, f: float, g: Floats) -> tuple[Floats, float, Floats]:
    """Entries that went to zero are set to zero where that leaves the criterion as low and the gradient as small."""
    tiny = (np.abs(x) < 1e-5) & (x != 0.0)
    if tiny.any():
        snapped, g_new = np.where(tiny, 0.0, x), np.empty(len(x))
        f_new = scaled.at(snapped, g_new)
        if f_new <= f + 1e-12 * abs(f) and np.abs(g_new).max() <= max(GRADIENT_TOLERANCE, np.abs(g).max()):
            return snapped, f_new, g_new
    return x, f, g
