"""The deviance with one parameter held and minimized over the others: what a profile does at each of its steps.

A standard deviation, correlation or sigma is held by leaving it out of the optimizer's variables, the others being on
the same scale (beta is profiled out); a fixed effect by moving its column into the offset. R: lme4's devfun2 and
profile.merMod.

For models that `lme4_order` covers and small ones of several factors, everything from the optimizer to the criterion
runs compiled; for other models the optimizer calls back to Python.
"""
from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np

from translations.arrays import Floats, Ints
from translations.settings import since

from ...control import LmerControl
from ...covariance.chain import on_parameters
from ...covariance.newton import descend
from ...criterion import sdcor
from ...criterion.lme4_criterion import Lme4Criterion
from ...criterion.minimizers import BY_NAME
from ...criterion.optimize import newton
from ...criterion.sdcor import Way
from ...criterion.small.alike import Alike
from ...criterion.small.level_sums import LevelSums
from ...criterion.small.several_factors import SeveralFactors
from ...criterion.trailing_block import LAPACK_FROM
from ...model import LmerMod
from ...refit import refitML
from ..intervals import LOWER_DEVIANCE
from .free import Free
from .solved import solved, with_covariance
from .steps.walk import FixedStep, Step, VarianceStep

NEAR_ONE = 1e-6  # a first step of this size is below lme4's tolerances
AT_BOUND = 1e-14  # of a standard deviation, rounding
NEAR_ZERO = 1e-4  # of a standard deviation in units of sigma: its deviance is that of zero to 1e-8
FEW_PRODUCTS = 260  # rows, and levels times squares of effects: up to these lme4's own order takes no longer
FEW_APART = 2  # standard deviations of which profiles by sums end where those in lme4's order do, to 1e-6 of the width
LEFT = 1e-3  # of the residuals' squares, less of which the random effect may not leave where it is taken out of sums
RAISED = 0.25  # of a standard deviation over sigma times the root mean square of its column, from which searches begin
WITHIN = 0.9  # of a correlation: from within it they begin
SIMPLEX = ("xst", "xt")  # settings of a fit by Nelder-Mead that its profile does not take over
CONVERGED = LmerControl(optCtrl={"xtol_rel": 1e-8, "xtol_abs": 1e-12, "ftol_abs": 0.0})


Zeta = Callable[[float, Floats, float], float]


class Minimum(NamedTuple):
    """The least deviance with a parameter held, and all parameters there: sdcor scale, then beta."""

    deviance: float
    parameters: Floats


