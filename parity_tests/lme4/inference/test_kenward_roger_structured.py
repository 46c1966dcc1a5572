"""Kenward-Roger by a structure's own parameters, and as pbkrtest takes them, against simulated and refitted data sets.

At its own parameters the adjusted matrix is Phi + 2 Lambda, where estimates scatter by Phi + Lambda (Kackar & Harville
1984): Phi is too small by Lambda in the mean when it is computed at estimates (Kenward & Roger 1997). So what
data sets simulated from a fit scatter by is the mean of that fit's vcov and adjusted matrix. For
cs(0 + factor(Days) | Subject) with Days < 5, whose correlation is estimated at 1, that is 6.147 and 1.784, with
Kenward-Roger's own 6.457 and 1.843, and with 10,000 data sets 6.247 and 1.794.

By default 300 of them; 10,000 with RPARITY_SIMULATED=10000 (two minutes).
"""

from __future__ import annotations

import os
import warnings

import numpy as np
import pytest

import translations as r
from translations.lme4.covariance import fit
from translations.lme4.inference.kenward_roger import kenward_roger
from translations.lme4.model import LmerMod

COUNT = int(os.environ.get("RPARITY_SIMULATED", "300"))
CHI2_EXTREME = 4.0  # standard errors of a simulated standard deviation


def simulated(m: LmerMod, count: int) -> np.ndarray:
    """Estimates (count, p) from data sets of the fitted model."""
    rng, terms = np.random.default_rng(22), m.design.random.terms
    control, out = m.control.without_edge, np.empty((count, m.p))
    for i in range(count):
        y = m.design.X_fitted @ m.beta + m.sigma * rng.standard_normal(m.n)
        for term, T in zip(terms, m.templates, strict=True):
            b = m.sigma * rng.standard_normal((len(term.levels), term.k)) @ T.T
            y += (term.Z * b[term.codes]).sum(axis=1)
        pls = m.pls.with_response(y)
        out[i] = pls.solve(fit.optimize(pls, True, control, m.par).theta).beta
    return out


@pytest.mark.parametrize(("term", "days"), [("ar1(0 + factor(Days) | Subject)", 10),
                                            ("cs(0 + factor(Days) | Subject)", 5)])
def test_standard_errors_are_those_that_estimates_scatter_by(term: str, days: int) -> None:
    formula = f"Reaction ~ Days + {term}"
    data = r.sleepstudy().query("Days < @days")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m, own = r.lmer(formula, data), r.lmer(formula, data, control="newton")
        scatter = simulated(m, COUNT).std(axis=0, ddof=1)
        ours = np.sqrt(np.diagonal(kenward_roger(own).adjusted + r.vcov(own).to_numpy()) / 2.0)
        theirs = np.sqrt(np.diagonal(kenward_roger(m).adjusted))
    error = scatter / np.sqrt(2.0 * (COUNT - 1))
    assert (np.abs(ours - scatter) < CHI2_EXTREME * error).all()
    if term.startswith("ar1"):
        assert (np.abs(theirs - scatter) > CHI2_EXTREME * error).all()
    print(f"{term}: simulated {scatter}, own {ours}, pbkrtest's {theirs}")
