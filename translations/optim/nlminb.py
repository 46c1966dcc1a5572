"""R's nlminb without derivatives: secant updates of a Cholesky factor, double-dogleg steps, differences for gradients.

R: stats::nlminb, which is PORT's DMNF and, with bounds, DMNFB. Sources: Gay (1983), ACM Transactions on Mathematical
Software 9, algorithm 611, and (1984), SIAM J. Numer. Anal. 21, the bounds.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isnan, sqrt

from . import port_algebra as algebra
from . import port_steps as steps
from .port_algebra import Vector, inner, norm, square
from .port_differences import EPSILON, ERROR, NoRoomError, gradient
from .port_steps import Step

RELATIVE_TOLERANCE = max(1e-10, (EPSILON ** (1.0 / 3.0)) ** 2)
SETTINGS: dict[str, float] = {
    "eval_max": 200.0, "iter_max": 150.0, "abs_tol": 0.0, "rel_tol": RELATIVE_TOLERANCE, "x_tol": sqrt(EPSILON),
    "xf_tol": 100.0 * EPSILON, "step_min": 1.0, "step_max": 1.0, "sing_tol": RELATIVE_TOLERANCE, "scale_init": -1.0,
    "diff_g": ERROR}
TOO_MANY_CALLS, TOO_MANY_STEPS, NO_GRADIENT, CROSSED_BOUNDS = 9, 10, 65, 82
MESSAGES = {
    3: "X-convergence (3)", 4: "relative convergence (4)", 5: "both X-convergence and relative convergence (5)",
    6: "absolute function convergence (6)", 7: "singular convergence (7)", 8: "false convergence (8)",
    9: "function evaluation limit reached without convergence (9)",
    10: "iteration limit reached without convergence (10)", 65: "gr cannot be computed at initial par (65)"}


@dataclass(frozen=True)
class Found:
    """Where the search ended.

    x (n,), value: the best point. code: 0 for success, else 1. calls, gradient_calls: of the function for itself and
    for gradients. message: R's.
    """

    x: Vector
    value: float
    code: int
    iterations: int
    calls: int
    gradient_calls: int
    message: str


def nlminb(
    function: Callable[[Vector], float], start: Sequence[float], lower: Sequence[float] | None = None,
    upper: Sequence[float] | None = None, *, scale: Sequence[float] | None = None,
    control: Mapping[str, float] | None = None,
) -> Found:
    """Minimize a function of n numbers, by its values alone.

    start (n,); lower, upper (n,): bounds, infinite where there are none. scale (n,): times x, all are of one size.
    control: eval_max, iter_max, abs_tol, rel_tol, x_tol, xf_tol, step_min, step_max, sing_tol, scale_init, diff_g.
    """
    n = len(start)
    low = [-inf] * n if lower is None else [float(x) for x in lower]
    up = [inf] * n if upper is None else [float(x) for x in upper]
    bounded = any(x != -inf for x in low) or any(x != inf for x in up)
    settings = SETTINGS | dict(control or {})
    kind = BoundedSearch if bounded else Search
    search = kind(function, [float(x) for x in start], low, up, [1.0] * n if scale is None else list(scale), settings)
    code = search.run()
    return Found(search.x, search.s.f, int(not 3 <= code <= 6), search.iterations, search.s.calls,
                 search.gradient_calls, MESSAGES.get(code, f"See PORT documentation.  Code ({code})"))


class Search:
    """The state of a search without bounds. PORT: DRMNF, DRMNG.

    x, x0 (n,): the point now and at the iteration's start; g (n,): the gradient there
    L: a factor of the Hessian's approximation; d (n,): the scale
    """

    def __init__(self, function: Callable[[Vector], float], x: Vector, lower: Vector, upper: Vector, d: Vector,
                 settings: Mapping[str, float]) -> None:
        self.function, self.lower, self.upper, self.settings = function, lower, upper, settings
        n = len(x)
        self.d = [settings["scale_init"]] * n if settings["scale_init"] >= 0.0 else d
        self.L = [[0.0] * i + [self.d[i] if self.d[i] > 0.0 else 1.0] for i in range(n)]
        self.x = self.x0 = self.projected(x)
        self.g = self.g0 = [0.0] * n
        self.step = self.noted = [0.0] * n
        self.hessian_step: Vector = []
        self.iterations = self.gradient_calls = 0
        self.free = n

    def projected(self, x: Vector) -> Vector:
        return x

    def value(self, x: Vector) -> float:
        """The function, infinite where it is not a number."""
        f = self.function(x)
        if isnan(f):
            warnings.warn("NA/NaN function evaluation", stacklevel=2)
            return inf
        return f

    def curvature(self) -> Vector:
        """The diagonal of LL' (n,)."""
        return [inner(row, row) for row in self.L]

    def differentiate(self) -> bool:
        """Set the gradient at x; False where bounds leave no room for differences."""
        def counted(x: Vector) -> float:
            self.gradient_calls += 1
            return self.value(x)

        try:
            self.g = gradient(counted, self.x, self.s.f, self.g, self.curvature(), self.d, self.lower, self.upper,
                              self.settings["diff_g"])
        except NoRoomError:
            return False
        return True

    def run(self) -> int:
        """Search; PORT's code of how it ended."""
        settings, f = self.settings, self.value(self.x)
        self.s = s = Step(f, f, settings["x_tol"], settings["rel_tol"], settings["abs_tol"], settings["xf_tol"],
                          settings["sing_tol"], settings["step_max"])
        if not self.differentiate():
            return NO_GRADIENT
        self.see_bounds()
        s.radius = settings["step_min"]
        while self.iterations < settings["iter_max"]:
            self.iterations += 1
            if self.iterations > 1:
                self.set_radius()
            s.f0, s.next, self.x0, self.known = s.f, steps.CHANGE, self.x, False
            ended = self.iterate()
            if ended and s.f >= s.f0:
                return ended
            self.g0 = self.g[:]
            self.note_product()
            if not self.differentiate():
                return NO_GRADIENT
            freed = self.see_bounds()
            if ended and not freed:
                return ended
            self.learn()
        return TOO_MANY_STEPS

    def set_radius(self) -> None:
        self.s.radius = self.s.factor * self.s.length

    def see_bounds(self) -> bool:
        """Prepare for the gradient at x; whether a variable left its bound."""
        self.scaled = [g / d for g, d in zip(self.g, self.d, strict=True)]
        self.s.gradient_norm = norm(self.scaled)
        return False

    def iterate(self) -> int:
        """Steps from x0 until one is taken: 0, or the code of how the search ends."""
        s = self.s
        while True:
            if s.next != steps.SINGULAR_TEST and s.calls >= self.settings["eval_max"]:
                return TOO_MANY_CALLS
            self.candidate()
            taken = steps.NOTED
            if s.next == steps.SINGULAR_TEST:
                if s.point == steps.NOTE:
                    taken = steps.NOTE
            elif not s.length <= 0.0:  # NaN, where the function is infinite, is no end
                if s.next == steps.AGAIN and s.factor > 1.0 and s.predicted <= 1.2 * s.decrease:
                    if s.point == steps.NOTE:
                        taken = steps.STAY
                else:
                    self.x = self.projected([a + b for a, b in zip(self.step, self.x0, strict=True)])
                    s.calls += 1
                    s.f = self.value(self.x)
            s.relative = self.relative_change()
            s.judge()
            self.place(taken)
            if s.next == steps.AGAIN:
                s.radius = s.factor * s.length
            elif s.next == steps.SINGULAR_TEST:
                s.radius = s.longest
            else:
                return s.next - 4 if s.next > steps.SINGULAR_TEST else 0

    def relative_change(self) -> float:
        """The greatest change of x over the greatest size of both, scaled. PORT: DRLDST."""
        change = max([0.0, *(abs(d * (a - b)) for d, a, b in zip(self.d, self.x, self.x0, strict=True))])
        size = max([0.0, *(d * (abs(a) + abs(b)) for d, a, b in zip(self.d, self.x, self.x0, strict=True))])
        return change / size if size > 0.0 else 0.0

    def place(self, taken: int) -> None:
        """Go where the judgement says; taken: what the point counts as once the noted step is taken."""
        if self.s.point == steps.BACK:
            self.x = self.x0
        elif self.s.point == steps.NOTE:
            self.note()
        elif self.s.point == steps.NOTED:
            self.take_noted()
            self.s.relative = self.relative_change()
            self.s.point = taken

    def note(self) -> None:
        self.noted = self.step

    def take_noted(self) -> None:
        self.step = self.noted
        self.x = [a + b for a, b in zip(self.step, self.x0, strict=True)]

    def candidate(self) -> None:
        """Set the step for the radius."""
        s, n = self.s, len(self.x)
        if not self.known:
            half = algebra.forward(self.L, self.g, n)
            s.newton = 0.5 * inner(half, half)
            self.newton_step = algebra.backward(self.L, half, n)
            s.newton_length = norm([a * d for a, d in zip(self.newton_step, self.d, strict=True)])
            self.scaled = [a / d for a, d in zip(self.scaled, self.d, strict=True)]
            s.model = norm(algebra.transposed_times(self.L, self.scaled, n))
            self.known = True
        self.step = s.dogleg(self.scaled, self.newton_step)

    def note_product(self) -> None:
        """The Hessian times the step, where the gradient will be compared with it."""
        if self.s.next == steps.KEEP:
            n = len(self.x)
            self.hessian_step = algebra.times(self.L, algebra.transposed_times(self.L, self.step, n), n)

    def learn(self) -> None:
        """Let the radius grow where the gradient is as foreseen, and update the Hessian."""
        s = self.s
        change = [b - a for a, b in zip(self.g0, self.g, strict=True)]
        if s.next == steps.KEEP:
            missed = norm([(a - b) / d for a, b, d in zip(self.hessian_step, change, self.d, strict=True)])
            if missed <= s.gradient_norm * 0.5 or inner(self.g, self.step) < s.slope * 0.75:
                s.factor = steps.GROW
        self.update(self.step, change)

    def update(self, step: Vector, change: Vector) -> None:
        w, z = algebra.bfgs_vectors(self.L, step, change)
        algebra.update(self.L, w, z)


