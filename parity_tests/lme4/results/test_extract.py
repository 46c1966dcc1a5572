"""Extractors, refits and labels of a fitted mixed model, by the identities that define them."""
from __future__ import annotations

import numpy as np
import pytest

import translations as r

SLEEP = "Reaction ~ days_deprived + (days_deprived | Subject)"


def model(**arguments):
    return r.lmer(SLEEP, r.sleep2(), **{"control": "newton", **arguments})


def test_information_criteria():
    for REML in (True, False):  # noqa: N806
        m = model(REML=REML)
        criterion, parameters = (r.REMLcrit(m) if REML else r.deviance(m)), 6
        assert float(r.logLik(m)) == -criterion / 2 and r.logLik(m).df == parameters
        assert r.AIC(m) == pytest.approx(criterion + 2 * parameters, rel=1e-15)
        assert r.BIC(m) == pytest.approx(criterion + np.log(144) * parameters, rel=1e-15)
        assert r.nobs(m) == 144 and r.df_residual(m) == 138 and r.isREML(m) == REML
        assert r.isLMM(m) and not r.isGLMM(m) and not r.isNLMM(m)


def test_refit_ml_is_the_fit_by_ml():
    ml, refitted = model(REML=False), r.refitML(model())
    np.testing.assert_allclose(refitted.theta, ml.theta, rtol=1e-8)
    assert r.deviance(refitted) == pytest.approx(r.deviance(ml), rel=1e-13)


def test_refit_to_another_response():
    m, y = model(), np.random.default_rng(1).normal(r.sleep2()["Reaction"] * 0.5, 20)
    fresh = r.lmer(SLEEP, r.sleep2().assign(Reaction=y), control="newton")
    again = r.refit(m, y)
    assert again.criterion(True) == pytest.approx(fresh.criterion(True), rel=1e-12)
    np.testing.assert_allclose(again.beta, fresh.beta, rtol=1e-9)
    np.testing.assert_allclose(r.fitted(r.refit(m)), r.fitted(m), rtol=1e-9)


def test_coef_is_fixed_plus_random():
    m = model()
    coef, modes, fixed = r.coef(m)["Subject"], r.ranef(m)["Subject"], r.fixef(m)
    for name in fixed.index:
        np.testing.assert_allclose(coef[name], fixed[name] + modes[name], rtol=1e-14)
    assert list(coef.index) == list(modes.index) and r.ngrps(m).to_dict() == {"Subject": 18}


def test_varcorr_as_data_frame():
    m = model()
    S, table = r.VarCorr(m)["Subject"], r.VarCorr(m).as_data_frame()
    assert list(table["grp"]) == ["Subject"] * 3 + ["Residual"]
    expected = [S.iloc[0, 0], S.iloc[1, 1], S.iloc[0, 1], r.sigma(m) ** 2]
    np.testing.assert_allclose(table["vcov"], expected, rtol=1e-14)
    sd = np.sqrt(np.diag(S))
    np.testing.assert_allclose(table["sdcor"], [*sd, S.iloc[0, 1] / sd.prod(), r.sigma(m)], rtol=1e-13)


def test_principal_components_are_those_of_the_relative_covariance():
    m = model()
    T, parts = r.getME(m, "Tlist")["Subject"], r.rePCA(m)["Subject"]
    np.testing.assert_allclose(parts.rotation * parts.sdev**2 @ parts.rotation.T, T @ T.T, rtol=1e-12)


def test_singular_models_are_known():
    dyestuff2 = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff2(), control="newton")
    assert r.isSingular(dyestuff2) and not r.isSingular(model())


def test_unknown_names_are_named():
    m = model()
    with pytest.raises(ValueError, match="getME knows no 'phi'.*theta"):
        r.getME(m, "phi")
    with pytest.raises(ValueError, match="getME knows no 'phi'.*theta"):
        r.getME(m, ["theta", "phi"])
    assert set(r.getME(m, "ALL")) >= {"theta", "devcomp", "mmList"}
    with pytest.raises(KeyError, match="'Item'.*Subject"):
        r.VarCorr(m)["Item"]
    with pytest.raises(KeyError, match="'Item'.*Subject"):
        r.ranef(m)["Item"]
    with pytest.raises(ValueError, match="'partial'"):
        r.residuals(m, type="partial")


def test_a_formula_s_halves():
    # formula(lmer(Reaction ~ Days + (Days || Subject), sleepstudy), random.only = TRUE)
    m = r.lmer("Reaction ~ Days + (Days || Subject)", r.sleepstudy())
    assert r.formula(m, random_only=True) == "Reaction ~ (1 | Subject) + (0 + Days | Subject)"
    assert r.formula(m, fixed_only=True) == "Reaction ~ Days"
    with pytest.raises(ValueError, match="can't specify"):
        r.formula(m, fixed_only=True, random_only=True)
    counts = r.glmer("TICKS ~ HEIGHT + (1 | BROOD)", r.load("grouseticks").head(100), r.poisson)
    assert r.formula(counts, fixed_only=True) == "TICKS ~ HEIGHT" and r.isGLMM(counts) and not r.isLMM(counts)
    assert str(r.weights(counts)[:3]) == "[1] 1 1 1"


def test_the_covariance_matrix_has_its_correlations():
    # m <- lmer(Reaction ~ Days + (Days | Subject), sleepstudy); vcov(m, correlation = TRUE)@factors$correlation, in the
    # three releases; vcov(m, correlation = FALSE)@factors is list()
    m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    assert str(r.vcov(m).correlation).split("\n") == [
        '2 x 2 Matrix of class "corMatrix"', "            (Intercept)       Days", "(Intercept)   1.0000000 -0.1375519",
        "Days         -0.1375519  1.0000000"]
    assert r.vcov(m, correlation=False).correlation is None
    g = r.glmer("TICKS ~ YEAR + (1 | BROOD)", r.load("grouseticks"), r.poisson)
    assert r.vcov(g, correlation=True).correlation.loc["YEAR96", "YEAR97"] == pytest.approx(0.5095904, abs=5e-6)
