"""The parts of Newton's method by the identities that define them: an optimum alone forgives a wrong step on its way.

BFGS by Nocedal & Wright (2006), section 6.1: symmetric, the secant equation, positive definite.
"""
from __future__ import annotations

import numpy as np
import pytest

import translations as r
from translations.lme4.criterion import optimize
from translations.lme4.criterion.newton_steps import Descent, eigen

H = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, -0.25], [0.5, -0.25, 2.0]])
G, X = np.array([1.0, -2.0, 0.5]), np.array([0.5, -0.1, 2.0])
FLAT = np.array([0.0, -0.1, 0.0])
DIAGONAL = np.array([True, False, True])


class Watched(Descent):
    """Newton's method on a Python function of x that returns its value and gradient; `seen`: where it was asked."""

    def __init__(self, function, across=(0, 0, 2)):
        super().__init__(np.array(across), 0.3, False)
        self.function, self.seen = function, []

    def at(self, x, g):
        self.seen.append(np.array(x))
        value, gradient = self.function(np.array(x))
        np.asarray(g)[:] = gradient
        return value

    def searched(self, x, step, trials):
        """Where a search along the step ends, None for nowhere, and the function there."""
        self.step, (f, g) = np.array(step), self.function(x)
        value = self.search(x.copy(), f, np.abs(g).max(), trials)
        return (np.array(self.x_new) if value < np.inf else None), value


def bfgs(hessian, s, y):
    """The Hessian updated, and whether it was."""
    descent = Watched(None)
    descent.H, descent.step, descent.change = hessian.copy(), s, y
    updated = descent.update()
    return np.array(descent.H), updated


def steps(hessian, x, g, diagonal=DIAGONAL):
    """Those there are, in the order in which they are tried."""
    descent = Watched(None, np.where(diagonal, np.arange(len(x)), -1))
    descent.H = hessian.copy()
    return [np.array(descent.step) for way in range(3) if descent.steps(way, x, g)]


def quadratic(x):
    """A criterion with Hessian H, least at G."""
    return float((x - G) @ H @ (x - G)) / 2.0 + 7.0, H @ (x - G)


