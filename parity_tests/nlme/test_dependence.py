"""Covariances and autocorrelations of fits: what they are by hand, where the data are in no order."""

from __future__ import annotations

import numpy as np
import pytest

import translations as r

ORTHODONT = r.load("Orthodont")
MIXED = ORTHODONT.sample(frac=1.0, random_state=7)


def test_covariances_do_not_hang_on_the_order_of_the_groups() -> None:
    fits = [r.lme("distance ~ age", data, "~ 1 | Subject", r.corCAR1(form="~ age"), r.varIdent(form="~ 1 | Sex"),
                  control=r.lmeControl("newton")) for data in (ORTHODONT, MIXED)]
    rows = np.argsort(MIXED.loc[MIXED["Subject"] == "F03", "age"].to_numpy())
    for kind in ("conditional", "marginal"):
        first, second = (np.asarray(r.getVarCov(m, "F03", kind)["F03"]) for m in fits)
        assert second[np.ix_(rows, rows)] == pytest.approx(first, rel=1e-5)


def test_the_likelihood_is_that_of_the_marginal_covariances() -> None:
    from scipy.stats import multivariate_normal

    m = r.lme("distance ~ age", ORTHODONT, "~ age | Subject", weights=r.varIdent(form="~ 1 | Sex"), method="ML")
    every = list(ORTHODONT["Subject"].unique())
    population = np.asarray(r.fitted(m, level=0))
    total = 0.0
    for one, V in r.getVarCov(m, every, "marginal").items():
        rows = np.flatnonzero(ORTHODONT["Subject"] == one)
        total += multivariate_normal(population[rows], np.asarray(V)).logpdf(m.frame.response[rows])
    assert total == pytest.approx(float(r.logLik(m)), rel=1e-11)


def test_autocorrelations_of_every_pair_in_a_group() -> None:
    data = r.sleepstudy()
    m = r.lme("Reaction ~ Days", data, "~ Days | Subject")
    e = np.asarray(r.residuals(m)).reshape(18, 10)
    by_hand = [np.mean(e[:, : 10 - lag] * e[:, lag:]) / np.mean(e**2) for lag in range(10)]
    found = r.ACF(m)
    assert found["ACF"].tolist() == pytest.approx(by_hand, rel=1e-12)
    assert found.attrs["n_used"] == [18 * (10 - lag) for lag in range(10)]


def test_rows_left_out_are_no_residuals() -> None:
    data = r.sleepstudy()
    data.loc[data.index[5], "Reaction"] = np.nan
    fits = [r.gls("Reaction ~ Days", data, na_action=action) for action in ("na.omit", "na.exclude")]
    first, second = (r.ACF(m, form="~ 1 | Subject", maxLag=3) for m in fits)
    assert first["ACF"].tolist() == second["ACF"].tolist() and not first["ACF"].isna().any()


def test_several_groups_of_gls_are_refused() -> None:
    m = r.gls("distance ~ age", ORTHODONT, r.corAR1(form="~ 1 | Subject"))
    with pytest.raises(ValueError, match="one group"):
        r.getVarCov(m, ["F01", "F02"])
    assert r.getVarCov(m, individual="F01").shape == (4, 4)
    with pytest.raises(ValueError, match="multiple levels"):
        r.getVarCov(r.lme("yield ~ nitro", r.load("Oats"), "~ 1 | Block/Variety"))
