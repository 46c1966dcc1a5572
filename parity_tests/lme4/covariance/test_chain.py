"""The criterion along a Markov chain of effects: lme4 2.1-0's values, the dense route's, no matrix a subject."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import norm

import translations as r
from translations.lme4.covariance.chain import Chain, OnChain, chain_of, on_parameters
from translations.lme4.covariance.criterion import OnParameters
from translations.lme4.covariance.intervals import OnScales
from translations.lme4.criterion.pls import PLS

# lme4 2.1-0 under R 4.6.1: the criterion at these parameters, REMLcrit(m), getME(m, "par"), fixef(m), and day 1, 2 and
# 30 of ranef(m)$g's second row.
R46 = {
    ("ar1(0 + f | g)", False): ([1.5, 0.75], 2036.6969213708026, 1677.4029065839484, [24.445925624210147,
                                0.90817354211988743], [1.8866579588911563, -0.0086775771311610669],
                                [1.0047133090321978, 2.2840346545067374, -0.13917630004381942]),
    ("ar1(0 + f | g)", True): ([1.5, 0.75], 1963.5153040021273, 1673.8015906705277, [60.356734268156757,
                               0.91202398095981752], [1.8884998738902732, -0.0086963925001496307],
                               [0.99445138508329578, 2.2856679285248824, -0.14162161748702085]),
    ("diag(0 + f | g, hom = TRUE)", True): ([1.5], 2590.0802386094142, None, None, None, None),
}


def waves(occasions: int = 60, subjects: int = 12) -> pd.DataFrame:
    """Waves of `subjects`, one occasion of five missing, in fractions that R computes to the same bits."""
    i = np.arange(occasions * subjects)
    d = pd.DataFrame({"t": i % occasions, "g": i // occasions})
    noise = (i * 7919) % 1000 / 400
    d["y"] = [round(float(v), 3) for v in 3 * np.sin(0.3 * d["t"] + d["g"]) + 0.02 * d["t"] + noise]
    d["x"], d["w"] = (i * 104729) % 97 / 97, 1 + d["t"] % 3
    d = d[(d["t"] * 7 + d["g"] * 3) % 5 != 0].reset_index(drop=True)
    return d.assign(f=d["t"].astype("category"), g=d["g"].astype("category"))


@pytest.mark.parametrize(("term", "weighted"), R46)
def test_lme4_of_sixty_occasions(term: str, weighted: bool) -> None:
    """Its criterion, fixed effects and modes at its own parameters; it stops 0.3 above where this does."""
    at, value, least, par, beta, effects = R46[term, weighted]
    control = r.lmerControl(check_nobs_vs_nRE="ignore", calc_derivs=False)
    m = r.lmer(f"y ~ x + {term}", waves(), weights="w" if weighted else None, control=control)
    chain = chain_of(m.pls)
    assert chain is not None
    criterion, parameters = chain.criterion(True), m.design.random.parameters
    assert criterion(np.array(at)) == pytest.approx(value, rel=1e-12)
    if par is not None:
        assert criterion(np.array(par)) == pytest.approx(least, rel=1e-12)
        assert r.REMLcrit(m) <= least
        found = chain.solve(np.array(par))
        np.testing.assert_allclose(found.beta, beta, atol=1e-10)
        modes = found.u[0][1] @ parameters.each[0].template(np.array(par)).T
        np.testing.assert_allclose(modes[[0, 1, 29]], effects, atol=1e-9)


@pytest.mark.parametrize("term", ["ar1(0 + f | g)", "ar1(0 + f | g, hom = FALSE)", "diag(0 + f | g)",
                                  "homdiag(0 + f | g)", "ar1(0 + f:x | g)"])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_dense_route_says_the_same(term: str, weighted: bool) -> None:
    """Shuffled, offset, some occasions twice, an effect of no standard deviation, correlations of either sign."""
    d = waves(7, 9)
    d = pd.concat([d, d.iloc[::4]]).sample(frac=1.0, random_state=1).reset_index(drop=True)
    d["o"] = d["x"] - 3
    control = r.lmerControl(optCtrl={"maxeval": 20}, calc_derivs=False, check_nobs_vs_nRE="ignore")
    with pytest.warns(UserWarning):
        m = r.lmer(f"y ~ x + {term}", d, weights="w" if weighted else None, offset="o", control=control)
    chain = Chain.of(m.pls)
    assert chain is not None
    parameters = m.design.random.parameters
    for rho in (0.6, -0.8, 0.0, 1.0):
        par = np.linspace(0.0 if parameters.size > 2 else 0.7, 1.4, parameters.size)
        par = np.where(np.isfinite(parameters.upper), rho, par)
        for REML in (True, False):
            dense = m.pls.deviance(parameters.theta(par), REML)
            assert chain.criterion(REML)(par) == pytest.approx(dense, rel=1e-12)
        ours, dense = chain.solve(par), m.pls.solve(parameters.theta(par))
        np.testing.assert_allclose(ours.beta, dense.beta, rtol=1e-11)
        np.testing.assert_allclose(ours.RX.T @ ours.RX, dense.RX.T @ dense.RX, rtol=1e-10)
        np.testing.assert_allclose(ours.u[0], dense.u[0], atol=1e-11 * np.abs(dense.u[0]).max())


def test_what_is_no_chain() -> None:
    for formula in ("Reaction ~ Days + diag(Days | Subject)", "Reaction ~ Days + cs(0 + factor(Days) | Subject)",
                    "Reaction ~ Days + ar1(0 + factor(Days) | Subject) + (1 | Subject)"):
        m = r.lmer(formula, r.sleepstudy(), control=r.lmerControl(optCtrl={"maxeval": 5}, calc_derivs=False,
                                                                 check_nobs_vs_nRE="ignore"))
        assert Chain.of(m.pls) is None


def test_no_matrix_of_occasions_a_subject() -> None:
    """150 occasions of 100 subjects: matrices a subject would take 18 MB, the design's own one 14.4."""
    d = waves(150, 100)
    r.lmer("y ~ x + ar1(0 + f | g)", waves(), control=r.lmerControl(check_conv_grad="ignore", check_conv_hess="ignore"))
    tracemalloc.start()
    m = r.lmer("y ~ x + ar1(0 + f | g)", d)
    r.fixef(m)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "first" not in m.pls.design.__dict__
    assert most < 4 * m.design.random.terms[0].Z.nbytes


