"""A model's cross-products held to the paper's equations (`translations/lme4/criterion/paper.py`)."""

from __future__ import annotations

import numpy as np
import pytest

from translations.arrays import Floats
from translations.lme4.criterion import paper
from translations.lme4.criterion.pls import PLS

EPS = float(np.finfo(float).eps)
ROUNDING = 128 * EPS  # of the criterion and its parts; the largest seen is 62 (r2 of NIST's SmLs06)


def held_to_the_paper(pls: PLS, theta: Floats) -> None:
    """The criterion and its parts, beta, RX and u at theta (m,)."""
    n, p = pls.n, pls.p
    w = np.ones(n) if pls.weights is None else pls.weights
    offset = np.zeros(n) if pls.offset is None else pls.offset
    Z, Lambda = paper.dense(pls.structure.blocks, theta)
    expected = paper.solve(Z, Lambda, pls.X, pls.response, offset, w)
    # The engine subtracts from y'Wy what effects explain: what is left holds the rounding of the whole. A sum of n
    # terms loses some sqrt(n) EPS: of NIST's 18,009 rows 238 by OpenBLAS's narrowest kernels, 67 by those of AVX2.
    whole = float(np.sum(w * (pls.response - offset) ** 2)) / expected.r2
    subtracted = max(ROUNDING, 2 * n**0.5 * EPS, 2 * EPS * whole)
    for REML in (True, False):
        value = paper.criterion(expected, w, REML)
        assert pls.deviance(theta, REML) == pytest.approx(value, rel=ROUNDING, abs=n * subtracted)
    got = pls.solve(theta)
    assert got.criterion.ldL2 == pytest.approx(2.0 * np.log(np.diag(expected.L)).sum(), rel=ROUNDING, abs=ROUNDING)
    assert got.criterion.pwrss == pytest.approx(expected.r2, rel=subtracted)
    # The paper's eq. 51 subtracts from X'WX what random effects explain, in the units of the data; the solution, from
    # u where beta is 0 what fixed effects explain.
    XWX = pls.X.T @ (w[:, None] * pls.X)
    lost = 1.0 + max(np.diag(XWX) / np.diag(expected.RX) ** 2, default=0.0)
    unit = 1.0 / np.sqrt(np.diag(XWX))
    rise = ROUNDING * lost * (np.linalg.cond(unit[:, None] * XWX * unit) ** 0.5 if p else 1.0)
    ldRX2 = 2.0 * np.log(np.diag(expected.RX)).sum()
    assert got.criterion.ldRX2 == pytest.approx(ldRX2, rel=rise, abs=rise)
    u = np.concatenate([each.ravel() for each in got.u])
    alone = np.linalg.solve(expected.L @ expected.L.T, Lambda.T @ (Z.T @ (w * (pls.response - offset))))
    for ours, theirs, scale in ((got.beta, expected.beta, expected.beta), (u, expected.u, alone),
                                (np.abs(got.RX), np.abs(expected.RX), expected.RX)):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=rise * np.abs(scale).max(initial=0.0))
