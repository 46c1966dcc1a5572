"""Covariance matrices of coefficients that hold where variances differ."""
from __future__ import annotations

import numpy as np
import pytest

import translations as r


def test_a_robust_matrix_is_the_ordinary_one_where_variances_are_equal() -> None:
    """hc2 is unbiased: of a balanced design with one factor its contrasts' average is the pooled variance."""
    m = r.lm("breaks ~ 0 + tension", r.load("warpbreaks"))
    assert np.diag(r.hccm(m, "hc2")).mean() == pytest.approx(np.diag(r.vcov(m)).mean(), rel=1e-12)
