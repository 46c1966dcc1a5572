"""Compiled templates: TT' is what the structure's formula says, and fits in bulk are the fits one by one."""

from __future__ import annotations

import numpy as np
import pytest

import translations as r
from translations.lme4.bootstrap.refit_many import refit_many
from translations.lme4.covariance.ar1 import AR1
from translations.lme4.covariance.cs import CompoundSymmetry
from translations.lme4.covariance.diag import Diagonal
from translations.lme4.covariance.parameters import Parameters
from translations.lme4.covariance.us import Unstructured
from translations.lme4.structure import RandomTerm

RHO = (-0.2, 0.0, 0.83)
STRUCTURES = [kind(k, hom) for kind in (AR1, CompoundSymmetry, Diagonal) for k in (1, 2, 5, 9) for hom in (True, False)
              if not (kind is Diagonal and k == 1 and hom)]


@pytest.mark.parametrize("own", STRUCTURES, ids=str)
def test_a_template_is_the_factor_of_its_structures_matrix(own) -> None:
    k, lag = own.k, np.abs(np.subtract.outer(np.arange(own.k), np.arange(own.k)))
    for rho in RHO if not isinstance(own, Diagonal) else (0.0,):
        sd = 1.5 + 0.3 * np.arange(own.n_sd)
        value = max(rho, 0.9 * own.lower[-1]) if own.size > own.n_sd else 0.0
        T = own.template(np.append(sd, value)[: own.size])
        R = value**lag if isinstance(own, AR1) else np.where(lag == 0, 1.0, value)
        np.testing.assert_allclose(T @ T.T, np.broadcast_to(sd, k)[:, None] * R * np.broadcast_to(sd, k), rtol=1e-13,
                                   atol=1e-15)
        assert (T[np.triu_indices(k, 1)] == 0.0).all()


def test_terms_stand_one_after_the_other() -> None:
    each = (Unstructured(2), AR1(3, True), Diagonal(2))
    empty = np.zeros(0, dtype=np.int64)
    terms = tuple(RandomTerm("", "g", [str(i) for i in range(one.k)], [], empty, np.zeros((0, one.k)), one)
                  for one in each)
    parameters = Parameters(terms)
    par = np.array([1.0, 0.5, 2.0, 1.5, 0.6, 0.7, 0.9])
    template = parameters.template()
    assert template is not None and template.count() == len(par)
    assert template.theta(par).tolist() == parameters.theta(par).tolist()
    assert parameters.template(of_scales=True) is None  # correlations of us() are not a template's parameters


@pytest.mark.parametrize("term", ["ar1(0 + factor(Days) | Subject)", "diag(Days | Subject)", "cs(Days | Subject)",
                                  "cs(0 + factor(Days) | Subject)", "us(Days | Subject) + diag(0 + Days | Subject)"])
def test_fits_in_bulk_are_refit_to_the_bit(term: str) -> None:
    data = r.sleepstudy().query("Days < 5")
    m = r.lmer(f"Reaction ~ Days + {term}", data)
    Y = np.asarray(r.simulate(m, nsim=5, seed=22))
    found = refit_many(m, Y)
    for i, y in enumerate(Y.T):
        one = r.refit(m, y)
        assert found.theta[i].tolist() == one.par.tolist() and found.beta[i].tolist() == one.beta.tolist()
        assert found.sigma[i] == one.sigma
