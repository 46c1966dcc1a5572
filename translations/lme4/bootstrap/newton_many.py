"""Many responses fitted by Newton's method on one design with one grouping factor: compiled steps, as `optimize.newton`
takes them, and the same search for other minima. What is out of the ordinary is left to `newton` itself.

The last step in extended precision is not taken: theta is 1e-13 to 1e-11 of its size from the optimum.
"""

from __future__ import annotations

import numpy as np

from translations.arrays import Floats

from ..criterion.newton_factor import NewtonFactor
from ..criterion.optimize import (
    CONVERGED,
    FEW_LEVELS,
    NOISE,
    PROBES_UP_TO,
    centred,
    exchanged,
    nlopt_search,
    searched,
)
from ..criterion.pls import PLS

AT_ZERO = 1e-5  # scaled entries of theta below it are on the boundary, as in `newton`


class NewtonBatch:
    """One design, on which one response after the other is fitted.

    start (m,): where every fit begins, scaled as the factor's variables are; diagonal: which of them are diagonal.
    """

    def __init__(self, pls: PLS, REML: bool, start: Floats) -> None:  # noqa: N803
        structure = pls.structure
        self.pls, self.from_theta, self.scale = pls, start, structure.theta_scale
        self.start = start.copy() if np.array_equal(start, structure.start) else start * self.scale
        self.diagonal = np.flatnonzero(structure.diagonal)
        self.factor = NewtonFactor(pls, REML, np.array([self.start, structure.diagonal.astype(float)]))
        self.competing, self.few_rows = not centred(pls), pls.n <= PROBES_UP_TO
        self.few_levels = any(len(term.levels) < FEW_LEVELS * term.n_theta for term in structure.terms)
        self.lme4_criterion = None if pls.lme4_order is None else pls.lme4_order.objective(REML)
        self.point, self.gradient = np.empty((2, structure.n_theta))

    def fit(self, y: Floats, beta: Floats, se: Floats) -> tuple[Floats, float, float, int] | None:
        """Theta (m,), the criterion, pwrss and how many criteria it took, for the response y (n,); beta (p,) and its
        standard errors over sigma in place. None for what `newton` had better look at itself.
        """
        of, factor, x, g, before = self.pls, self.factor, self.point, self.gradient, self.factor.of.count
        given = y if of.offset is None else y - of.offset
        if not factor.load(given if of.root_weights is None else given * of.root_weights):
            return None
        single = len(of.structure.terms) == 1
        alone = single and self.few_rows and (self.competing or self.few_levels)
        f = factor.fit(self.start, alone, x, g)
        at_zero = bool(x[self.diagonal].min() < AT_ZERO)
        if f == np.inf or ((at_zero or self.competing or not single) and self._lower_elsewhere(x, f, y, at_zero)):
            return None
        tiny = (np.abs(x) < AT_ZERO) & (x != 0.0)
        if at_zero and tiny.any():
            x[tiny] = 0.0
            snapped = factor.at(x, g)
            if not (snapped <= f + 1e-12 * abs(f) and np.abs(g).max() <= CONVERGED):
                return None
            f = snapped
        pwrss = factor.estimates(x, beta, se)
        return x / self.scale + 0.0, f, pwrss, factor.of.count - before

    def _lower_elsewhere(self, x: Floats, f: float, y: Floats, at_zero: bool) -> bool:
        """Whether the rest of `optimize._elsewhere`'s search would find less than f, at the scaled x (m,)."""
        noise, g = NOISE * max(1.0, abs(f)), np.empty_like(x)
        several = len(self.pls.structure.terms) > 1 and (self.competing or self.few_levels) and self.few_rows
        for start in exchanged(self.pls, x) if several else ():
            if self.factor.descend(start, g, x[None], np.array([f])) < f - noise:
                return True
        if not (self.competing or (self.few_rows and at_zero)):
            return False
        if self.lme4_criterion is None:
            return True
        lowest = searched(nlopt_search(self.pls.structure.lower), self.lme4_criterion.load(y), self.from_theta)
        return bool(lowest.value < f - noise)