@pytest.mark.parametrize("REML", [True, False])
@pytest.mark.parametrize("term", ["ar1(0 + f | g)", "ar1(0 + f | g, hom = FALSE)", "diag(0 + f | g)"])
def test_the_gradient_is_that_of_the_dense_route(term: str, REML: bool) -> None:  # noqa: N803
    control = r.lmerControl(optCtrl={"maxeval": 20}, calc_derivs=False, check_nobs_vs_nRE="ignore")
    with pytest.warns(UserWarning):
        m = r.lmer(f"y ~ x + {term}", waves(7, 9), weights="w", control=control)
    chain, parameters = Chain.of(m.pls), m.design.random.parameters
    assert chain is not None
    for rho in (0.6, -0.8, 0.0):
        par = np.where(np.isfinite(parameters.upper), rho, np.linspace(0.7, 1.4, parameters.size))
        value, gradient = chain.gradient(par, REML)
        dense_value, dense = OnParameters(m.pls, REML)(par)
        assert value == pytest.approx(dense_value, rel=1e-12)
        np.testing.assert_allclose(gradient, dense, rtol=1e-9, atol=1e-9 * np.abs(dense).max())


def test_newton_goes_by_the_filter() -> None:
    """Sixty occasions of thirty subjects took more than four minutes by matrices of 60 x 60. It ends no higher than the
    default, where the criterion is least along each parameter."""
    random = np.random.default_rng(1)
    chains = random.normal(size=(12, 60))
    for j in range(1, 60):
        chains[:, j] = 0.7 * chains[:, j - 1] + 0.7 * chains[:, j]
    d = waves().drop_duplicates("f")[["t", "f"]].merge(pd.DataFrame({"g": list("abcdefghijkl")}), how="cross")
    d["y"] = chains[d["g"].map(ord) - 97, d["t"]] + 0.6 * random.normal(size=len(d))
    m, default = (r.lmer("y ~ t + ar1(0 + f | g)", d, control=r.lmerControl(optimizer, check_nobs_vs_nRE="ignore"))
                  for optimizer in ("newton", "nloptwrap"))
    assert isinstance(on_parameters(m.pls, True), OnChain)
    assert m.diagnosis.messages == ()
    least, parameters = r.REMLcrit(m), m.design.random.parameters
    assert least <= r.REMLcrit(default)
    for i in range(2):
        for way in (-1e-3, 1e-3):
            assert m.pls.deviance(parameters.theta(m.par + way * np.eye(2)[i]), True) > least


