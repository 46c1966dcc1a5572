"""Rows and columns keep their labels; a simulation tells where its draws began."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.model import LmerMod
from translations.lme4.results.getme import getME

SLEEP = "Reaction ~ days_deprived + (days_deprived | Subject)"


def test_a_simulation_tells_where_its_draws_began(slopes: LmerMod) -> None:
    rng = r.set_seed(12)
    rng.rnorm(3)
    before = rng.random_seed
    simulated = r.simulate(slopes, 2, seed=rng)
    assert np.array_equal(simulated.attrs["seed"], before)
    assert np.array_equal(r.simulate(slopes, 2, seed=7).attrs["seed"], r.set_seed(7).random_seed)
    assert list(simulated.index[:2]) == ["1", "2"]
    assert not np.array_equal(r.simulate(slopes), r.simulate(slopes))


def test_a_row_keeps_its_label_and_a_random_matrix_its_columns(slopes: LmerMod) -> None:
    named = r.sleep2().set_index(pd.Index([f"row {i}" for i in range(144)]))
    m = r.lmer(SLEEP, named)
    assert list(r.fitted(m).index[:2]) == ["row 0", "row 1"] == list(r.model_matrix(m).index[:2])
    assert list(r.predict(m, named.iloc[3:5]).index) == ["row 3", "row 4"]
    Z = r.model_matrix(slopes, "random")
    assert Z.shape == (144, 36) and (Z != getME(slopes, "Z")).nnz == 0
    with pytest.raises(ValueError, match="'fixed' or 'random', not 'both'"):
        r.model_matrix(slopes, "both")
