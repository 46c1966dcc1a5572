"""What is free while a profile holds a parameter, and the search over it."""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from translations.arrays import Floats, Ints
from translations.optim.search import Search

from ...control import LmerControl
from ...criterion.lme4_criterion import Lme4Criterion
from ...criterion.minimizers import BY_NAME
from ...criterion.optimize import ROUNDOFF_LIMITED, bobyqa, nlopt_search, searched
from ...criterion.small.level_sums import LevelSums
from ...criterion.small.several_factors import SeveralFactors


@dataclass(frozen=True)
class Free:
    """The variables while a parameter is held: their places (m,) in x and bounds, and what minimizes over them.

    edge (m,): from nearer to a bound they start at it, for BOBYQA's first step would be as small as the distance. 0 in
    lme4's order of summation, where all is as lme4 has it; else the last bit would decide, which BLAS has.
    """

    places: Ints
    lower: Floats
    upper: Floats
    control: LmerControl
    edge: Floats

    @cached_property
    def search(self) -> Search:
        return nlopt_search(self.lower, self.upper, self.control)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "search"}  # compiled: not pickled

    def within(self, start: Floats) -> Floats:
        """Within the bounds: a correlation that rounding has put beyond 1 starts from 1."""
        above = np.where(start - self.lower <= self.edge, self.lower, start)
        return np.where(self.upper - above <= self.edge, self.upper, above)

    def least(self, criterion: Lme4Criterion | SeveralFactors | LevelSums, start: Floats) -> tuple[float, Floats]:
        """The least deviance and where it is, without Python between criterion and optimizer where that can be."""
        if self.control.optimizer in BY_NAME:
            return self.least_by_callback(criterion, start)
        found = searched(self.search, criterion, self.within(start))
        return found.value if found.status > 0 or found.status == ROUNDOFF_LIMITED else math.inf, found.theta

    def least_by_callback(self, deviance: Callable[[Floats], float], start: Floats) -> tuple[float, Floats]:
        """The same by the optimizer calling Python; infinite where the factorization fails."""

        def safe(x: Floats) -> float:
            try:
                return deviance(x)
            except (np.linalg.LinAlgError, ZeroDivisionError):
                return math.inf

        run = BY_NAME.get(self.control.optimizer, bobyqa)
        best = run(safe, self.within(start), self.lower, control=self.control, upper=self.upper)
        return best.value, best.theta