def test_bfgs_meets_the_secant_equation():
    rng = np.random.default_rng(5)
    for _ in range(20):
        s, y = rng.normal(size=(2, 3))
        y *= np.sign(s @ y)
        updated, _ = bfgs(H, s, y)
        np.testing.assert_allclose(updated @ s, y, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(updated, updated.T, rtol=1e-12, atol=1e-12)
        assert np.linalg.eigvalsh(updated)[0] > 0.0


def test_bfgs_across_step_and_change_leaves_the_hessian():
    s, y = np.array([1.0, 0.0, 0.0]), np.array([8.0, 0.0, 0.0])
    np.testing.assert_allclose(bfgs(np.diag([4.0, 3.0, 2.0]), s, y)[0], np.diag([8.0, 3.0, 2.0]), rtol=1e-14)


def test_bfgs_keeps_the_hessian_without_positive_curvature():
    s = np.array([1.0, 0.0, 0.0])
    for y in (np.array([-1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]), np.array([1e-13, 1.0, 0.0])):
        kept, updated = bfgs(H, s, y)
        assert (kept == H).all() and not updated
    kept, updated = bfgs(-H, s, np.array([1.0, 0.0, 0.0]))
    assert (kept == -H).all() and not updated


def test_differences_of_a_linear_gradient_are_its_hessian():
    for x in (X, 1e4 * X):
        descent = Watched(quadratic)
        assert descent.differences(x, quadratic(x)[1])
        found = np.array(descent.H)
        np.testing.assert_allclose(found, H, rtol=1e-7, atol=1e-7)
        assert (found == found.T).all()
    assert not Watched(lambda at: (np.inf if at[1] > X[1] else 0.0, at)).differences(X, X)


def test_the_first_descent_is_newtons_where_the_hessian_is_positive():
    first, *others = steps(H, X, G)
    np.testing.assert_allclose(first, -np.linalg.solve(H, G), rtol=1e-12)
    np.testing.assert_allclose(others[0], first / max(1.0, np.abs(first).max()), rtol=1e-12)
    np.testing.assert_allclose(others[-1], -G / 2.0, rtol=1e-15)         # at most 1 in each entry
    *_, last = steps(H, X, G / 10.0)
    np.testing.assert_allclose(last, -G / 10.0, rtol=1e-15)


@pytest.mark.parametrize("hessian", [-H, H - 3.0 * np.eye(3), np.diag([1.0, -1.0, 0.0])])
def test_every_descent_goes_downhill(hessian):
    found = steps(hessian, X, G)
    assert len(found) >= 2
    for step in found:
        assert step @ G < 0.0 and np.abs(step).max() <= 1.6
    values, vectors = np.linalg.eigh(hessian)
    if np.abs(values).min() > 0.01:
        whole = -vectors @ ((vectors.T @ G) / np.abs(values))
        np.testing.assert_allclose(found[-2], whole / max(1.0, np.abs(whole).max()), rtol=1e-10)


def test_where_nothing_curves_the_way_is_down_the_gradient() -> None:
    found = steps(np.zeros((2, 2)), np.zeros(2), np.array([3.0, -4.0]), np.array([False, True]))
    assert all(np.isfinite(step).all() and step @ [3.0, -4.0] < 0.0 for step in found)
    np.testing.assert_allclose(found[-1], [-0.75, 1.0], rtol=1e-14)


def test_a_diagonal_entry_shrinks_to_a_fifth_at_most():
    """One variable: curvature H + g / theta on the log scale, steps bounded by 1.6 there and by 1 elsewhere."""
    def step(h, x, g, diagonal=True):
        first, *_ = steps(np.array([[h]]), np.array([x]), np.array([g]), np.array([diagonal]))
        return float(first[0])

    assert step(-1.0, 2.0, 6.0) == pytest.approx(2.0 * np.expm1(-6.0 / 2.0 / 2.0), rel=1e-12)   # -1 + 6 / 2 = 2
    assert step(-1.0, 2.0, 60.0) == pytest.approx(2.0 * np.expm1(-60.0 / 29.0 / 2.0), rel=1e-12)
    assert step(-239.0, 0.25, 60.0) == pytest.approx(0.25 * np.expm1(-1.6), rel=1e-12)
    assert step(-2.0, 2.0, -1.0) == pytest.approx(0.5, rel=1e-12)                   # upward: H alone, no shrinking
    assert step(-2.0, 2.0, -9.0) == 1.0 and step(-2.0, -2.0, 9.0) == -1.0
    assert step(-2.0, 2.0, 1.0, diagonal=False) == pytest.approx(-0.5, rel=1e-12)


def test_the_search_halves_until_the_criterion_falls():
    (f, g), descent = quadratic(X), Watched(quadratic)
    down = -np.linalg.solve(H, g)
    new, f_new = descent.searched(X, 8.0 * down, 40)
    assert len(descent.seen) == 4 and f_new < f                 # 8, 4 and 2 times the way to the minimum are no lower
    np.testing.assert_allclose(new, G, atol=1e-14)
    assert (f_new, list(descent.g_new)) == (quadratic(new)[0], quadratic(new)[1].tolist())
    assert descent.ratio == np.abs(descent.g_new).max() / np.abs(g).max()
    assert descent.searched(X, 8.0 * down, 2) == (None, np.inf)
    assert descent.searched(X, -down, 40) == (None, np.inf)


def test_the_search_steps_back_from_where_nothing_can_be_computed():
    def fails_far_away(x):
        return (np.inf, x) if np.abs(x - G).max() > 3.0 else quadratic(x)

    f, g = quadratic(X)
    new, f_new = Watched(fails_far_away).searched(X, -8.0 * np.linalg.solve(H, g), 40)
    assert f_new < f and np.abs(new - G).max() <= 3.0


def test_where_rounding_hides_the_decrease_the_gradient_decides():
    def flat(x):
        return 1e6, H @ (x - G)

    step = -np.linalg.solve(H, flat(X)[1])
    assert Watched(flat).searched(X, step, 1)[1] == 1e6
    assert Watched(flat).searched(X, -step, 1) == (None, np.inf)


def test_a_decrease_that_rounding_hides_is_told_by_the_gradient() -> None:
    """Of a criterion of 10^6 the last seven digits behind the point are noise."""
    x, g, step = np.array([1.0, 2.0, 0.0]), np.array([3.0, -4.0, 0.0]), np.array([0.5, 0.25, 0.0])
    for rise, slope, taken in ((5e-8, 0.9, True), (2e-7, 0.9, False), (5e-8, 1.1, False), (-5e-8, 1.1, False),
                               (-2e-7, 1.1, True), (2e-7, 0.09, True), (2e-7, 0.11, False), (2e-5, 0.09, False)):
        level = Watched(lambda at, rise=rise, slope=slope: (1e6 + rise * (at != x).any(), g * slope ** (at != x).any()))
        found, value = level.searched(x, step, 3)
        assert (found is not None and found.tolist() == (x + step).tolist()) == taken
        assert value == (1e6 + rise if taken else np.inf)


def test_a_descent_ends_at_the_minimum_whatever_the_signs_of_the_columns():
    """cosh of one variable and a bowl of two, which the sign of the first column's entries does not change."""
    def bowl(x):
        sign = -1.0 if x[0] < 0.0 else 1.0
        a, b = sign * x[0] - 0.5, sign * x[1] - 2.0
        return (np.cosh(a) + b * b + a * b / 4.0 + np.cosh(x[2] - 1.0),
                np.array([sign * (np.sinh(a) + b / 4.0), sign * (2.0 * b + a / 4.0), np.sinh(x[2] - 1.0)]))

    for start in (np.array([3.0, -1.0, 0.5]), np.array([0.01, 4.0, 2.0])):
        descent, x, g = Watched(bowl, across=[0, 0, 2]), start.copy(), np.empty(3)
        f = descent.descend(x, g, np.empty((0, 3)), np.empty(0))
        np.testing.assert_allclose(x, [0.5, 2.0, 1.0], rtol=0, atol=1e-9)
        assert f == pytest.approx(2.0, rel=1e-15) and not descent.exhausted and np.abs(g).max() < 1e-9


def test_a_descent_stops_near_a_minimum_that_is_known():
    """Within a hundredth of 1, or of what the minimum is beyond, in every variable; unless it is lower there."""
    for off, lowest, near in ((0.005, 7.0, True), (0.015, 7.0, False), (0.005, 7.1, False), (0.005, 6.999, False)):
        x, g, other = G + off, np.empty(3), G + 10.0
        f = Watched(quadratic).descend(x, g, np.array([other, G]), np.array([7.0, lowest]))
        assert (x.tolist() == (G + off).tolist()) == near and (np.abs(g).max() > 1e-9) == near
        assert f == (quadratic(G + off)[0] if near else pytest.approx(7.0, rel=1e-14))


def test_a_descent_goes_on_until_its_steps_are_used_up():
    x, descent = X.copy(), Watched(lambda at: (float(np.sum(np.cosh(at))), np.sinh(at)))
    descent.most = 2
    descent.descend(x, np.empty(3), np.empty((0, 3)), np.empty(0))
    assert descent.exhausted and 1e-9 < np.abs(x).max() < np.abs(X).max()


class Told(Watched):
    """One that has a Hessian to begin with; `times`: how often it was taken by differences."""

    def __init__(self, function, hessian):
        super().__init__(function)
        self.told, self.times = hessian, 0

    def information(self, x):
        np.asarray(self.H)[:] = self.told
        return True

    def differences(self, x, g):
        self.times += 1
        return super().differences(x, g)

    def descended(self):
        """Where it ends from FLAT, where no step is one of variances."""
        x = FLAT.copy()
        self.descend(x, np.empty(3), np.empty((0, 3)), np.empty(0))
        return x


def test_the_hessian_is_taken_anew_where_a_step_leaves_much_of_the_gradient():
    """Steps by 1.1 times the Hessian leave a tenth, by twice the Hessian half of it."""
    for factor, anew in ((1.0, 0), (1.1, 0), (2.0, 1)):
        descent = Told(quadratic, factor * H)
        np.testing.assert_allclose(descent.descended(), G, rtol=0, atol=1e-9)
        assert descent.times == anew
        np.testing.assert_allclose(descent.seen[1], FLAT + (G - FLAT) / factor, rtol=1e-14)


def test_where_a_hessian_that_was_told_leads_nowhere_it_is_taken_by_differences():
    descent = Told(quadratic, 1e-30 * np.eye(3))  # steps of 1e30, which 40 halvings leave at 1e18
    np.testing.assert_allclose(descent.descended(), G, rtol=0, atol=1e-9)
    assert descent.times == 1
    np.testing.assert_allclose(descent.seen[1 + 40 + 3], G, rtol=0, atol=1e-5)


def test_so_is_one_that_updates_have_spoilt():
    class Spoilt(Told):
        def update(self):
            np.asarray(self.H)[:] = 1e-30 * np.eye(3)
            return True

    descent = Spoilt(quadratic, 1.1 * H)
    np.testing.assert_allclose(descent.descended(), G, rtol=0, atol=1e-9)
    assert descent.times == 1
    np.testing.assert_allclose(descent.seen[2 + 40 + 3], G, rtol=0, atol=1e-5)


def test_where_nothing_lowers_the_criterion_a_descent_ends():
    descent = Told(lambda x: (7.0, np.full(3, 1e-3)), 1e-30 * np.eye(3))
    assert (descent.descended() == FLAT).all()
    assert descent.times == 1 and not descent.exhausted
    nowhere, x = Watched(lambda x: (np.inf, x)), X.copy()
    assert nowhere.descend(x, np.empty(3), np.empty((0, 3)), np.empty(0)) == np.inf and len(nowhere.seen) == 1


def test_a_column_that_changes_its_sign_changes_the_hessians():
    minimum = np.array([-1.0, 2.0, 0.5])
    descent = Told(lambda x: (float((x - minimum) @ H @ (x - minimum)), 2.0 * H @ (x - minimum)), 2.0 * H)
    descent.most = 1
    np.testing.assert_allclose(descent.descended(), [1.0, -2.0, 0.5], rtol=1e-14)
    signs = np.array([-1.0, -1.0, 1.0])
    np.testing.assert_allclose(descent.H, 2.0 * H * np.outer(signs, signs), rtol=1e-13)


def test_below_the_tolerance_one_step_is_tried_and_taken_where_it_halves_the_gradient():
    for left, taken in ((1.0, False), (0.6, False), (0.4, True)):
        descent = Told(lambda x, left=left: (7.0, np.full(3, 1e-10 if (x == FLAT).all() else left * 1e-10)), np.eye(3))
        descent.most = 1
        assert (descent.descended() != FLAT).any() == taken
        assert len(descent.seen) == 2 and descent.times == 0


def test_steps_go_downhill_wherever_the_criterion_bends():
    rng = np.random.default_rng(18)
    for _ in range(500):
        hessian, x, g = rng.normal(size=(3, 3)) * 10.0 ** rng.uniform(-2, 2), rng.normal(size=3), rng.normal(size=3)
        for step in steps(hessian + hessian.T, x, g):
            assert step @ g < 0.0


@pytest.mark.parametrize("scale", [1.0, 1e-20, 1e20])
def test_eigenvalues_whatever_the_units(scale):
    values, vectors = np.empty(3), np.empty((3, 3))
    eigen(scale * H, values, vectors)
    np.testing.assert_allclose(np.sort(values), scale * np.linalg.eigvalsh(H), rtol=1e-13)
    np.testing.assert_allclose(H @ vectors, vectors * (values / scale), rtol=0, atol=1e-12)
    eigen(scale * np.array([[2.0, 0.0, 1.0], [0.0, 3.0, 0.0], [1.0, 0.0, 2.0]]), values, vectors)
    np.testing.assert_allclose(np.sort(values), scale * np.array([1.0, 3.0, 3.0]), rtol=1e-13)


def test_what_went_to_zero_is_zero():
    """Snapped where the criterion is as low and the gradient as small, left where either is not."""
    x = np.array([1.0, 9e-6, -0.5])
    snapped, f, g = optimize._snap_to_boundary(Watched(lambda at: (5.0, at * 1e-9)), x, 5.0, x * 1e-9)
    assert snapped.tolist() == [1.0, 0.0, -0.5] and f == 5.0 and g.tolist() == [1e-9, 0.0, -0.5e-9]
    for value_and_gradient in (lambda at: (5.1, at * 1e-9), lambda at: (5.0, at + 1.0)):
        kept = optimize._snap_to_boundary(Watched(value_and_gradient), x, 5.0, x * 1e-9)
        assert kept[0] is x and kept[1] == 5.0
    for x in (np.array([1.0, 2e-5]), np.array([1.0, 0.0])):
        assert optimize._snap_to_boundary(Watched(lambda at: (4.0, at)), x, 5.0, x)[0] is x


def test_theta_is_scaled_by_the_root_mean_squares_of_its_columns():
    model = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject) + (1 | days_deprived)", r.sleep2())
    rms = np.sqrt(np.mean(np.arange(8.0) ** 2))
    expected = {"Subject.(Intercept)": 1.0, "Subject.days_deprived.(Intercept)": rms, "Subject.days_deprived": rms,
                "days_deprived.(Intercept)": 1.0}
    names = r.getME(model, "theta").index
    np.testing.assert_allclose(model.pls.structure.theta_scale, [expected[name] for name in names], rtol=1e-14)


def test_the_first_step_by_expected_derivatives_reaches_the_variances_of_balanced_data():
    """sum log x^2 + t / x^2 is least at x^2 = t, where scoring of the variances leads at once, from anywhere near."""
    t = np.array([2.0, 0.5])

    class Scored(Watched):
        def information(self, x):
            self.H[:] = np.diag(4.0 / np.array(x) ** 2)
            return True

    def function(x):
        return float(np.sum(np.log(x**2) + t / x**2)), 2.0 / x - 2.0 * t / x**3

    descent = Scored(function, across=(0, 1))
    x, g = np.ones(2), np.empty(2)
    descent.descend(x, g, np.empty((0, 2)), np.empty(0))
    np.testing.assert_allclose(descent.seen[1] ** 2, t, rtol=1e-14)
    np.testing.assert_allclose(x**2, t, rtol=1e-14)
