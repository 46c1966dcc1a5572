"""A response far from zero: its residual on the fixed effects is exact, and the variances keep their digits."""
from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import translations as r
from translations.lme4.criterion.cross_sums import exact_residual, level_products, level_sums, variance

N, P = 60, 3


def far_data(mean: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """X (N, P) with an intercept, and y (N,) about `mean` on a grid of 2^-12, so that subtracting the mean is exact."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(N), rng.normal(size=(N, P - 1))])
    group = np.repeat(rng.normal(size=N // 5), 5)
    return X, mean + np.round(4096 * (X @ [0.0, 1.0, -2.0] + group + rng.normal(size=N))) / 4096


@pytest.mark.parametrize("mean", [0.0, 1e3, 1e6, 1e9])
@pytest.mark.parametrize("with_offset", [False, True])
def test_exact_residual_is_the_rational_one_rounded(mean: float, with_offset: bool) -> None:
    X, y = far_data(mean)
    offset = np.sqrt(np.arange(1.0, N + 1)) * max(1.0, mean / 3) if with_offset else None
    beta = np.array([mean + 0.3, 1.1, -1.9]) - (0 if offset is None else offset.mean() * np.array([1, 0, 0]))
    got = exact_residual(y, X, beta, offset)
    for i in range(N):
        exact = Fraction(y[i]) - (0 if offset is None else Fraction(offset[i]))
        exact -= sum(Fraction(x) * Fraction(b) for x, b in zip(X[i], beta, strict=True))
        # The errors carried along are themselves rounded: an error of a squared unit of the largest term remains.
        left = Fraction(max(mean, 10.0)) * Fraction(2) ** -100
        assert abs(Fraction(got[i]) - exact) <= abs(exact) * Fraction(2) ** -52 + left


@pytest.mark.parametrize("mean", [0.0, 1e3, 1e6])
def test_means_and_variances_are_summed_in_extended_precision(mean: float) -> None:
    """Against numpy's running sums of long doubles, which add one number after the other as R does."""
    y, codes = far_data(mean)[1], np.arange(N) % 7
    sums, about = np.zeros(7, np.longdouble), np.full(7, np.longdouble(mean) / 3)
    level_sums(codes, y, about, sums)
    for g in range(7):
        assert sums[g] == np.cumsum(y[codes == g] - about[g])[-1]
    centre = np.cumsum(y.astype(np.longdouble))[-1] / N
    centre = np.longdouble(float(centre + np.cumsum(y - centre)[-1] / N))
    assert variance(y, np.zeros(1, np.longdouble)) == float(np.cumsum((y - centre) ** 2)[-1] / (N - 1))


def test_sums_that_cancel_keep_their_digits() -> None:
    y = np.array([1e16, 1.0, -1e16, 3.0, 1e-3])
    out = np.empty((1, 2, 1))
    level_products(np.zeros(5, dtype=np.int64), np.column_stack([np.ones(5), np.full(5, 0.5)]), y[:, None], out, True)
    np.testing.assert_allclose(out[0, :, 0], [4.001, 2.0005], rtol=1e-15, atol=0)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_mean_of_the_response_costs_no_digits(weighted: bool) -> None:
    """The same data about zero and about 2^30: by `newton` the same fit but for the intercept, which moves as far."""
    X, y = far_data(0.0)
    data = {"y": y, "a": X[:, 1], "b": X[:, 2], "g": [f"g{i // 5}" for i in range(N)], "w": 1.0 + np.arange(N) % 3}
    more = {"weights": "w"} if weighted else {}
    near = r.lmer("y ~ a + b + (1 | g)", data, control="newton", **more)
    far = r.lmer("y ~ a + b + (1 | g)", data | {"y": y + 2.0**30}, control="newton", **more)
    np.testing.assert_allclose(r.getME(far, "theta"), r.getME(near, "theta"), rtol=1e-13, atol=0)
    assert r.sigma(far) == pytest.approx(r.sigma(near), rel=1e-13)
    assert r.REMLcrit(far) == pytest.approx(r.REMLcrit(near), rel=1e-13)
    moved = r.fixef(far).to_numpy() - r.fixef(near).to_numpy()
    np.testing.assert_allclose(moved, [2.0**30, 0, 0], rtol=1e-15, atol=1e-13)
    ends = [r.confint(m, exact=True, quiet=True).loc[[".sig01", ".sigma", "a", "b"]].to_numpy() for m in (far, near)]
    np.testing.assert_allclose(*ends, rtol=1e-12, atol=1e-12)
    again = r.refit(near, y + 2.0**30)
    assert r.sigma(again) == pytest.approx(r.sigma(near), rel=1e-13)


def test_the_default_fit_of_many_rows_far_from_zero_is_diagnosed() -> None:
    """NIST's SmLs06: 18,009 rows in nine groups about 1e6. Its gradient is rounding, and is looked at closer."""
    from translations.cases.nist._shared import read

    data, theta = read("SmLs06"), 0.999750093743155  # certified
    m = r.lmer("y ~ 1 + (1 | group)", data)
    assert m.diagnosis.messages == ()
    assert r.getME(m, "theta").iloc[0] == pytest.approx(theta, rel=2e-4)  # BOBYQA stops 1.0e-4 away
    best = r.lmer("y ~ 1 + (1 | group)", data, control="newton")
    assert r.getME(best, "theta").iloc[0] == pytest.approx(theta, rel=1e-11)
