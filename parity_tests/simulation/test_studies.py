"""Studies of simulated data: what theory says of them, any number of workers."""
from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.simulation.studies import COLUMNS

from .in_r import IN_R, SETTINGS, call


@pytest.mark.parametrize("setting", SETTINGS[:3])
def test_studies_are_lmer_after_lmer(live_r, setting):
    live_r.eval(IN_R)
    theirs = live_r.numbers(f"set.seed(5); t(replicate(25, fit({call(setting)})))").reshape(8, 25).T
    ours = r.recovery_study(25, 5, **setting).estimates
    assert list(ours.columns) == COLUMNS
    order = [0, 1, 2, 3, 4, 5, 6, 7]
    singular = np.isnan(theirs).any(axis=1) | (theirs[:, [2, 3]] < 1e-6).any(axis=1)
    np.testing.assert_allclose(ours.to_numpy()[~singular][:, order], theirs[~singular], rtol=1e-6)
    assert singular.sum() < 5


def test_power_of_a_known_design():
    """Balanced and without variation of slopes the estimate's variance is known: power is the normal's."""
    from scipy.stats import norm

    design = {"gamma1": 2.0, "tau00": 20.0, "tau11": 2.0, "rho": 0.0, "sigma": 10.0, "subjects": 40, "days": 6}
    x = np.arange(6.0)
    se = np.sqrt((10.0**2 / ((x - x.mean()) ** 2).sum() + 2.0**2) / 40)
    expected = norm.sf(norm.ppf(0.975) - 2.0 / se) + norm.cdf(-norm.ppf(0.975) - 2.0 / se)
    table = r.power_study(2000, 31, **design)
    # the t with an estimated variance exceeds the normal quantile a little more often than the z with a known one
    assert abs(table["power"][0] - expected) < 3 * table["mcse"][0] + 0.015
    np.testing.assert_allclose(table["se_gamma1"][0], se, rtol=0.02)


def test_recovery_of_the_parameters():
    study = r.recovery_study(1000, 77, control="nloptwrap", subjects=40, days=8)
    table = study.recovery()
    assert list(table.index) == ["gamma0", "gamma1", "tau00", "tau11", "rho", "sigma"]
    exact = table.loc[["gamma0", "gamma1", "sigma"]]
    assert (abs(exact["bias"]) < 4 * exact["mcse"]).all()
    assert table.loc[["gamma0", "gamma1"], "coverage"].between(0.92, 0.97).all()
    assert np.isnan(table.loc["rho", "coverage"])


@pytest.mark.parametrize("missing", [0.0, 0.1])
def test_any_number_of_workers_gives_the_same_bits(missing):
    first, second = r.set_seed(4), r.set_seed(4)
    alone = r.recovery_study(40, first, missing=missing)
    together = r.recovery_study(40, second, missing=missing, n_jobs=2)
    pd.testing.assert_frame_equal(alone.estimates, together.estimates, check_exact=True)
    assert np.array_equal(first.random_seed, second.random_seed)


def test_each_estimate_has_its_name_under_every_release() -> None:
    first = r.recovery_study(nsim=3, seed=1, n_jobs=1).estimates
    with r.options(lme4="2.1"):
        assert r.recovery_study(nsim=3, seed=1, n_jobs=1).estimates.equals(first)


def test_fits_are_lmers():
    """Through the batch and by the model, with observations missing."""
    rng = r.set_seed(12)
    frames = [r.simulate_multilevel(missing=0.2, seed=rng) for _ in range(6)]
    ours = r.recovery_study(6, 12, missing=0.2).estimates
    for frame, row in zip(frames, ours.itertuples(), strict=True):
        m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", frame)
        sdcor = r.VarCorr(m).as_data_frame()["sdcor"]
        expected = [*m.beta, *sdcor, *np.sqrt(np.diag(r.vcov(m)))]
        np.testing.assert_allclose(row[1:], expected, rtol=1e-9)
