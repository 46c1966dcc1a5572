"""Predictions and their standard errors: against dense Henderson equations, and against live R."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r

from ..random_designs import frame

DATA = frame(7, 10, 9, noise=1.0)
FORMULA = "y ~ x + (x | g) + (1 | h)"
NEW = pd.DataFrame({"x": [0.0, 1.5, -2.0], "g": ["g00", "g03", "g09"], "h": ["h1", "h2", "h3"]})


def model(**arguments: Any) -> Any:
    return r.lmer(FORMULA, DATA, control="newton", **arguments)


def test_new_data_are_put_through_the_model_by_hand() -> None:
    m = model()
    b, h = r.ranef(m)["g"], r.ranef(m)["h"]
    fixed = r.fixef(m).to_numpy() @ np.vstack([np.ones(3), NEW["x"]])
    by_g = b.loc[NEW["g"], "(Intercept)"].to_numpy() + b.loc[NEW["g"], "x"].to_numpy() * NEW["x"].to_numpy()
    by_h = h.loc[NEW["h"], "(Intercept)"].to_numpy()
    expected_of = {None: fixed + by_g + by_h, "~0": fixed, "~ (x | g)": fixed + by_g, "~ (1 | h)": fixed + by_h}
    for re_form, expected in expected_of.items():
        np.testing.assert_allclose(r.predict(m, NEW, re_form=re_form), expected, rtol=1e-12)
    np.testing.assert_allclose(r.predict(m, NEW, random_only=True), by_g + by_h, rtol=0, atol=1e-12)


def test_standard_errors_are_those_of_hendersons_equations() -> None:
    """C inverts [X Z]'[X Z] / sigma^2 with the inverse of the effects' covariance added (Henderson 1950)."""
    m = model()
    X, Z = m.design.X_fitted, r.getME(m, "Z").toarray()
    Lambda = r.getME(m, "Lambda").toarray()
    both = np.hstack([X, Z])
    M = both.T @ both / m.sigma**2
    M[m.p :, m.p :] += np.linalg.inv(m.sigma**2 * Lambda @ Lambda.T)
    _, se = r.predict(m, se_fit=True)
    np.testing.assert_allclose(se, np.sqrt(np.einsum("ij,ij->i", both @ np.linalg.inv(M), both)), rtol=1e-9)
    _, se = r.predict(m, re_form="~0", se_fit=True)
    np.testing.assert_allclose(se, np.sqrt(np.einsum("ij,ij->i", X @ r.vcov(m).to_numpy(), X)), rtol=1e-10)


def test_new_levels() -> None:
    m = model()
    new = NEW.assign(g=["g00", "nobody", "g09"])
    with pytest.raises(ValueError, match="g has 'nobody'"):
        r.predict(m, new)
    fit, se = r.predict(m, new, allow_new_levels=True, se_fit=True)
    known = r.predict(m, NEW)
    np.testing.assert_allclose(fit.to_numpy()[[0, 2]], known.to_numpy()[[0, 2]], rtol=1e-13)
    assert fit.iloc[1] == pytest.approx(r.predict(m, new.iloc[[1]], re_form="~ (1 | h)").iloc[0], rel=1e-13)
    _, without = r.predict(m, new, re_form="~ (1 | h)", se_fit=True)
    z = np.array([1.0, new["x"].iloc[1]])
    own = z @ r.VarCorr(m)["g"].to_numpy() @ z
    assert se.iloc[1] ** 2 == pytest.approx(without.iloc[1] ** 2 + own, rel=1e-10)


@pytest.mark.parametrize("re_form", ["1 | h", 0, "(1 | h)"])
def test_a_re_form_that_is_none(re_form: Any) -> None:
    with pytest.raises(ValueError, match="re_form must be None"):
        r.predict(model(), re_form=re_form)


@pytest.mark.parametrize(
    ("re_form", "named"), [("~ (1 | s)", "grouping factor s"), ("~ (z | g)", "z"), ("~ (x | h)", "x")])
def test_a_re_form_that_is_not_in_the_model(re_form: str, named: str) -> None:
    with pytest.raises(ValueError, match=f"{named}.* not in the model|not in the model.*{named}"):
        r.predict(model(), re_form=re_form)


def test_rows_left_out() -> None:
    holes = DATA.assign(y=DATA["y"].where(DATA.index % 7 != 3))
    omitted = r.lmer(FORMULA, holes, control="newton", na_action="na.omit")
    kept = r.lmer(FORMULA, holes, control="newton", na_action="na.exclude")
    missing = holes["y"].isna().to_numpy()
    for of in (r.fitted, r.residuals, r.predict):
        assert len(of(omitted)) == (~missing).sum() and len(of(kept)) == len(holes)
        assert (of(kept).isna().to_numpy() == missing).all()
        np.testing.assert_array_equal(of(kept).to_numpy()[~missing], of(omitted).to_numpy())


@pytest.mark.parametrize("kind", ["response", "working", "deviance", "pearson"])
def test_residuals(kind: str) -> None:
    m = model(weights="w", offset="o")
    raw = DATA["y"].to_numpy() - r.fitted(m).to_numpy()
    weighted = raw * np.sqrt(DATA["w"].to_numpy()) if kind in ("pearson", "deviance") else raw
    np.testing.assert_allclose(r.residuals(m, type=kind), weighted, rtol=1e-12)
    np.testing.assert_allclose(r.residuals(m, type=kind, scaled=True), weighted / r.sigma(m), rtol=1e-12)


# lme4 is given its own theta: what then differs is arithmetic.
LINALG = 1e-9
WEIGHTED = {
    "predict(m)": lambda m: r.predict(m), "predict(m, re.form = NA)": lambda m: r.predict(m, re_form="~0"),
    "predict(m, new)": lambda m: r.predict(m, NEW),
    "predict(m, new, re.form = NA)": lambda m: r.predict(m, NEW, re_form="~0"),
    "predict(m, new, re.form = ~ (1 | h))": lambda m: r.predict(m, NEW, re_form="~ (1 | h)"),
    "residuals(m, 'pearson')": lambda m: r.residuals(m, type="pearson"), "residuals(m)": lambda m: r.residuals(m),
    "residuals(m, 'deviance')": lambda m: r.residuals(m, type="deviance"),
    "residuals(m, 'pearson', scaled = TRUE)": lambda m: r.residuals(m, type="pearson", scaled=True),
    "fitted(m)": lambda m: r.fitted(m), "unlist(lapply(ranef(m), unlist))": lambda m: np.concatenate(
        [modes.to_numpy().ravel(order="F") for modes in r.ranef(m).values()]),
    "as.data.frame(ranef(m))$condsd": lambda m: r.ranef(m).as_data_frame()["condsd"].to_numpy(dtype=float),
    "as.data.frame(VarCorr(m))$sdcor": lambda m: r.VarCorr(m).as_data_frame()["sdcor"].to_numpy(dtype=float),
    "c(logLik(m), AIC(m), BIC(m), REMLcrit(m), df.residual(m), nobs(m), sigma(m))": lambda m: [
        r.logLik(m), r.AIC(m), r.BIC(m), r.REMLcrit(m), r.df_residual(m), r.nobs(m), r.sigma(m)],
    "unlist(coef(m))": lambda m: np.concatenate([f.to_numpy().ravel(order="F") for f in r.coef(m).values()]),
    "unlist(lapply(rePCA(m), function(p) p$sdev))": lambda m: np.concatenate([p.sdev for p in r.rePCA(m).values()]),
    "unlist(getME(m, 'devcomp')$cmp[c('ldL2', 'ldRX2', 'wrss', 'ussq', 'pwrss')])": lambda m: [
        r.getME(m, "devcomp")["cmp"][name] for name in ("ldL2", "ldRX2", "wrss", "ussq", "pwrss")],
    "as.matrix(getME(m, 'RX'))": lambda m: r.getME(m, "RX"), "as.matrix(getME(m, 'Lambda'))": lambda m: (
        r.getME(m, "Lambda").toarray()),
    "as.matrix(getME(m, 'Z'))": lambda m: r.getME(m, "Z").toarray(), "getME(m, 'Gp')": lambda m: r.getME(m, "Gp"),
    "getME(m, 'u')": lambda m: r.getME(m, "u"), "getME(m, 'b')": lambda m: r.getME(m, "b"),
    "getME(m, 'lower')": lambda m: r.getME(m, "lower"), "getME(m, 'theta')": lambda m: r.getME(m, "theta"),
    # R permutes L and RZX; what does not depend on the order is compared.
    "crossprod(as.matrix(getME(m, 'RZX')))": lambda m: r.getME(m, "RZX").T @ r.getME(m, "RZX"),
    "as.numeric(Matrix::determinant(getME(m, 'L'), sqrt = TRUE)$modulus)": lambda m: [
        np.log(np.diagonal(r.getME(m, "L"))).sum()],
}


@pytest.mark.parametrize("code", WEIGHTED)
def test_extractors_at_the_theta_of_lme4(live_r: Any, code: str) -> None:
    from dataclasses import replace

    live_r.assign("d", DATA)
    live_r.assign("new", NEW)
    live_r.eval("suppressPackageStartupMessages(library(lme4)); m <- suppressMessages(lmer("
                "y ~ x + (x | g) + (1 | h), d, weights = w))")
    m = model(weights="w")
    m = replace(m, optimum=replace(m.optimum, theta=live_r.numbers("getME(m, 'theta')")))
    theirs = live_r.numbers(code)
    ours = np.asarray(WEIGHTED[code](m), dtype=float).ravel(order="F")
    finite = np.isfinite(theirs)
    assert (np.isfinite(ours) == finite).all()
    np.testing.assert_allclose(ours[finite], theirs[finite], rtol=0, atol=LINALG * np.abs(theirs[finite]).max())


def test_a_linear_model_s_link_and_response_are_one() -> None:
    m = model()
    for kind in ("link", "response"):
        assert r.predict(m, NEW, type=kind, allow_new_levels=True).equals(r.predict(m, NEW, allow_new_levels=True))
    with pytest.raises(ValueError, match="type must be one of 'link', 'response', not 'terms'"):
        r.predict(m, type="terms")
