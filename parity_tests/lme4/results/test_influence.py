"""Leverages against the hat matrix in full, deletions against fits of what is left; random designs with R."""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r

MODELS = {
    "one matrix": ("Reaction ~ Days + (Days | Subject)", "sleepstudy", {}),
    "double bar": ("Reaction ~ Days + (Days || Subject)", "sleepstudy", {}),
    "crossed": ("diameter ~ 1 + (1 | plate) + (1 | sample)", "Penicillin", {}),
    "nested": ("score ~ Machine + (1 | Worker/Machine)", "Machines", {}),
    "weights": ("score ~ 1 + (1 | Worker) + (1 | Machine)", "Machines", {"weights": np.linspace(0.5, 2.0, 54)}),
    "singular": ("Yield ~ 1 + (1 | Batch)", "Dyestuff2", {}),
    "no fixed effects": ("Yield ~ 0 + (1 | Batch)", "Dyestuff", {}),
}


def fitted(name: str) -> Any:
    formula, data, arguments = MODELS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return r.lmer(formula, r.load(data), **arguments)


def hat_matrix(m: Any) -> np.ndarray:
    """H (n, n) with H y = fitted values, from V in full; its diagonal is the same for weighted rows."""
    V = np.diag(1.0 / m.weights)
    for t, T in zip(m.design.random.terms, m.templates, strict=True):
        V += t.Z @ T @ T.T @ t.Z.T * np.equal.outer(t.codes, t.codes)
    inverse, X = np.linalg.inv(V), m.design.X_fitted
    P = inverse - inverse @ X @ np.linalg.solve(X.T @ inverse @ X, X.T @ inverse) if m.p else inverse
    return np.eye(m.n) - P / m.weights[:, None]


@pytest.mark.parametrize("name", MODELS)
def test_leverages_are_the_hat_matrix_diagonal(name: str) -> None:
    m = fitted(name)
    H = hat_matrix(m)
    np.testing.assert_allclose(H @ m.y, m.mu, rtol=1e-9)
    np.testing.assert_allclose(r.hatvalues(m), np.diagonal(H), atol=1e-12)


def test_cooks_distance_without_random_effects_is_the_linear_models() -> None:
    m, linear = fitted("singular"), r.lm("Yield ~ 1", r.Dyestuff2())
    np.testing.assert_allclose(r.hatvalues(m), r.hatvalues(linear), rtol=1e-12)
    np.testing.assert_allclose(r.cooks_distance(m), r.cooks_distance(linear), rtol=1e-10)


def test_rows_left_out_are_missing_under_na_exclude() -> None:
    holes = r.Dyestuff().assign(Yield=lambda d: d["Yield"].where(np.arange(30) != 4))
    m = r.lmer("Yield ~ 1 + (1 | Batch)", holes, na_action="na.exclude")
    for values in (r.hatvalues(m), r.cooks_distance(m), r.rstudent(m)):
        assert len(values) == 30 and np.flatnonzero(values.isna()).tolist() == [4]


def test_a_deletion_is_the_fit_of_what_is_left() -> None:
    d = r.sleepstudy()
    m = r.lmer("Reaction ~ Days + (1 | Subject)", d, control="newton")
    i = r.influence(m, "Subject")
    left = r.lmer("Reaction ~ Days + (1 | Subject)", d[d["Subject"] != "309"], control="newton")
    np.testing.assert_allclose(i.fixed_effects_without.loc["309"], r.fixef(left), rtol=1e-10)
    np.testing.assert_allclose(i.vcov_without[i.deleted.index("309")], r.vcov(left), rtol=1e-8)
    np.testing.assert_allclose(r.dfbeta(i, "var.cov").loc["309", "sigma^2"], left.sigma**2 - m.sigma**2, rtol=1e-8)
    change = r.dfbeta(i).to_numpy()
    weight = np.linalg.inv(r.vcov(m).to_numpy()) * (18 - 2) / (18 * 2)
    np.testing.assert_allclose(r.cooks_distance(i), np.einsum("ij,jk,ik->i", change, weight, change), rtol=1e-12)


def test_deletions_keep_to_the_models_own_subset() -> None:
    d = r.Dyestuff()
    i = r.influence(r.lmer("Yield ~ 1 + (1 | Batch)", d, subset=np.arange(30) >= 5), "Batch")
    assert i.deleted == ["B", "C", "D", "E", "F"]


def test_what_cannot_be_asked_is_named() -> None:
    m = fitted("crossed")
    with pytest.raises(KeyError, match="no variable 'dish'"):
        r.influence(m, "dish")
    with pytest.raises(ValueError, match="which must be"):
        r.dfbeta(r.influence(m, "sample"), "random")


@pytest.mark.parametrize("seed", range(3))
def test_random_designs_agree_with_r(live_r: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 80
    d = pd.DataFrame({"x": rng.normal(size=n), "g": rng.choice(list("ABCDEFGH"), n), "h": rng.choice(list("uvwxyz"), n),
                      "w": rng.uniform(0.5, 2.0, n)})
    d["y"] = d["x"] + pd.Series(rng.normal(size=8), index=list("ABCDEFGH"))[d["g"]].to_numpy() + rng.normal(size=n)
    for name in d:
        live_r.assign(name, d[name].tolist())
    live_r.eval("library(lme4); d <- data.frame(x, g, h, w, y, stringsAsFactors = TRUE)")
    live_r.eval("m <- suppressMessages(lmer(y ~ x + (1 | g) + (1 | h), d, weights = w))")
    live_r.eval("i <- suppressMessages(influence(m, 'g'))")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.lmer("y ~ x + (1 | g) + (1 | h)", d, weights="w")
        i = r.influence(m, "g")
    # Both optimizers stop within 1e-7 of the same theta, of which leverages are smooth functions.
    np.testing.assert_allclose(r.hatvalues(m), live_r.numbers("hatvalues(m)"), rtol=1e-6)
    np.testing.assert_allclose(r.rstudent(m), live_r.numbers("rstudent(m)"), rtol=1e-5, atol=1e-6)
    assert i.deleted == list(dict.fromkeys(d["g"]))
    theirs = live_r.numbers("dfbeta(i)").reshape(-1, 2, order="F")
    np.testing.assert_allclose(r.dfbeta(i), theirs, atol=1e-4 * np.abs(theirs).max())


def test_what_has_no_number_is_not_missing() -> None:
    # head(rstudent(m), 2): lme4's hat values are above 1 there
    herds = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), r.binomial)
    assert str(r.rstudent(herds).head(2)).split("\n")[1].split() == ["NaN", "NaN"]
