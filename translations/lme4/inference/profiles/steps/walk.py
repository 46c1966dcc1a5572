# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""The steps of a profile: where its points are, and the compiled way to one.

A model with eighteen fixed effects has four hundred points, each of which takes some fifteen deviances: what Python
would do between them takes longer than they.
"""

from __future__ import annotations

import cython
import numpy as np
from cython.cimports.libc.math import INFINITY, copysign, fabs, isfinite, isnan, sqrt
from cython.cimports.translations.lme4.criterion.objective import Objective
from cython.cimports.translations.lme4.criterion.scales import sdcor_of
from cython.cimports.translations.optim.search import Search

MAX_MULTIPLE = cython.declare(cython.double, 10.0)  # a step is at most this many times the one before
MIN_STEP = cython.declare(cython.double, 1e-6)
ROUNDOFF_LIMITED = cython.declare(cython.int, -4)  # how searches end that may have found the least, see `optimize.py`
FAILED = cython.declare(cython.int, -40)


@cython.cclass
class Step:
    """A point of a profile from the parameter's value and the row before, as a Python function has it."""

    function: object

    def __init__(self, function):
        self.function = function

    def __call__(self, value: cython.double, last: cython.double[::1]):
        """A row: zeta, then all parameters."""
        row = np.empty(last.shape[0])
        self.at(value, last, row)
        return row

    @cython.cfunc
    def at(self, value: cython.double, last: cython.double[::1], row: cython.double[::1]):
        found: cython.double[::1] = self.function(value, np.asarray(last))
        row[:] = found


@cython.cclass
class SearchStep(Step):
    """The same by minimizing a criterion.

    search: over its variables; where there is none, `function` of the criterion and a start gives the least value and
    where it is. deviance: the fit's, where the parameter is at its estimate. regular: whether a deviance that is not
    above it counts as lme4 2.1 has it, above it by `lower`; zeta: of a deviance, parameters and a direction by Python,
    where it is no number or lower still.
    """

    criterion: Objective
    search: Search
    variables: cython.double[::1]
    deviance: cython.double
    estimate: cython.double
    regular: cython.bint
    lower: cython.double
    zeta: object

    def __init__(self, criterion, search, function, m, deviance, estimate, regular, lower, zeta):
        self.criterion, self.search, self.function, self.variables = criterion, search, function, np.empty(m)
        self.deviance, self.estimate, self.regular, self.lower, self.zeta = deviance, estimate, regular, lower, zeta

    @cython.cfunc
    def least(self) -> cython.double:
        """The least deviance, from the variables, which are left there; infinite where none was found."""
        if self.search is None:
            found, where = self.function(self.criterion, np.array(self.variables))
            there: cython.double[::1] = np.ascontiguousarray(where)
            self.variables[:] = there
            return found
        self.search.of(self.criterion)
        self.search.run(self.variables)
        status = self.search.status
        good: cython.bint = status > 0 or status == ROUNDOFF_LIMITED or status <= FAILED
        return self.search.least if good else INFINITY

    @cython.cfunc
    def rooted(self, found: cython.double, value: cython.double, row: cython.double[::1]):
        """Put zeta into the row, whose parameters are there."""
        rise: cython.double = found - self.deviance
        direction: cython.double = value - self.estimate
        if not isfinite(rise) or rise < -self.lower:
            row[0] = self.zeta(found, np.array(row[1:]), direction)
            return
        if self.regular and rise <= 0.0:
            rise = self.lower
        row[0] = copysign(sqrt(rise if rise > 0.0 else 0.0), direction) if direction != 0.0 else 0.0


@cython.final
@cython.cclass
class FixedStep(SearchStep):
    """That with a fixed effect held, theta from `start` (m,), within its bounds, each time.

    order (m + 1,): where a row's parameters stand in `sdcor`'s x; way: from theta to these, see `criterion.scales`;
    scales: from the parameters of covariance structures and sigma to x, by Python, or None.
    """

    start: cython.const[cython.double][::1]
    x: cython.double[::1]
    order: cython.Py_ssize_t[::1]
    sizes: cython.Py_ssize_t[::1]
    scratch: cython.double[:, :, ::1]
    effects: cython.double[::1]
    way: cython.int
    scales: object
    n: cython.double

    def __init__(self, start, order, sizes, way, scales, n, p, *common):
        SearchStep.__init__(self, *common)
        self.start, self.x, self.n, self.effects = start, np.empty(len(order)), n, np.empty(p)
        self.order, self.sizes, self.way, self.scales = order, sizes, way, scales
        self.scratch = np.empty((4, max(sizes), max(sizes)))

    @cython.cfunc
    def at(self, value: cython.double, last: cython.double[::1], row: cython.double[::1]):
        m = self.start.shape[0]
        self.criterion.hold_effect(value)
        for i in range(m):
            self.variables[i] = self.start[i]
        found: cython.double = self.least()
        at_best: cython.double = self.criterion.at(self.variables)
        if not isfinite(at_best):
            theta = np.array(self.variables)
            raise np.linalg.LinAlgError(f"the downdated X'X is not positive definite at theta {theta}")
        sigma: cython.double = sqrt(self.criterion.pwrss / self.n)
        if self.scales is None:
            sdcor_of(self.variables, sigma, self.sizes, self.x, self.scratch, self.way)
        else:
            self.x = self.scales(np.array(self.variables), sigma)
        self.criterion.effects(self.effects)
        for i in range(m + 1):
            row[1 + i] = self.x[self.order[i]]
        for i in range(self.effects.shape[0]):
            row[m + 2 + i] = self.effects[i]
        self.rooted(found, value, row)