class BoundedSearch(Search):
    """The same with bounds: variables at a bound stand last in `order`, and in L. PORT: DRMNFB, DRMNGB, DD7DGB.

    order (n,): the variable in each place of L; free: how many may move
    """

    def __init__(self, function: Callable[[Vector], float], x: Vector, lower: Vector, upper: Vector, d: Vector,
                 settings: Mapping[str, float]) -> None:
        super().__init__(function, x, lower, upper, d, settings)
        self.order = list(range(len(x)))

    def run(self) -> int:
        if any(a > b for a, b in zip(self.lower, self.upper, strict=True)):
            self.s = Step(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
            return CROSSED_BOUNDS
        return super().run()

    def projected(self, x: Vector) -> Vector:
        return [min(max(a, low), up) for a, low, up in zip(x, self.lower, self.upper, strict=True)]

    def curvature(self) -> Vector:
        found = [0.0] * len(self.x)
        for place, row in zip(self.order, self.L, strict=True):
            found[place] = inner(row, row)
        return found

    def set_radius(self) -> None:
        radius = self.s.factor * self.s.length
        if self.s.factor < 1.0 or radius > self.s.radius:
            self.s.radius = radius

    def see_bounds(self) -> bool:
        """Put variables at a bound, from which the gradient points outwards, behind the others."""
        n = len(self.x)
        held, kept, freed = n - self.free, n, False
        for back, i in enumerate(reversed(range(n)), start=1):
            j = self.order[i]
            low, up = self.lower[j], self.upper[j]
            stays = low >= up or self.x[j] <= low and self.g[j] > 0.0 or self.x[j] >= up and self.g[j] < 0.0
            if not stays:
                freed |= back <= held
                continue
            if i + 1 < kept:
                self.order.insert(kept - 1, self.order.pop(i))
                algebra.to_the_end(self.L, i, kept)
                self.g0 = [*self.L[kept - 1], *self.g0[kept:]]  # PORT works in the place of the old gradient
            kept -= 1
        self.free = kept
        self.s.gradient_norm = norm([self.g[j] / self.d[j] for j in self.order[:kept]]) if kept else 0.0
        return freed

    def candidate(self) -> None:
        """Doglegs in the free variables, one after the other, each until it meets a bound."""
        s, L, order = self.s, self.L, self.order
        first, radius, predicted = s.gradient_norm, s.radius, 0.0
        newton_length, newton = (s.newton_length, s.newton) if self.known else (0.0, 0.0)
        s.length = s.kind = 0.0
        d, g = [self.d[j] for j in order], [self.g[j] for j in order]
        moved, room, left = [0.0] * self.free, [0.0] * self.free, self.free
        at_upper = [True] * len(order)
        while left:
            back, full = self._newton(g, d, left, room)
            if not self.known:
                self.known, newton_length, newton = True, s.newton_length, s.newton
            s.radius = radius - s.length
            scaled = [a / b for a, b in zip(g[:left], d, strict=False)]
            length = norm(scaled)
            if s.radius <= 0.0 or length <= 0.0:
                break
            s.gradient_norm = length
            scaled = [a / b for a, b in zip(scaled, d, strict=False)]
            product = algebra.transposed_times(L, scaled, left)
            s.model = norm(product)
            step = s.dogleg(scaled, back)
            share, met = self._until_a_bound(step, moved, d)
            for i in range(left):
                room[i] = step[i] * d[i]
                moved[i] += share * room[i]
            s.length = norm(moved)
            of_gradient, of_newton = share * s.of_gradient, share * s.of_newton
            predicted = self._added(predicted, of_gradient, of_newton, length, full)
            if met is None:
                break
            k, at_top = met
            at_upper[order[k]] = at_top
            product = algebra.times(L, product, left)
            for i in range(left):
                g[i] = (1.0 - of_newton) * g[i] - of_gradient * product[i]
            left -= 1
            if k < left:
                algebra.to_the_end(L, k, left + 1)
                order.insert(left, order.pop(k))
                for values in (g, d, moved):
                    values.insert(left, values.pop(k))
        self.step = self._unscaled(moved, d, order[left : self.free], at_upper)
        s.gradient_norm, s.newton, s.predicted, s.radius = first, newton, predicted, radius
        s.newton_length, s.slope = newton_length, inner(self.step, self.g)

    def _newton(self, g: Vector, d: Vector, left: int, room: Vector) -> tuple[Vector, float]:
        """The negative Newton step of the first `left` variables, and twice what it is foreseen to gain."""
        half = algebra.forward(self.L, g, left)
        full = inner(half, half)
        self.s.newton = 0.5 * full
        back = algebra.backward(self.L, half, left)
        room[:left] = [a * b for a, b in zip(back, d, strict=False)]
        self.s.newton_length = norm(room)  # with what the dogleg before left behind, as in PORT
        return back, full

    def _unscaled(self, moved: Vector, d: Vector, bound: list[int], at_upper: list[bool]) -> Vector:
        """The step (n,), a little beyond the bound for variables that met theirs, so that it is reached."""
        step = [0.0] * len(self.x)
        for i, length in enumerate(moved):
            step[self.order[i]] = length / d[i]
        for j in bound:
            beyond = 2.0 * EPSILON * max(abs(step[j] + self.x0[j]), abs(self.x0[j]))
            step[j] += beyond if at_upper[j] else -beyond
        return step

    def _added(self, predicted: float, of_gradient: float, of_newton: float, length: float, full: float) -> float:
        """`predicted`, and what the model predicts of a part of the step, summed as PORT does."""
        return (predicted - of_gradient * length * ((of_newton + 1.0) * length)
                - of_newton * (1.0 + 0.5 * of_newton) * full - 0.5 * square(self.s.model * of_gradient))

    def _until_a_bound(self, step: Vector, moved: Vector, d: Vector) -> tuple[float, tuple[int, bool] | None]:
        """The share of the step that stays inside, and which place meets a bound, with whether it is the upper one."""
        share, met = 1.0, None
        for i, change in enumerate(step):
            j = self.order[i]
            begin = self.x0[j] + moved[i] / d[i]
            end = begin + change
            if self.lower[j] <= end <= self.upper[j]:
                continue
            at_top = end >= self.lower[j]
            until = ((self.upper[j] if at_top else self.lower[j]) - begin) / change
            if until < share:
                share, met = until, (i, at_top)
        return share, met

    def note(self) -> None:
        self.noted = self.x

    def take_noted(self) -> None:
        self.x = self.noted
        self.step = [a - b for a, b in zip(self.x, self.x0, strict=True)]

    def note_product(self) -> None:
        """0 for the Hessian times the step: PORT's product, in its own place, is cleared first by gfortran's code."""
        self.step = [a - b for a, b in zip(self.x, self.x0, strict=True)]
        self.hessian_step = [0.0] * len(self.x)

    def update(self, step: Vector, change: Vector) -> None:
        super().update([step[j] for j in self.order], [change[j] for j in self.order])
