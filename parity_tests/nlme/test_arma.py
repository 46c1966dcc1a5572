"""Autoregressive moving averages: correlations by their definition, and what R's intervals do with two of them."""

from __future__ import annotations

import numpy as np
import pytest

import translations as r
from translations.nlme.arma import ARMA, autocorrelations


@pytest.mark.parametrize(("p", "q"), [(0, 1), (1, 1), (2, 0), (3, 2), (1, 4)])
def test_correlations_are_those_of_sums_of_past_noise(p: int, q: int) -> None:
    structure = r.corARMA(form="~ 1", p=p, q=q)
    assert isinstance(structure, ARMA)
    natural = structure.natural(np.random.default_rng(p + 7 * q).normal(size=p + q))
    phi, theta = natural[:p], natural[p:]
    psi = np.zeros(3000)  # what a noise so many steps ago adds
    for j in range(3000):
        psi[j] = 1.0 if j == 0 else (theta[j - 1] if j <= q else 0.0)
        psi[j] += sum(phi[i] * psi[j - 1 - i] for i in range(min(p, j)))
    covariances = [psi[: 3000 - lag] @ psi[lag:] for lag in range(9)]
    by_hand = np.array(covariances) / covariances[0]
    assert autocorrelations(phi, theta, 8) == pytest.approx(by_hand, rel=1e-10, abs=1e-12)


@pytest.mark.parametrize(("p", "q"), [(1, 1), (4, 3)])
def test_parameters_without_bounds_go_there_and_back(p: int, q: int) -> None:
    structure = r.corARMA(form="~ 1", p=p, q=q)
    free = np.random.default_rng(5).normal(size=p + q)
    assert structure.free(structure.natural(free)) == pytest.approx(free, rel=1e-10)


def test_of_order_one_it_is_an_autoregression() -> None:
    data, formula = r.load("Ovary"), "follicles ~ sin(2 * pi * Time)"
    first = r.gls(formula, data, r.corARMA(form="~ 1 | Mare", p=1))
    assert str(first) == str(r.gls(formula, data, r.corAR1(form="~ 1 | Mare")))


def test_ends_that_enclose_nothing_are_said() -> None:
    m = r.gls("follicles ~ sin(2 * pi * Time) + cos(2 * pi * Time)", r.load("Ovary"),
              r.corARMA(form="~ 1 | Mare", p=2))
    with pytest.warns(UserWarning, match="do not enclose the estimate of Phi1"):
        found = r.intervals(m)["corStruct"]
    assert found.loc["Phi1", "upper"] < found.loc["Phi1", "lower"]
