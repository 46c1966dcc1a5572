"""Each of the five ways to test a term is its own test."""

from __future__ import annotations

import numpy as np
import pytest

import translations as r
from translations.lme4.inference.five_ways import RIGHT_WHEN
from translations.lme4.model import LmerMod

SLEEP = "Reaction ~ days_deprived + (days_deprived | Subject)"


def test_each_way_is_its_own_test(slopes: LmerMod) -> None:
    page = r.five_ways(slopes, "days_deprived", nsim=0, level=0.8)
    assert list(page.columns) == ["estimate", "statistic", "df", "p.value", "lower", "upper", "seconds", "right when"]
    assert page["right when"].to_dict() == {name: RIGHT_WHEN[name] for name in page.index}
    assert (page["seconds"] > 0).all()
    wald = r.confint(slopes, parm="days_deprived", level=0.8, method="Wald").to_numpy()[0]
    np.testing.assert_allclose(page.loc["t as z", ["lower", "upper"]].astype(float), wald, rtol=1e-12)
    t = float(page.loc["t as z", "statistic"])
    from statistics import NormalDist

    np.testing.assert_allclose(page.loc["t as z", "p.value"], 2 * NormalDist().cdf(-t), rtol=1e-6)
    assert np.isinf(page.loc["t as z", "df"])
    small = r.lmer("Reaction ~ 1 + (days_deprived | Subject)", r.sleep2(), REML=False)
    ratio = r.anova(r.refitML(slopes), small, model_names=["large", "small"])
    ours = page.loc["likelihood ratio", ["statistic", "df", "p.value"]].astype(float)
    np.testing.assert_allclose(ours, ratio.loc["large", ["Chisq", "Df", "Pr(>Chisq)"]], rtol=1e-6)
    likely = r.confint(r.refitML(slopes), parm="days_deprived", level=0.8, quiet=True).to_numpy()[0]
    np.testing.assert_allclose(page.loc["likelihood ratio", ["lower", "upper"]].astype(float), likely, rtol=1e-12)
    for ddf in ("Satterthwaite", "Kenward-Roger"):
        row = r.contest1D(slopes, [0, 1], ddf=ddf, confint=True, level=0.8).to_numpy()[0]
        np.testing.assert_allclose(page.loc[ddf].iloc[:6].astype(float), row[[0, 3, 2, 6, 4, 5]], rtol=1e-12)
    bootstrapped = r.five_ways(slopes, "days_deprived", nsim=19, seed=4, level=0.8).loc["parametric bootstrap"]
    test = r.PBmodcomp(r.refitML(slopes), small, nsim=19, seed=4)
    ends = r.confint(r.bootMer(slopes, "parameters", 19, seed=4), parm="days_deprived", level=0.8).to_numpy()[0]
    expected = [r.fixef(slopes).iloc[1], test.LRTstat["tobs"], np.nan, test.test.loc["PBtest", "p.value"], *ends]
    np.testing.assert_allclose(bootstrapped.iloc[:6].astype(float), expected, rtol=1e-6)


def test_five_ways_refuses_what_has_no_small_model(slopes: LmerMod) -> None:
    with pytest.raises(KeyError, match="no fixed effect 'Days'; there are"):
        r.five_ways(slopes, "Days", nsim=0)
    with pytest.raises(ValueError, match="not a term of"):
        r.five_ways(slopes, "(Intercept)", nsim=0)


def test_four_ways_take_a_model_fitted_either_way() -> None:
    fits = [r.lmer(SLEEP, r.sleep2(), REML=REML, control="newton") for REML in (True, False)]
    reml, ml = (r.five_ways(fit, "days_deprived", nsim=0) for fit in fits)
    ways = ["likelihood ratio", "Satterthwaite", "Kenward-Roger"]
    numbers = ["statistic", "df", "p.value", "lower", "upper"]
    np.testing.assert_allclose(reml.loc[ways, numbers], ml.loc[ways, numbers], rtol=1e-6)
    assert (reml["lower"] < reml["estimate"]).all() and (reml["estimate"] < reml["upper"]).all()
