"""What must hold of the chapter's models: identities of the fit, and lme4's own points put into our criterion."""
from __future__ import annotations

import json

import numpy as np
import pytest

import translations as r
from translations.data import fixtures_path

MODELS = {
    "syntax_intercepts": "Reaction ~ days_deprived + (1 | Subject)",
    "syntax_intercepts_slopes": "Reaction ~ days_deprived + (1 + days_deprived | Subject)",
    "syntax_slopes": "Reaction ~ days_deprived + (0 + days_deprived | Subject)",
    "syntax_zero_covariance": "Reaction ~ days_deprived + (days_deprived || Subject)",
}
BOTH = ["nloptwrap", "newton"]


def model(syntax, optimizer="newton"):
    sleep2 = r.sleep2()
    return r.lmer(MODELS[syntax], sleep2, control=r.lmerControl(optimizer=optimizer))


def dense(x):
    return x.toarray() if hasattr(x, "toarray") else np.asarray(x)


@pytest.mark.parametrize("optimizer", BOTH)
@pytest.mark.parametrize("syntax", MODELS)
def test_cholesky_factor_is_that_of_the_penalized_cross_product(syntax, optimizer):
    m = model(syntax, optimizer)
    Z, Lambda, L = (dense(r.getME(m, name)) for name in ("Z", "Lambda", "L"))
    penalized = Lambda.T @ Z.T @ Z @ Lambda + np.eye(Lambda.shape[1])
    np.testing.assert_allclose(L @ L.T, penalized, rtol=1e-13, atol=1e-12)


@pytest.mark.parametrize("fit", ["default", "tight"])
@pytest.mark.parametrize("syntax", MODELS)
def test_criterion_at_the_theta_of_lme4_is_that_of_lme4(syntax, fit):
    """Tells a wrong criterion from an optimizer that stopped elsewhere."""
    values = json.loads((fixtures_path() / "chapter5" / f"{syntax}.json").read_text())[fit]["values"]
    theta = np.array([value for label, value in values.items() if label.startswith("theta")])
    assert model(syntax).pls.deviance(theta, True) == pytest.approx(values["criterion"], rel=1e-14, abs=0)


@pytest.mark.parametrize("syntax", MODELS)
def test_criterion_is_the_density_written_out(syntax):
    """-2 log of the restricted likelihood from the n x n covariance matrix, no profiling, no sparse factor."""
    m = model(syntax)
    X, Z, Lambda = (dense(r.getME(m, name)) for name in ("X", "Z", "Lambda"))
    y = r.sleep2()["Reaction"].to_numpy()
    V = r.sigma(m) ** 2 * (np.eye(len(y)) + Z @ Lambda @ Lambda.T @ Z.T)
    weighted = np.linalg.solve(V, X)
    residual = y - X @ r.fixef(m).to_numpy()
    log_dets = np.linalg.slogdet(V)[1] + np.linalg.slogdet(X.T @ weighted)[1]
    expected = log_dets + residual @ np.linalg.solve(V, residual) + (len(y) - 2) * np.log(2 * np.pi)
    assert r.REMLcrit(m) == pytest.approx(expected, rel=1e-13, abs=0)
    np.testing.assert_allclose(weighted.T @ residual, 0, atol=1e-11)  # the normal equations of beta
    np.testing.assert_allclose(r.vcov(m), np.linalg.inv(X.T @ weighted), rtol=1e-11)


@pytest.mark.parametrize("optimizer", BOTH)
def test_fit_and_residuals_add_up_and_modes_average_to_nothing(optimizer):
    m = model("syntax_intercepts_slopes", optimizer)
    added = r.fitted(m).to_numpy() + r.residuals(m).to_numpy()
    np.testing.assert_allclose(added, r.sleep2()["Reaction"], rtol=1e-15)
    np.testing.assert_allclose(r.ranef(m)["Subject"].mean(), 0, atol=1e-11)  # a balanced design
    modes, lines = r.ranef(m)["Subject"], r.coef(m)["Subject"]
    np.testing.assert_allclose(lines - modes, np.tile(r.fixef(m), (18, 1)), rtol=1e-13)


def test_newton_never_stops_above_nloptwrap():
    for syntax in MODELS:
        assert r.REMLcrit(model(syntax, "newton")) <= r.REMLcrit(model(syntax, "nloptwrap")) + 1e-9


def test_two_spellings_are_one_model():
    explicit, implicit = model("syntax_intercepts_slopes"), None
    sleep2 = r.sleep2()
    implicit = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control="newton")
    np.testing.assert_array_equal(r.getME(explicit, "theta"), r.getME(implicit, "theta"))


def test_zeta_is_zero_at_the_estimate_and_a_normal_quantile_at_the_ends():
    m = model("syntax_intercepts_slopes")
    frame, ci = r.profile(m).as_data_frame(), r.confint(m, quiet=True)
    for name, own in frame.groupby(".par", sort=False):
        low, high = ci.loc[name]
        at = own[".focal"].to_numpy()
        zeta = own[".zeta"].to_numpy()
        assert np.abs(zeta).min() == 0 and low < at[np.abs(zeta).argmin()] < high
        assert (np.diff(zeta[np.argsort(at)]) > 0).all()
        # Ends are read off a spline through the points, whose straight line between two of them is near enough to tell.
        np.testing.assert_allclose(np.interp([low, high], np.sort(at), np.sort(zeta)), [-1.96, 1.96], atol=0.02)