@dataclass(frozen=True)
class ProfileObjective:
    """The ML fit from which profiles start and what minimizes beside it.

    deviance; theta (m,); optimum (m + 1 + p,): all parameters, sdcor scale, then beta; stderr (p,) of beta; lower,
    upper (m + 1,): the bounds of the first. order (m + 1,): where the first stand in `sdcor`'s x; since_2_1: whether
    profiles go the way of lme4 2.1; by_sums: whether the deviance may be had by sums over levels; checks: whether it is
    for what does not hang on where an optimizer stops, so that any sums and any optimizer will do.
    """

    m: LmerMod
    deviance: float
    theta: Floats
    optimum: Floats
    stderr: Floats
    lower: Floats
    upper: Floats
    order: Ints
    since_2_1: bool
    by_sums: bool = True
    checks: bool = False

    @classmethod
    def of(cls, m: LmerMod, theta: Floats | None = None) -> ProfileObjective:
        """That of model m, its maximum likelihood fit being at theta (m,) where that is given."""
        pls, structured = m.pls, m.design.random.parameters.structured
        theta = refitML(m).par if theta is None else theta
        if pls.lme4_order is None:  # where BLAS has the last bit, it would decide whether a fit is at its bound
            lower = m.design.random.parameters.lower
            theta = np.where(theta - lower <= NEAR_ONE, lower, theta)
        pwrss, beta, unscaled = solved(pls, theta)
        sigma = math.sqrt(pwrss / m.n)
        order = sdcor.order(m.design.random)
        newer = structured or since("2.1")
        way = Way.BY_CORRELATIONS if newer else Way.PIVOTED
        x = sdcor.from_theta(m.design.random, theta, sigma, way)[order]
        lower, upper = (bound[order] for bound in sdcor.bounds(m.design.random))
        stderr = np.sqrt(unscaled * (sigma * sigma))
        deviance = pls.lme4_deviance(m.design.random.parameters.theta(theta), REML=False)
        return cls(m, deviance, theta, np.concatenate([x, beta]), stderr, lower, upper, order, newer)

    def lowered(self, parameters: Floats) -> ProfileObjective:
        """The same about the minimum to which `parameters` (m + 1 + p,), where the deviance is lower, lead."""
        start = self.theta_of(parameters[: self.n_variance], self.way)
        if self.m.design.random.parameters.structured:
            return ProfileObjective.of(self.m, descend(on_parameters(self.m.pls, False), start).par)
        return ProfileObjective.of(self.m, newton(self.m.pls, False, start).theta)

    def theta_of(self, x: Floats, way: Way) -> Floats:
        """theta (m,) of the first parameters x (m + 1,), see `sdcor.to_theta`."""
        return sdcor.to_theta(self.m.design.random, self._as_theta(x), way)

    def _as_theta(self, x: Floats) -> Floats:
        """x (m + 1,) in theta's order."""
        out = np.empty(len(x))
        out[self.order] = x
        return out

    @property
    def n_variance(self) -> int:
        return len(self.lower)

    @property
    def as_lme4(self) -> bool:
        """Whether to go lme4's way: not for Newton's fits, nor where one's correlation is 1 or -1 but for rounding.

        There lme4's optimizer, whose first step is the distance to the bound, stops where it starts, and its factor of
        a matrix of lower rank can lose an effect (`sdcor.theta_of`): its ends are NA or wrong in the second digit.
        lme4 2.1 does neither.
        """
        return self.m.control.optimizer != "newton" and (self.since_2_1 or not len(self.correlations_at_bound))

    @property
    def way(self) -> Way:
        """From standard deviations and correlations to theta."""
        if not self.as_lme4:
            return Way.EXACT
        return Way.BY_CORRELATIONS if self.since_2_1 else Way.PIVOTED

    @property
    def correlations_at_bound(self) -> Ints:
        """The numbers of the parameters that are correlations of 1 or -1 but for rounding."""
        at_bound = np.abs(self.optimum[: self.n_variance]) >= 1.0 - NEAR_ONE
        return np.flatnonzero(at_bound & (self.lower < 0.0))

    def touches_zero(self, w: int, points: Floats) -> bool:
        """Whether on the profile of parameter w, at `points` (rows, 1 + m + 1 + p), another standard deviation is zero
        or another correlation 1 or -1; as in lme4 2.1, also whether correlations can be those of no matrix, which makes
        NLopt stop as well."""
        if self.m.design.random.parameters.structured:
            return False
        many = self.since_2_1 and max(term.k for term in self.m.design.random.terms) > 2
        return many or self._meets_bounds(w, points)

    def _meets_bounds(self, w: int, points: Floats) -> bool:
        """Whether another standard deviation is zero there, or another correlation 1 or -1."""
        x = points[:, 1 : self.n_variance + 1]
        zero = (self.lower == 0.0) & (x <= NEAR_ZERO * x[:, -1:])
        one = (self.lower < 0.0) & (np.abs(x) >= 1.0 - NEAR_ONE)
        return bool(np.delete(zero | one, w, axis=1).any() if w < self.n_variance else (zero | one).any())

    def in_order(self, w: int, points: Floats) -> ProfileObjective | None:
        """That in lme4's order of summation, where on the profile of deviation w by sums over levels the last bit may
        have decided whether a search came away from a bound, from where the next one starts; None elsewhere. Searches
        with a fixed effect held all start from the fit."""
        summed = w < self.n_variance and self.m.pls.lme4_order is not None and self._products is not None
        return replace(self, by_sums=False) if summed and self._few and self._meets_bounds(w, points) else None

    def beyond(self, w: int) -> bool:
        """Whether lme4's first step, to 1.01 times the estimate, leaves the range of parameter w (its issue 834)."""
        return bool(1.01 * abs(self.optimum[w]) > self.upper[w])

    def control(self, asked: Mapping[str, Any] | None = None) -> LmerControl:
        """The fit's own optimizer with settings `asked`, or, for a fit by Newton's method, NLopt's BOBYQA when it has
        converged.
        """
        optimizer = "nloptwrap" if self.checks else self.m.control.optimizer
        asked = {} if self.checks or asked is None else asked
        return CONVERGED if optimizer == "newton" else LmerControl(optimizer, optCtrl=asked)

    def hold_variance(self, w: int, value: float, start: Floats) -> Minimum:
        """Parameter w of the sdcor scale held at `value`, the others from `start` (m + 1,)."""
        pls, x, free = self.m.pls, start.copy(), self._free(w)
        others = free.places
        way = Way.EXACT if self.way is Way.PIVOTED and self.beyond(w) else self.way
        if way is Way.EXACT:
            x = np.where(self.lower < 0.0, np.clip(x, -0.99, 0.99), x)
        x[w] = value
        # lme4 2.1 keeps the effects of the fit, not those that belong to the parameter's value.
        beta = self.optimum[self.n_variance :] if self.since_2_1 else None
        if (criterion := self._held_criterion) is not None:
            criterion.hold(self.order[others], self._as_theta(x), way)
            best = free.least(criterion, x[others])
            if beta is None and criterion is not self._products and math.isfinite(criterion(best[1])):
                beta = criterion.coefficients()[0]
        else:
            parts_at = pls.lme4_parts()

            def deviance(at: Floats) -> float:
                x[others] = at
                theta, s2 = self.theta_of(x, way), x[-1] * x[-1]
                if np.isnan(theta).any():
                    return math.nan if self.since_2_1 else math.inf
                parts = parts_at(pls.structure.parameters.theta(theta))
                return parts.ldL2 - pls.log_weights + parts.pwrss / s2 + pls.n * math.log(2.0 * math.pi * s2)

            best = free.least_by_callback(deviance, x[others])
        x[others] = best[1]
        beta = solved(pls, self.theta_of(x, way))[1] if beta is None else beta
        return Minimum(best[0], np.concatenate([x, beta]))

    def _free(self, w: int) -> Free:
        """What is free while parameter w is held: of the fixed effects, which all leave theta free, the first one."""
        if (found := self._frees.get(w)) is None:
            found = self._frees[w] = self._free_beside(w)
        return found

    def _free_beside(self, w: int) -> Free:
        if w >= self.n_variance:
            parameters = self.m.design.random.parameters
            edge = np.full(self.n_variance - 1, 0.0 if self.m.pls.lme4_order and self._products is None else NEAR_ONE)
            return Free(np.arange(self.n_variance - 1), parameters.lower, parameters.upper, self.control(), edge)
        others = np.delete(np.arange(self.n_variance), w)
        asked = {name: setting for name, setting in self.m.control.optCtrl.items() if name not in SIMPLEX}
        edge = np.where(self.lower[others] < 0.0, NEAR_ONE, AT_BOUND)
        edge *= not isinstance(self._held_criterion, Lme4Criterion)
        return Free(others, self.lower[others], self.upper[others], self.control(asked), edge)

    @cached_property
    def _frees(self) -> dict[int, Free]:
        """Those made: a profile asks for one some twenty times."""
        return {}

    @cached_property
    def _products(self) -> SeveralFactors | LevelSums | None:
        return self._of_products()

    def _of_products(self) -> SeveralFactors | LevelSums | None:
        """The compiled deviance from cross-products: of levels that are alike, of small models of several factors;
        None of others, and of those for which `lme4_order` takes no longer. Of the latter it is for fixed effects, and
        where they are `_few` the deviations."""
        pls, parameters = self.m.pls, self.m.pls.structure.parameters
        if pls.lme4_order is not None and not (self.checks or self._sooner_by_products):
            return None
        compiled = not parameters.structured or None not in (parameters.template(), parameters.template(of_scales=True))
        alike = Alike.of(pls) if compiled else None
        if alike is not None and pls.at(parameters.theta(self.theta)).criterion.pwrss >= LEFT * pls.XytZ2[-1, -1]:
            return LevelSums(pls, alike)
        small = pls.trailing.q and pls.XytZ2.shape[1] < LAPACK_FROM
        return SeveralFactors(pls) if small and not parameters.structured else None

    @property
    def _sooner_by_products(self) -> bool:
        """Whether lme4's order of summation takes long, and its last bit decides nothing of fixed effects' profiles:
        under lme4 2.1, without correlations, and where no deviation is zero, from which a search may come away or not.

        With correlations it decides: by sums the interval of a diet of ChickWeight's chicks, (Time | Chick), would end
        1e-5 of its width off.
        """
        structure = self.m.pls.structure
        apart = all(term.covariance.size == term.covariance.n_sd for term in structure.terms)
        away = self.theta > structure.parameters.lower + NEAR_ZERO
        asked = self.by_sums and self.since_2_1 and self.as_lme4 and self._many_products
        return asked and apart and bool(away.all() or len(away) == 1)

    @property
    def _many_products(self) -> bool:
        terms, pls = self.m.pls.structure.terms, self.m.pls
        work = pls.n + sum(len(term.levels) for term in terms) * pls.p**2
        return work > (FEW_PRODUCTS if len(terms) == 1 else 2 * FEW_PRODUCTS)

    @property
    def _few(self) -> bool:
        """Whether deviations are so few that the last bit does not decide where searches with one held stop: of three
        of cake's, one of them a fortieth of the next, sums would move an end by 1e-3 of the interval's width."""
        return len(self.theta) <= FEW_APART

    @cached_property
    def _criteria(self) -> dict[int, Lme4Criterion]:
        """Criteria in use: -1 with variance parameters held, j with fixed effect j held."""
        return {}

    def _beside(self, j: int) -> Lme4Criterion:
        """lme4's deviance with fixed effect j held."""
        order = self.m.pls.lme4_order
        assert order is not None
        if j not in self._criteria:
            self._criteria[j] = order.beside(j)
        return self._criteria[j]

    def step(self, w: int, zeta: Zeta) -> Step | None:
        """The compiled step with parameter w held; `zeta`: of a deviance, the parameters and the direction, where the
        deviance is not above the least. None where there is none."""
        return self._variance_step(w, zeta) if w < self.n_variance else self._fixed_step(w - self.n_variance, zeta)

    def _variance_step(self, w: int, zeta: Zeta) -> Step | None:
        """As lme4 2.1 goes, whose fixed effects stay."""
        criterion = self._held_criterion
        if criterion is None or not (self.since_2_1 and self.as_lme4):
            return None
        free, beta = self._free(w), np.ascontiguousarray(self.optimum[self.n_variance :])
        return VarianceStep(w, free.places, self.order, Way.BY_CORRELATIONS, free.lower, free.upper, free.edge, beta,
                            *self._common(w, criterion, free, zeta))

    def _fixed_step(self, j: int, zeta: Zeta) -> Step | None:
        """From the fit's theta."""
        pls, structure = self.m.pls, self.m.design.random
        template = structure.parameters.template()
        covered = pls.lme4_order is not None and (template is not None or not structure.parameters.structured)
        if self._products is None and not covered:
            return None
        held = (self._beside(j) if self._products is None else self._products.beside(j)).of_parameters(template)
        free = self._free(self.n_variance)
        way = Way.BY_CORRELATIONS if self.since_2_1 else Way.PIVOTED
        scales = partial(sdcor.from_theta, structure) if structure.parameters.structured else None
        return FixedStep(free.within(self.theta), self.order, structure.sizes, way, scales, pls.n, pls.p,
                         *self._common(self.n_variance + j, held, free, zeta))

    def _common(self, w: int, criterion: Any, free: Free, zeta: Zeta) -> tuple[Any, ...]:
        """What both kinds of steps are made of."""
        search = None if free.control.optimizer in BY_NAME else free.search
        return (criterion, search, free.least, len(free.places), self.deviance, self.optimum[w], self.since_2_1,
                LOWER_DEVIANCE, zeta)

    @property
    def _held_criterion(self) -> Lme4Criterion | SeveralFactors | LevelSums | None:
        """The compiled deviance that `hold`s variance parameters; None where there is none."""
        pls, parameters = self.m.pls, self.m.pls.structure.parameters
        template = parameters.template(of_scales=True)
        products = self._products if pls.lme4_order is None or self._few or self.checks else None
        if products is not None or pls.lme4_order is None or (template is None and parameters.structured):
            return products if products is None else products.of_parameters(template)
        if -1 not in self._criteria:
            self._criteria[-1] = pls.lme4_order.objective(False).of_parameters(template)
        return self._criteria[-1]

    def missed(self, w: int, value: float, zeta: float, tolerance: float) -> bool | None:
        """Whether the signed root of the deviance's rise at `value` of parameter w is less than `zeta` by more than
        `tolerance`, so that lme4's optimizer must have stopped too early; at a bound, more. By searches from where no
        standard deviation is zero and no correlation near 1 or -1. None where they do not tell: of terms with several
        correlations, which may be those of no matrix, and at a bound.
        """
        if not math.isfinite(value):
            return True
        if not self._searches_tell(w):
            return None
        least = self._checking._least_held(w, value) - self._checking._least_away
        if w < self.n_variance and value in (self.lower[w], self.upper[w]):
            return False if least <= zeta * zeta else None
        return math.sqrt(max(0.0, least)) < abs(zeta) - tolerance

    def _searches_tell(self, w: int) -> bool:
        structure, order = self.m.design.random, self.m.pls.lme4_order
        compiled = order is not None or self._products is not None
        always = w >= self.n_variance or all(term.k <= 2 for term in structure.terms)  # a matrix
        return compiled and always and not structure.parameters.structured

    @cached_property
    def _checking(self) -> ProfileObjective:
        """The same for checks, where those would take long by what profiles are made of."""
        long = self.m.control.optimizer in BY_NAME or (self._products is None and self._many_products)
        return replace(self, checks=True) if long else self

    @cached_property
    def _away(self) -> Floats:
        """theta (m,) of the fit, but for standard deviations near zero, which are raised."""
        structure = self.m.pls.structure
        return np.where(structure.diagonal, np.maximum(self.theta, RAISED / structure.theta_scale), self.theta)

    @cached_property
    def _least_away(self) -> float:
        """The least deviance that is known, the fit's or from there."""
        criterion: Any = self._of_products() or self.m.pls.lme4_criterion(False)
        return min(self.deviance, self._free(self.n_variance).least(criterion, self._away)[0])

    def _least_held(self, w: int, value: float) -> float:
        """The least deviance with parameter w at `value` that a search from there finds."""
        if w < self.n_variance:
            sigma = self.optimum[self.n_variance - 1]
            start = sdcor.from_theta(self.m.design.random, self._away, sigma, Way.BY_CORRELATIONS)[self.order]
            start = np.where(self.lower < 0.0, np.clip(start, -WITHIN, WITHIN), start)
            return self.hold_variance(w, value, start).deviance
        j = w - self.n_variance
        criterion = self._beside(j) if self._products is None else self._products.beside(j)
        return self._free(self.n_variance).least(criterion.held(value), self._away)[0]

    def hold_fixed(self, j: int, value: float) -> Minimum:
        """Fixed effect j held at `value`, theta from the fit's, where that is not compiled.

        Elsewhere than in lme4's order no new factorization is needed: with beta_j held at b, pwrss grows by
        (b - beta_j)^2 / [(X'V^{-1}X)^{-1}]_jj.
        """
        structure, pls = self.m.design.random, self.m.pls
        parameters = structure.parameters
        free = self._free(self.n_variance)
        if pls.lme4_order is not None:
            held = self._beside(j).held(value)
            template = parameters.template()
            if parameters.structured and template is None:
                best = free.least_by_callback(lambda par: held(parameters.theta(par)), self.theta)
            else:
                best = free.least(held.of_parameters(template), self.theta)
            if not math.isfinite(held.of_parameters(None)(parameters.theta(best[1]))):
                raise np.linalg.LinAlgError(f"the downdated X'X is not positive definite at theta {best[1]}")
            others = held.coefficients()[0]
            pwrss, beta = held.pwrss, np.concatenate([others[:j], [value], others[j:]])
        else:

            def deviance(theta: Floats) -> float:
                ldL2, pwrss, beta, unscaled = with_covariance(pls, parameters.theta(theta))
                pwrss += (value - beta[j]) ** 2 / unscaled[j, j]
                return ldL2 - pls.log_weights + pls.n * (1.0 + math.log(2.0 * math.pi * pwrss / pls.n))

            best = free.least_by_callback(deviance, self.theta)
            _, pwrss, beta, unscaled = with_covariance(pls, parameters.theta(best[1]))
            gap = value - beta[j]
            pwrss += gap**2 / unscaled[j, j]
            beta = beta + unscaled[:, j] * (gap / unscaled[j, j])
            beta[j] = value
        sigma = math.sqrt(pwrss / pls.n)
        way = Way.BY_CORRELATIONS if self.since_2_1 else Way.PIVOTED
        x = sdcor.from_theta(structure, best[1], sigma, way)[self.order]
        return Minimum(best[0], np.concatenate([x, beta]))
