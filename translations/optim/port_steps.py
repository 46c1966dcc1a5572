"""A step of PORT's secant method: the double dogleg within a trust region, and what is made of the function's value.

Sources: Dennis & Mei (1979), J. Optim. Theory Appl. 28, the double dogleg; Dennis, Gay & Welsch (1981), ACM
Transactions on Mathematical Software 7, sections 5 and 7, how a step is judged and when the search ends. The names of
PORT's V() and IV() entries stand beside the fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from .port_algebra import Vector, square

BIAS = 0.8  # how far the relaxed Newton step is from the full one to the Cauchy step
SHRINK, SHRINK_MOST, GROW, GROW_MOST = 0.5, 0.1, 2.0, 4.0  # factors of the radius: DECFAC's, RDFCMN, INCFAC, RDFCMX
POOR, TRIVIAL, GOOD = 0.1, 1e-4, 0.75  # of the predicted reduction: TUNER1, TUNER2; of the slope's: TUNER3

# What to do next (IRC): go on with the radius changed or as it is, try again, look at a step of length LMAXS, stop.
KEEP, CHANGE, AGAIN, SINGULAR_TEST = 3, 4, 5, 6
X_CONVERGENCE, RELATIVE, ABSOLUTE, SINGULAR, FALSE_CONVERGENCE = 7, 8, 10, 11, 12

# What becomes of the point (RESTOR): nothing, back to the start, the step is noted, the noted step is taken.
STAY, BACK, NOTE, NOTED = 0, 1, 2, 3


@dataclass
class Step:
    """What is known of a step and of the search; lengths are scaled ones.

    f, f0, best: the function now, where the iteration began, and at the best step so far (F, F0, FLSTGD)
    decrease: f0 - f (FDIF); predicted: by the quadratic model (PREDUC); newton: by the full Newton step (NREDUC)
    slope: gradient times step (GTSTEP); length, newton_length: DSTNRM, DST0; relative: change of x (RELDX)
    kind: 0 a Newton step, to 1 a relaxed one, to 2 a dogleg, above a Cauchy step (STPPAR)
    of_gradient, of_newton: what of each is in the step (GRDFAC, NWTFAC); model: |L'D^-2 g| (GTHG)
    """

    f: float
    f0: float
    x_tol: float
    rel_tol: float
    abs_tol: float
    xf_tol: float
    sing_tol: float
    longest: float  # LMAXS
    radius: float = 0.0
    factor: float = 0.0  # of the length, for the next radius (RADFAC)
    best: float = 0.0
    decrease: float = 0.0
    predicted: float = 0.0
    newton: float = 0.0
    slope: float = 0.0
    length: float = 0.0
    newton_length: float = 0.0
    gradient_norm: float = 0.0
    model: float = 0.0
    relative: float = 0.0
    kind: float = 0.0
    of_gradient: float = 0.0
    of_newton: float = 0.0
    noted_length: float = 0.0  # DSTSAV
    noted_prediction: float = 0.0  # PLSTGD
    noted_slope: float = 0.0  # GTSLST
    tried: int = 0  # how often the radius grew, or less than 0 where it shrank (RADINC)
    calls: int = 1  # of the function, but for gradients (NFCALL)
    best_call: int = 1  # NFGCAL
    next: int = CHANGE
    before: int = CHANGE  # what would be next if nothing converged (XIRC)
    point: int = STAY

    def dogleg(self, scaled: Vector, newton: Vector) -> Vector:
        """The step within the radius, from D^-2 g and the negative Newton step H^-1 g."""
        share = self.radius / self.newton_length if self.newton_length > 0.0 else 1.0
        full = 2.0 * self.newton
        self.of_gradient = self.of_newton = 0.0
        if share >= 1.0:
            self.kind, self.length, self.slope = 0.0, self.newton_length, -full
            self.predicted, self.of_newton = self.newton, -1.0
            return [-x for x in newton]
        self.length = self.radius
        cauchy = square(self.gradient_norm / self.model)
        cauchy_length = self.gradient_norm * cauchy
        relaxed = 1.0 - BIAS * (1.0 - self.gradient_norm * cauchy_length / full)
        if share >= relaxed:
            self.kind = 1.0 - (share - relaxed) / (1.0 - relaxed)
            self.of_newton = -share
            self.slope = self.of_newton * full
            self.predicted = share * (1.0 - 0.5 * share) * full
            return [self.of_newton * x for x in newton]
        if cauchy_length >= self.radius:
            self.of_gradient = -self.radius / self.gradient_norm
            self.kind = 1.0 + cauchy_length / self.radius
            self.slope = -self.radius * self.gradient_norm
            self.predicted = self.radius * (
                self.gradient_norm - 0.5 * self.radius * square(self.model / self.gradient_norm))
            return [self.of_gradient * x for x in scaled]
        # Between the Cauchy step and the relaxed Newton step, products scaled by the gradient's length.
        both = cauchy * relaxed * full / self.gradient_norm
        t1 = both - self.gradient_norm * square(cauchy)
        t2 = self.radius * (self.radius / self.gradient_norm) - self.gradient_norm * square(cauchy)
        t = relaxed * self.newton_length
        between = (t / self.gradient_norm) * t - both - t1
        t = t2 / (t1 + sqrt(square(t1) + between * t2))
        self.of_gradient, self.of_newton, self.kind = (t - 1.0) * cauchy, -t * relaxed, 2.0 - t
        self.slope = self.of_gradient * square(self.gradient_norm) + self.of_newton * full
        self.predicted = self.reduction(self.of_gradient, self.of_newton, self.gradient_norm, full)
        return [self.of_gradient * x + self.of_newton * y for x, y in zip(scaled, newton, strict=True)]

    def reduction(self, of_gradient: float, of_newton: float, length: float, full: float) -> float:
        """What the quadratic model predicts of such a step; length: the gradient's, full: twice Newton's reduction."""
        return (-of_gradient * length * ((of_newton + 1.0) * length)
                - of_newton * (1.0 + 0.5 * of_newton) * full - 0.5 * square(self.model * of_gradient))

    def judge(self) -> None:
        """Set what is `next` and what becomes of the `point`, from f at the step. PORT: DA7SST."""
        self.point = STAY
        if self.next == SINGULAR_TEST:
            self.slope, self.length, self.next = self.noted_slope, abs(self.noted_length), self.before
            if self.noted_length <= 0.0:
                self.next = FALSE_CONVERGENCE
            self.newton, self.predicted, self.point = -self.predicted, self.noted_prediction, NOTED
            self._singular()
            return
        call, ratio, moved = self.calls, 1.0, True
        if self.next == CHANGE:  # the iteration's first step
            self.tried, self.best = 0, self.f0
        elif self.f >= self.best and self.best < self.f0:  # the step before was better
            moved = call >= self.best_call + 3
            self.point, self.f, self.predicted, self.slope = NOTED, self.best, self.noted_prediction, self.noted_slope
            ratio = self.length / self.noted_length
            self.length = self.noted_length
            if moved:
                self.decrease, self.next, self.factor = self.f0 - self.f, CHANGE, ratio
                return
            call = self.best_call
        self.decrease = self.f0 - self.f
        if not self.decrease > TRIVIAL * self.predicted and self.tried <= 0:
            self._nothing_gained(call)
            self._shrink(ratio, call)
        else:
            self.best_call, ratio, self.noted_length = call, 1.0, self.length
            if self.decrease > self.predicted * POOR:
                self._well(call)
            else:
                self.next = CHANGE
                self._shrink(ratio, call)
        self._converged(moved)

    def _nothing_gained(self, call: int) -> None:
        if self.f >= self.f0:
            self.best, self.f, self.point = self.f, self.f0, BACK
        else:
            self.best_call = call
        self.next = AGAIN
        self.tried -= 1

    def _shrink(self, ratio: float, call: int) -> None:
        """Fletcher's factor for a smaller radius; a step that changes nothing ends the search."""
        self.before = self.next
        least = self.slope + self.decrease
        self.factor = 0.5 * ratio
        if least < self.slope:
            self.factor = ratio * max(SHRINK_MOST, 0.5 * self.slope / least)
        if self.relative <= self.xf_tol:
            self.next = FALSE_CONVERGENCE
        elif self.f < self.f0:
            self._note(call)
        else:
            self.before = self.next

    def _well(self, call: int) -> None:
        """A good decrease: whether the radius stays, grows, or the step is tried again with a larger one."""
        if self.decrease < -GOOD * self.slope or self.tried < 0 or self.point in (BACK, NOTED):
            self.factor, self.next = 1.0, KEEP
            self.before = self.next
            return
        self.factor = GROW_MOST
        if self.decrease < (0.5 / self.factor - 1.0) * self.slope:
            self.factor = max(GROW, 0.5 * self.slope / (self.slope + self.decrease))
        self.next = CHANGE
        newton_like = self.newton_length >= 0.0 and (
            self.newton_length < 2.0 * self.length or self.newton < 1.2 * self.decrease)
        if self.kind == 0.0 or newton_like:
            self.before = self.next
            return
        self.next = AGAIN
        self.tried += 1
        self._note(call)

    def _note(self, call: int) -> None:
        self.best = self.f
        if self.point == STAY:
            self.point = NOTE
        self.noted_length, self.best_call = self.length, call
        self.noted_prediction, self.noted_slope = self.predicted, self.slope
        self.before = self.next

    def _converged(self, moved: bool) -> None:
        """The tests for convergence, and whether a step of the greatest length must be looked at for a singular one."""
        if abs(self.f) < self.abs_tol:
            self.next = ABSOLUTE
        if 0.5 * self.decrease > self.predicted:
            return
        relative, singular = self.rel_tol * abs(self.f0), self.sing_tol * abs(self.f0)
        if self.predicted <= singular and (self.length > self.longest or self.kind == 0.0):
            self.next = SINGULAR
        if not self.newton_length < 0.0:
            kind = 2 * (0.0 < self.newton <= relative or self.newton == 0.0 == self.predicted)
            kind += self.kind == 0.0 and self.relative <= self.x_tol and moved
            if kind:
                self.next = 6 + kind
        if self.next > AGAIN and self.next != FALSE_CONVERGENCE or self.kind == 0.0:
            return
        if self.length > self.longest:
            share = self.longest / self.length
            if 0.5 * self.length <= self.longest or share * (2.0 - share) * self.predicted >= singular:
                return
        elif self.predicted >= singular or 0.0 < self.newton_length <= 2.0 * self.longest:
            return
        if self.newton < 0.0:
            self._singular()
            return
        self.noted_slope, self.noted_prediction = self.slope, self.predicted
        self.noted_length = -self.length if self.next == FALSE_CONVERGENCE else self.length
        self.point = STAY if self.point == NOTED else NOTE
        self.next = SINGULAR_TEST

    def _singular(self) -> None:
        if -self.newton <= self.sing_tol * abs(self.f0):
            self.next = SINGULAR
