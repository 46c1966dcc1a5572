"""Draws from models whose data have gaps. The numbers are R 4.2.2's, each by the call that stands above it; `d` is cbpp
with `d$x <- (seq_len(56) %% 7) - 3; d$x[3] <- NA`, and na.action = na.exclude throughout.
"""
from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.generalized.draw import RecycledWeights


@pytest.fixture
def gappy() -> pd.DataFrame:
    d = r.load("cbpp")
    x = np.arange(1, 57) % 7 - 3.0
    x[2] = np.nan
    return d.assign(x=x)


def test_a_row_that_was_left_out_has_no_draw_and_takes_none(gappy: pd.DataFrame) -> None:
    # simulate(glm(incidence ~ x + period, poisson, d), 2, seed = 3)[1:6, ]
    m = r.glm("incidence ~ x + period", r.poisson, gappy, na_action="na.exclude")
    with pytest.warns(UserWarning, match="NAs produced"):
        drawn = r.simulate(m, 2, seed=3)
    np.testing.assert_array_equal(drawn.head(6), [[3, 8], [2, 1], [np.nan, np.nan], [0, 0], [2, 1], [1, 0]])


def test_trials_are_recycled_over_rows_left_out_as_in_r_which_is_said(gappy: pd.DataFrame) -> None:
    # s <- simulate(glm(cbind(incidence, size - incidence) ~ x, binomial, d), 2, seed = 3)
    # rowSums(s$sim_1)[1:8]; s$sim_2[1:6, 1]: d$size[4:8] is 5, 22, 18, 21, 22
    m = r.glm("cbind(incidence, size - incidence) ~ x", r.binomial, gappy, na_action="na.exclude")
    with pytest.warns(RecycledWeights, match="the weights .* of others"):
        drawn = r.simulate(m, 2, seed=3)
    np.testing.assert_array_equal(drawn["sim_1"].sum(axis=1, min_count=2).head(8), [14, 12, np.nan, 22, 18, 21, 22, 16])
    np.testing.assert_array_equal(drawn["sim_2"].iloc[:6, 0], [4, 1, np.nan, 1, 0, 1])


def test_shapes_are_recycled_as_in_r(gappy: pd.DataFrame) -> None:
    # simulate(glm(size ~ x, Gamma("log"), d, weights = rep(1:2, 28)), 2, seed = 3)[c(1:5, 55, 56), ]
    m = r.glm("size ~ x", r.Gamma("log"), gappy, na_action="na.exclude", weights=np.tile([1.0, 2.0], 28))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        drawn = r.simulate(m, 2, seed=3).iloc[[0, 1, 2, 3, 4, 54, 55]]
    in_r = [[3.914736988, 31.589483217], [10.074319576, 6.959921767], [np.nan, np.nan], [3.027543895, 7.111496074],
            [16.047638302, 4.159623003], [19.740291090, 8.390866406], [24.854100553, 38.983573845]]
    np.testing.assert_allclose(drawn, in_r, rtol=2e-8)


def test_no_trials_give_no_proportion_without_a_word_of_numpy_s() -> None:
    d = r.load("cbpp")
    m = r.glm("I(incidence / size) ~ period", r.binomial, d, weights=np.where(np.arange(56) == 1, 0.0, d["size"]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = r.simulate(m, 1, seed=3)["sim_1"]
    assert np.flatnonzero(np.isnan(drawn)).tolist() == [1] and str(drawn.iloc[:2].tolist()).count("nan") == 1
