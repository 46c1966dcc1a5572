"""Kenward-Roger by a structure's own parameters, and as pbkrtest takes them, against simulated and refitted data sets.

What Kenward & Roger (1997) promise is the mean: adjusted variances, each computed at its own data set's estimates, are
on the average the variance by which the estimates of all data sets scatter. By 10,000 data sets for the scatter, and
3,000 (4,000 of the third) adjusted matrices, standard errors of intercept and slope:

    ar1(0 + factor(Days) | Subject)              scatter 11.282 1.522    adjusted 11.401 1.522    vcov 11.355 1.500
    cs(Days | Subject)                                    6.804 1.559              6.832 1.546          6.842 1.545
    cs(0 + factor(Days) | Subject), Days < 5              6.296 1.774              6.091 1.772          5.510 1.657

The third's correlation is estimated at its bound, 1, where no expansion about the estimate holds: there 3.3 % are
missing from the intercept's, of 12.5 % without the adjustment. The scatter itself is known to 0.7 %.

By default 600 data sets and 150 matrices; 10,000 and 2,500 with RPARITY_SIMULATED=10000 (a minute of CPU).
"""

from __future__ import annotations

import os
import warnings
from dataclasses import replace

import numpy as np
import pytest

import translations as r
from translations.lme4.bootstrap.refit_many import refit_many
from translations.lme4.inference.kenward_roger import kenward_roger
from translations.lme4.model import LmerMod

COUNT = int(os.environ.get("RPARITY_SIMULATED", "600"))
EXTREME = 4.0  # standard errors of a simulated standard deviation
AT_BOUND = 0.04  # of a standard error where a correlation is at its bound
TERMS = {"ar1(0 + factor(Days) | Subject)": (10, 0.0), "cs(Days | Subject)": (10, 0.0),
         "cs(0 + factor(Days) | Subject)": (5, AT_BOUND)}


def fits(term: str, days: int) -> tuple[LmerMod, LmerMod]:
    """By lme4's optimizer and by newton."""
    data = r.sleepstudy().query("Days < @days")
    return r.lmer(f"Reaction ~ Days + {term}", data), r.lmer(f"Reaction ~ Days + {term}", data, control="newton")


def at_estimates(own: LmerMod, y: np.ndarray, par: np.ndarray, value: float) -> LmerMod:
    """The model of another response, whose estimates are par."""
    theta = own.design.random.parameters.theta(par)
    return replace(own, pls=own.pls.with_response(y), y=y, optimum=replace(own.optimum, theta=theta, par=par,
                                                                           value=value))


@pytest.mark.parametrize("term", TERMS)
def test_adjusted_variances_are_on_the_average_those_of_the_estimates(term: str) -> None:
    days, missing = TERMS[term]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m, own = fits(term, days)
        Y = np.asarray(r.simulate(own, nsim=COUNT, seed=22))
        found = refit_many(m, Y)
        each = [np.diagonal(kenward_roger(at_estimates(own, Y[:, i], found.theta[i], found.value[i])).adjusted)
                for i in range(COUNT // 4)]
        theirs = np.sqrt(np.diagonal(kenward_roger(m).adjusted))
    scatter, ours = found.beta.std(axis=0, ddof=1), np.sqrt(np.mean(each, axis=0))
    own_error = np.std(each, axis=0) / np.sqrt(len(each)) / (2.0 * ours)
    error = np.hypot(own_error, scatter / np.sqrt(2.0 * (COUNT - 1)))
    print(f"{term}: simulated {scatter}, adjusted {ours}, by vcov {np.sqrt((found.se**2).mean(axis=0))}")
    assert (np.abs(ours - scatter) < EXTREME * error + missing * scatter).all()
    if term.startswith("ar1"):
        assert (np.abs(theirs - scatter) > EXTREME * error).all()


def test_a_standard_deviation_of_zero_is_held() -> None:
    """V has no slope there, and a correlation beside it changes nothing: this raised "Eigenvalues did not converge"."""
    _, own = fits("cs(Days | Subject)", 10)
    slope = r.lmer("Reaction ~ Days + homdiag(0 + Days | Subject)", r.sleepstudy(), control="newton")
    for rho in (0.0, 0.4, -0.9):
        m = at_estimates(own, own.y, np.array([0.0, slope.par[0], rho]), slope.optimum.value)
        np.testing.assert_allclose(r.vcovAdj(m), r.vcovAdj(slope), rtol=1e-9)


def test_a_residual_near_zero_leaves_the_adjustment_as_it_is_beside() -> None:
    """Standard deviations 440 times sigma hardly tell sigma apart: the slope's adjusted variance was -354. From some
    200 times on sigma is left out of the nuisance parameters, which takes about 1 % of the slope's variance away."""
    _, own = fits("ar1(0 + factor(Days) | Subject)", 10)
    adjusted = []
    for sd in (50.0, 200.0, 250.0, 439.45, 3000.0):
        m = at_estimates(own, own.y, np.array([sd, 0.8375]), own.optimum.value)
        adjusted.append(np.diagonal(kenward_roger(m).adjusted) / np.diagonal(kenward_roger(m).phi))
    np.testing.assert_allclose(adjusted, np.broadcast_to(adjusted[0], (5, 2)), rtol=0.015)