def test_a_long_term_s_products_are_not_formed() -> None:
    """200 occasions of 500 subjects would have taken 49 GB of them after "newton", for the criterion alone."""
    random = np.random.default_rng(2)
    chains = random.normal(size=(90, 20))
    for j in range(1, 90):
        chains[j] = 0.8 * chains[j - 1] + 0.6 * chains[j]
    d = pd.DataFrame({"t": np.repeat(np.arange(90), 20), "g": np.tile(np.arange(20), 90)})
    d["f"], d["y"] = pd.Categorical(d["t"]), chains.ravel() + random.normal(size=1800)
    m = r.lmer("y ~ t + ar1(0 + f | g)", d, control=r.lmerControl("newton", check_nobs_vs_nRE="ignore"))
    assert m.pls.long_double is None
    assert r.REMLcrit(m) == pytest.approx(m.pls.deviance(m.theta, True), rel=1e-10)
    assert r.fixef(m).to_numpy() == pytest.approx(m.pls.solve(m.theta).beta, rel=1e-9)


@pytest.mark.parametrize("term", ["ar1(0 + f | g)", "ar1(0 + f | g, hom = FALSE)", "diag(0 + f | g)"])
def test_the_deviance_on_scales_is_that_of_the_dense_route(term: str) -> None:
    """With sigma a parameter of its own and one of the others held."""
    control = r.lmerControl(optCtrl={"maxeval": 20}, calc_derivs=False, check_nobs_vs_nRE="ignore")
    with pytest.warns(UserWarning):
        m = r.lmer(f"y ~ x + {term}", waves(7, 9), weights="w", control=control)
    upper = np.append(m.design.random.parameters.upper, np.inf)
    x = np.where(np.isfinite(upper), 0.4, np.linspace(0.7, 1.4, len(upper)))
    for held in (0, len(x) - 1):
        value, gradient = OnScales(m.pls, held, x[held], Chain.of(m.pls))(np.delete(x, held))
        dense_value, dense = OnScales(m.pls, held, x[held])(np.delete(x, held))
        assert value == pytest.approx(dense_value, rel=1e-12)
        np.testing.assert_allclose(gradient, dense, rtol=1e-9, atol=1e-9 * np.abs(dense).max())


def test_exact_intervals_go_by_the_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty occasions of thirty subjects took more than nine minutes by matrices of 60 x 60. At an end the deviance,
    which scipy minimizes here by matrices, has risen by the quantile."""
    random = np.random.default_rng(3)
    chains = random.normal(size=(60, 8))
    for j in range(1, 60):
        chains[j] = 0.7 * chains[j - 1] + 0.7 * chains[j]
    d = pd.DataFrame({"t": np.repeat(np.arange(60), 8), "g": np.tile(np.arange(8), 60)})
    d["f"], d["y"] = pd.Categorical(d["t"]), chains.ravel() + 0.6 * random.normal(size=480)
    m = r.lmer("y ~ t + ar1(0 + f | g)", d, REML=False, control=r.lmerControl("newton", check_nobs_vs_nRE="ignore"))
    dense, asked = PLS.at, []
    monkeypatch.setattr(PLS, "at", lambda pls, theta: asked.append(theta) or dense(pls, theta))
    end = r.confint(m, parm=".sigma", exact=True).iloc[0, 1]
    assert len(asked) == 1  # the estimate's own covariance
    of = OnScales(m.pls, 2, end)
    found = minimize(of, m.par * r.sigma(m) ** np.array([1, 0]), jac=True, bounds=np.column_stack(of.bounds))
    assert found.fun - float(r.deviance(m)) == pytest.approx(norm.ppf(0.975) ** 2, rel=1e-5)
