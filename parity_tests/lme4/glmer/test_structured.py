"""Generalized models with covariance structures. The numbers are lme4 2.1-0's, by the calls that stand above them."""

import warnings

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.inference.intervals import ProfileWarning

CBPP = "cbind(incidence, size - incidence) ~ "


@pytest.mark.parametrize("bar, par, criterion", [
    # glmer(cbind(incidence, size - incidence) ~ 1 + ..., cbpp, binomial): -2 * logLik, getME(m, "par")
    ("cs(0 + period | herd, hom = TRUE)", [1.19368488, -0.11694997], 188.21155014),
    ("ar1(0 + period | herd)", [1.15731363, 0.02266877], 188.46108053),
    ("diag(0 + period | herd)", [1.51586491, 0.51258292, 1.38028014], 180.48345560),
])
def test_structures_are_fitted_by_their_own_parameters(bar, par, criterion):
    with r.options(lme4="2.1"), warnings.catch_warnings():
        warnings.simplefilter("ignore", r.SingularFitWarning)  # of the fourth period's variance, as in lme4
        m = r.glmer(CBPP + "1 + " + bar, r.load("cbpp"), r.binomial)
    np.testing.assert_allclose(m.optimum.value, criterion, rtol=1e-9)
    np.testing.assert_allclose(r.getME(m, "par")[: len(par)], par, rtol=1e-5)


@pytest.mark.parametrize("bar, ends", [
    # confint(glmer(cbind(incidence, size - incidence) ~ time + ..., cbpp, binomial)), lme4 2.1-0
    ("diag(time | herd, hom = TRUE)", [[0.142601220319, 0.560985594173], [-1.262972177443, -0.254060102812],
                                       [-0.982263168551, -0.366255220936]]),
    ("cs(time | herd)", [[0.458781884904, 1.9316436004770], [0, 0.7996811801009], [-1, 1],
                         [-1.747762871686, -0.0999187431172], [-1.029155575370, -0.2882395282095]]),
])
def test_profiles_of_structures_with_as_many_parameters_as_theta(bar, ends):
    with r.options(lme4="2.1"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ProfileWarning)  # of cs()'s correlation, as in lme4
        found = r.confint(r.glmer(CBPP + "time + " + bar, timed(), r.binomial), quiet=True)
    np.testing.assert_allclose(found, ends, rtol=1e-6)


@pytest.mark.parametrize("bar", ["cs(time | herd, hom = TRUE)", "ar1(0 + period | herd)", "cs(0 + period | herd)"])
def test_profiles_of_other_structures_stop_as_lme4s_do(bar):
    with r.options(lme4="2.1"), warnings.catch_warnings():
        warnings.simplefilter("ignore", r.SingularFitWarning)
        m = r.glmer(CBPP + "time + " + bar, timed(), r.binomial)
        with pytest.raises(ValueError, match=r"length\(pars\) == np \+ nf is not TRUE.*method='Wald'"):
            r.profile(m)


def timed() -> pd.DataFrame:
    cbpp = r.load("cbpp")
    return cbpp.assign(time=cbpp["period"].astype(int))