@cython.final
@cython.cclass
class VarianceStep(SearchStep):
    """That with standard deviation, correlation or sigma number `at_place` held, the others from the row before.

    places (m,): the others' numbers, and in_x (m,): where these stand in the criterion's x (m + 1,), as `order` has it
    for all; floor, ceiling (m,): their bounds, from which they start where they are no farther than `edge` (m,); beta
    (p,): the fixed effects, which lme4 2.1 leaves at the fit's.
    """

    hold: object
    at_place: cython.Py_ssize_t
    places: cython.Py_ssize_t[::1]
    in_x: object
    order: cython.Py_ssize_t[::1]
    x: object
    own: cython.double[::1]
    floor: cython.const[cython.double][::1]
    ceiling: cython.const[cython.double][::1]
    edge: cython.const[cython.double][::1]
    beta: cython.const[cython.double][::1]
    way: cython.int

    def __init__(self, at_place, places, order, way, floor, ceiling, edge, beta, *common):
        SearchStep.__init__(self, *common)
        self.hold, self.at_place, self.places, self.order, self.way = self.criterion.hold, at_place, places, order, way
        self.in_x, self.x, self.floor, self.ceiling = order[places], np.empty(len(order)), floor, ceiling
        self.own, self.edge, self.beta = self.x, edge, beta

    @cython.cfunc
    def at(self, value: cython.double, last: cython.double[::1], row: cython.double[::1]):
        m = self.places.shape[0]
        for i in range(m + 1):
            row[1 + i] = last[1 + i]
        row[1 + self.at_place] = value
        for i in range(m + 1):
            self.own[self.order[i]] = row[1 + i]
        self.hold(self.in_x, self.x, self.way)
        for i in range(m):
            start: cython.double = row[1 + self.places[i]]
            # A correlation that rounding has put beyond 1, or just not there.
            start = start if start - self.floor[i] > self.edge[i] else self.floor[i]
            self.variables[i] = start if self.ceiling[i] - start > self.edge[i] else self.ceiling[i]
        found: cython.double = self.least()
        for i in range(m):
            row[1 + self.places[i]] = self.variables[i]
        for i in range(self.beta.shape[0]):
            row[m + 2 + i] = self.beta[i]
        self.rooted(found, value, row)


def next_value(before: cython.double[::1], last: cython.double[::1], column: cython.Py_ssize_t, lower: cython.double,
               upper: cython.double, delta: cython.double, warn):
    """Where the next point is: `delta` of zeta farther, by the last two."""
    return _next_value(before, last, column, lower, upper, delta, warn)


@cython.cfunc
def _next_value(before: cython.double[::1], last: cython.double[::1], column: cython.Py_ssize_t, lower: cython.double,
                upper: cython.double, delta: cython.double, warn) -> cython.double:
    moved: cython.double = last[column] - before[column]
    zeta: cython.double = last[0] - before[0]
    step: cython.double = MIN_STEP
    if zeta == 0.0 or isnan(zeta):
        warn("Last two rows have identical or NA .zeta values: using minstep")
    else:
        step = delta * moved / zeta
        if step < 0.0:
            warn("unexpected decrease in profile: using minstep")
            step = MIN_STEP
        elif fabs(MAX_MULTIPLE * moved) < step:
            step = fabs(MAX_MULTIPLE * moved)
    value: cython.double = last[column] + copysign(step, moved)
    value = value if value > lower else lower
    return value if value < upper else upper


def walked(first: cython.double[::1], second: cython.double[::1], column: cython.Py_ssize_t, lower: cython.double,
           upper: cython.double, step: Step, cutoff: cython.double, delta: cython.double, patience: cython.Py_ssize_t,
           ends_at_nan: cython.bint, most: cython.Py_ssize_t, warn):
    """Rows (zeta, parameters) from two given ones onwards, see `profile.Walk`; at most so many."""
    rows: cython.double[:, ::1] = np.empty((most, first.shape[0]))
    rows[0], rows[1] = first, second
    count: cython.Py_ssize_t = 2
    creeping: cython.Py_ssize_t = 0
    while count < most and creeping < patience:
        zeta: cython.double = rows[count - 1, 0]
        value: cython.double = rows[count - 1, column]
        if not (lower < value < upper) or fabs(zeta) > cutoff or (ends_at_nan and isnan(zeta)):
            break
        risen: cython.double = (zeta - rows[count - 2, 0]) * (value - rows[count - 2, column])
        creeping = 0 if risen > 0.0 else creeping + 1  # zeta has not risen, so that lme4's next step is its least
        to: cython.double = _next_value(rows[count - 2], rows[count - 1], column, lower, upper, delta, warn)
        step.at(to, rows[count - 1], rows[count])
        count += 1
    return list(np.asarray(rows)[:count])
