"""`lmList`: each model is `lm`'s, in data of any order; what R pools wrongly is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import translations as r

SLEEP = r.sleepstudy()


def test_each_model_is_that_of_its_group() -> None:
    mixed = SLEEP.sample(frac=1.0, random_state=3).assign(w=np.linspace(1.0, 2.0, 180))
    m = r.lmList("log(Reaction) ~ poly(Days, 2) | Subject", mixed, weights="w", pool=False)
    fitted = pd.Series(np.nan, index=mixed.index)
    for subject, data in mixed.groupby("Subject", observed=True):
        one = r.lm("log(Reaction) ~ poly(Days, 2)", data, weights="w")
        assert r.coef(m).loc[subject].tolist() == pytest.approx(r.coef(one).tolist(), rel=1e-12)
        table = r.summary(one).coefficients
        for name, theirs in r.coef(r.summary(m)).items():
            assert theirs.loc[subject].tolist() == pytest.approx(table.loc[name].tolist(), rel=1e-12)
        fitted[data.index] = np.asarray(r.fitted(one))
    assert np.asarray(r.fitted(m)) == pytest.approx(fitted.to_numpy(), rel=1e-12)
    assert list(r.fitted(m).index) == mixed["Subject"].tolist()
    assert np.asarray(r.predict(m, mixed)) == pytest.approx(fitted.to_numpy(), rel=1e-12)


def test_the_pooled_model_is_one_with_all_coefficients() -> None:
    m, one = r.lmList("Reaction ~ Days | Subject", SLEEP), r.lm("Reaction ~ 0 + Subject + Subject:Days", SLEEP)
    table = r.summary(one).coefficients
    found = np.concatenate([np.asarray(part) for part in r.coef(r.summary(m)).values()])
    np.testing.assert_allclose(found, np.asarray(table), rtol=1e-9)
    assert float(r.logLik(m)) == pytest.approx(float(r.logLik(one)), rel=1e-12)
    assert float(r.logLik(m, REML=True)) == pytest.approx(float(r.logLik(one, REML=True)), rel=1e-12)
    ends = np.concatenate([np.asarray(part)[:, [0, 2]] for part in r.intervals(m).values()])
    np.testing.assert_allclose(ends, np.asarray(r.confint(one)), rtol=1e-9)


def test_what_r_pools_wrongly_is_said_with_the_right_number() -> None:
    few = SLEEP.iloc[[*range(11), *range(20, 40)]]
    with pytest.warns(UserWarning, match="31.9337 on 23 .* should be 31.2613 on 24"):
        assert r.sigma(r.lmList("Reaction ~ Days | Subject", few)) == pytest.approx(31.93369, rel=1e-6)  # R's
    weighted = few.drop(few.index[10]).assign(w=lambda d: np.arange(1.0, 31.0))
    with pytest.warns(UserWarning, match="without their weights"):
        r.sigma(r.lmList("Reaction ~ Days | Subject", weighted, weights="w"))


def test_a_group_without_a_model_is_said() -> None:
    few = SLEEP.iloc[[*range(11), *range(20, 40)]].assign(f=pd.Categorical((["a", "b", "c"] * 11)[:31]))
    with pytest.warns(UserWarning, match="Fitting failed for 1 group"):
        m = r.lmList("Reaction ~ f | Subject", few)
    assert r.coef(m).loc["309"].isna().all() and r.df_residual(m) == 21
    with pytest.raises(ValueError, match="NULL fits"):
        r.logLik(m)
    assert np.isnan(r.predict(m, few)["309"])
    with pytest.raises(ValueError, match="no group has a model"):
        r.lmList("Reaction ~ f | Subject", few.assign(f=pd.Categorical(few["Subject"])))
