# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""The steps of a profile: where its points are, and the compiled way to one with a fixed effect held.

A model with eighteen fixed effects has four hundred points, each of which takes some fifteen deviances: what Python
would do between them takes longer than they.
"""

from __future__ import annotations

import numpy as np

try:
    import cython
except ModuleNotFoundError:
    from translations import cython_stand_in as cython

if cython.compiled:
    from cython.cimports.libc.math import INFINITY, copysign, fabs, isfinite, isnan, sqrt
    from cython.cimports.translations.lme4.criterion.objective import Objective
    from cython.cimports.translations.lme4.criterion.scales import sdcor_of
    from cython.cimports.translations.optim.search import Search
else:
    from math import copysign, fabs, isfinite, isnan, sqrt
    from math import inf as INFINITY

    from translations.compiled import runs_as_python
    from translations.optim.search import Search

    from ...criterion.objective import Objective
    from ...criterion.scales import sdcor_of

    runs_as_python(__name__)

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


@cython.final
@cython.cclass
class FixedStep(Step):
    """The same with a fixed effect held in `criterion`, from the fit's theta each time.

    search: over theta (m,) from `start`, which is within the bounds; `function` of the criterion and the start does its
    work, and gives the least value and its theta, where there is none. deviance, estimate: at the minimum. order
    (m + 1,): where a row's parameters stand in `sdcor`'s x; way: from theta to these, see `scales`. regular: whether a
    deviance that is not higher than the least counts as lme4 2.1 has it, higher by `lower`; zeta: of a deviance and a
    direction by Python where it is no number or lower still.
    """

    criterion: Objective
    search: Search
    start: cython.const[cython.double][::1]
    theta: cython.double[::1]
    x: cython.double[::1]
    order: cython.Py_ssize_t[::1]
    sizes: cython.Py_ssize_t[::1]
    scratch: cython.double[:, :, ::1]
    effects: cython.double[::1]
    way: cython.int
    regular: cython.bint
    n: cython.double
    deviance: cython.double
    estimate: cython.double
    lower: cython.double
    zeta: object

    def __init__(self, criterion, search, function, start, order, sizes, way, n, p, deviance, estimate, regular, lower,
                 zeta):
        self.criterion, self.search, self.function, self.zeta = criterion, search, function, zeta
        self.start, self.theta, self.x = start, np.empty(len(start)), np.empty(len(order))
        self.order, self.sizes, self.way, self.effects = order, sizes, way, np.empty(p)
        self.scratch = np.empty((4, max(sizes), max(sizes)))
        self.n, self.deviance, self.estimate, self.regular, self.lower = n, deviance, estimate, regular, lower

    @cython.cfunc
    def at(self, value: cython.double, last: cython.double[::1], row: cython.double[::1]):
        m = self.theta.shape[0]
        self.criterion.hold_effect(value)
        found: cython.double = self._least()
        at_best: cython.double = self.criterion.at(self.theta)
        if not isfinite(at_best):
            raise np.linalg.LinAlgError(f"the downdated X'X is not positive definite at theta {np.array(self.theta)}")
        sigma: cython.double = sqrt(self.criterion.pwrss / self.n)
        sdcor_of(self.theta, sigma, self.sizes, self.x, self.scratch, self.way)
        self.criterion.effects(self.effects)
        for i in range(m + 1):
            row[1 + i] = self.x[self.order[i]]
        for i in range(self.effects.shape[0]):
            row[m + 2 + i] = self.effects[i]
        rise: cython.double = found - self.deviance
        if not isfinite(rise) or rise < -self.lower:
            row[0] = self.zeta(found, np.array(row[1:]), value - self.estimate)
            return
        if self.regular and rise <= 0.0:
            rise = self.lower
        direction: cython.double = value - self.estimate
        row[0] = copysign(sqrt(rise if rise > 0.0 else 0.0), direction) if direction != 0.0 else 0.0

    @cython.cfunc
    def _least(self) -> cython.double:
        """The least deviance over theta, which is left there; infinite where none was found."""
        if self.search is None:
            found, theta = self.function(self.criterion)
            self.theta[:] = np.ascontiguousarray(theta)
            return found
        for i in range(self.start.shape[0]):
            self.theta[i] = self.start[i]
        self.search.of(self.criterion)
        self.search.run(self.theta)
        status = self.search.status
        good: cython.bint = status > 0 or status == ROUNDOFF_LIMITED or status <= FAILED
        return self.search.least if good else INFINITY


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
