"""The parts of Newton's method by the identities that define them: an optimum alone forgives a wrong step on its way.

BFGS by Nocedal & Wright (2006), section 6.1: symmetric, the secant equation, positive definite.
"""
from __future__ import annotations

import numpy as np
import pytest

import translations as r
from translations.lme4.criterion import optimize

H = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, -0.25], [0.5, -0.25, 2.0]])
G, X = np.array([1.0, -2.0, 0.5]), np.array([0.5, -0.1, 2.0])
DIAGONAL = np.array([True, False, True])


def quadratic(x):
    """A criterion with Hessian H, least at G."""
    return float((x - G) @ H @ (x - G)) / 2.0 + 7.0, H @ (x - G)


def test_bfgs_meets_the_secant_equation():
    rng = np.random.default_rng(5)
    for _ in range(20):
        s, y = rng.normal(size=(2, 3))
        y *= np.sign(s @ y)
        updated = optimize._bfgs(H, s, y)
        np.testing.assert_allclose(updated @ s, y, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(updated, updated.T, rtol=1e-12, atol=1e-12)
        assert np.linalg.eigvalsh(updated)[0] > 0.0


def test_bfgs_across_step_and_change_leaves_the_hessian():
    s, y = np.array([1.0, 0.0, 0.0]), np.array([8.0, 0.0, 0.0])
    np.testing.assert_allclose(optimize._bfgs(np.diag([4.0, 3.0, 2.0]), s, y), np.diag([8.0, 3.0, 2.0]), rtol=1e-14)


def test_bfgs_keeps_the_hessian_without_positive_curvature():
    s = np.array([1.0, 0.0, 0.0])
    for y in (np.array([-1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]), np.array([1e-13, 1.0, 0.0])):
        assert optimize._bfgs(H, s, y) is H
    assert optimize._bfgs(-H, s, np.array([1.0, 0.0, 0.0])) is not H
    assert (optimize._bfgs(-H, s, np.array([1.0, 0.0, 0.0])) == -H).all()


def test_differences_of_a_linear_gradient_are_its_hessian():
    for x in (X, 1e4 * X):
        found = optimize._difference_hessian(quadratic, x, quadratic(x)[1])
        np.testing.assert_allclose(found, H, rtol=1e-7, atol=1e-7)
        assert (found == found.T).all()


def test_the_first_descent_is_newtons_where_the_hessian_is_positive():
    first, *others = optimize._descents(H, X, G, DIAGONAL)
    np.testing.assert_allclose(first, -np.linalg.solve(H, G), rtol=1e-12)
    np.testing.assert_allclose(others[0], first / max(1.0, np.abs(first).max()), rtol=1e-12)
    np.testing.assert_allclose(others[-1], -G / 2.0, rtol=1e-15)         # at most 1 in each entry
    *_, last = optimize._descents(H, X, G / 10.0, DIAGONAL)
    np.testing.assert_allclose(last, -G / 10.0, rtol=1e-15)


@pytest.mark.parametrize("hessian", [-H, H - 3.0 * np.eye(3), np.diag([1.0, -1.0, 0.0])])
def test_every_descent_goes_downhill(hessian):
    steps = list(optimize._descents(hessian, X, G, DIAGONAL))
    assert len(steps) >= 2
    for step in steps:
        assert step @ G < 0.0 and np.abs(step).max() <= 1.6
    values, vectors = np.linalg.eigh(hessian)
    if np.abs(values).min() > 0.01:
        whole = -vectors @ ((vectors.T @ G) / np.abs(values))
        np.testing.assert_allclose(steps[-2], whole / max(1.0, np.abs(whole).max()), rtol=1e-10)


def test_a_diagonal_entry_shrinks_to_a_fifth_at_most():
    """One variable: curvature H + g / theta on the log scale, steps bounded by 1.6 there and by 1 elsewhere."""
    def step(h, x, g, diagonal=True):
        first = next(optimize._descents(np.array([[h]]), np.array([x]), np.array([g]), np.array([diagonal])))
        return float(first[0])

    assert step(-1.0, 2.0, 6.0) == pytest.approx(2.0 * np.expm1(-6.0 / 2.0 / 2.0), rel=1e-12)   # -1 + 6 / 2 = 2
    assert step(-1.0, 2.0, 60.0) == pytest.approx(2.0 * np.expm1(-60.0 / 29.0 / 2.0), rel=1e-12)
    assert step(-239.0, 0.25, 60.0) == pytest.approx(0.25 * np.expm1(-1.6), rel=1e-12)
    assert step(-2.0, 2.0, -1.0) == pytest.approx(0.5, rel=1e-12)                   # upward: H alone, no shrinking
    assert step(-2.0, 2.0, -9.0) == 1.0 and step(-2.0, -2.0, 9.0) == -1.0
    assert step(-2.0, 2.0, 1.0, diagonal=False) == pytest.approx(-0.5, rel=1e-12)


def test_the_search_halves_until_the_criterion_falls():
    seen = []

    def watched(x):
        seen.append(x.copy())
        return quadratic(x)

    x, (f, g) = X, quadratic(X)
    down = -np.linalg.solve(H, g)
    new, f_new, g_new = optimize._search(watched, x, f, g, 8.0 * down, 40)
    assert len(seen) == 4 and f_new < f                         # 8, 4 and 2 times the way to the minimum are no lower
    np.testing.assert_allclose(new, G, atol=1e-14)
    assert (f_new, g_new.tolist()) == (quadratic(new)[0], quadratic(new)[1].tolist())
    assert optimize._search(watched, x, f, g, 8.0 * down, 2)[0] is x
    assert optimize._search(watched, x, f, g, -down, 40)[0] is x


def test_the_search_steps_back_from_where_nothing_can_be_computed():
    def fails_far_away(x):
        if np.abs(x - G).max() > 3.0:
            raise np.linalg.LinAlgError
        return quadratic(x)

    f, g = quadratic(X)
    new, f_new, _ = optimize._search(fails_far_away, X, f, g, -8.0 * np.linalg.solve(H, g), 40)
    assert f_new < f and np.abs(new - G).max() <= 3.0


def test_where_rounding_hides_the_decrease_the_gradient_decides():
    def flat(x):
        return 1e6, H @ (x - G)

    f, g = flat(X)
    assert optimize._search(flat, X, f, g, -np.linalg.solve(H, g), 1)[0] is not X
    assert optimize._search(flat, X, f, g, np.linalg.solve(H, g), 1)[0] is X


def test_what_went_to_zero_is_zero():
    """Snapped where the criterion is as low and the gradient as small, left where either is not."""
    x = np.array([1.0, 9e-6, -0.5])
    snapped, f, g = optimize._snap_to_boundary(lambda at: (5.0, at * 1e-9), x, 5.0, x * 1e-9)
    assert snapped.tolist() == [1.0, 0.0, -0.5] and f == 5.0 and g.tolist() == [1e-9, 0.0, -0.5e-9]
    for value_and_gradient in (lambda at: (5.1, at * 1e-9), lambda at: (5.0, at + 1.0)):
        kept = optimize._snap_to_boundary(value_and_gradient, x, 5.0, x * 1e-9)
        assert kept[0] is x and kept[1] == 5.0
    for x in (np.array([1.0, 2e-5]), np.array([1.0, 0.0])):
        assert optimize._snap_to_boundary(lambda at: (4.0, at), x, 5.0, x)[0] is x


def test_theta_is_scaled_by_the_root_mean_squares_of_its_columns():
    model = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject) + (1 | days_deprived)", r.sleep2())
    rms = np.sqrt(np.mean(np.arange(8.0) ** 2))
    expected = {"Subject.(Intercept)": 1.0, "Subject.days_deprived.(Intercept)": rms, "Subject.days_deprived": rms,
                "days_deprived.(Intercept)": 1.0}
    names = r.getME(model, "theta").index
    np.testing.assert_allclose(model.pls.structure.theta_scale, [expected[name] for name in names], rtol=1e-14)
