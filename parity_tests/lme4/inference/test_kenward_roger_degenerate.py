"""Kenward and Roger's degrees of freedom where the paper's formula is 0 / 0, against pbkrtest's arithmetic."""
from __future__ import annotations

import numpy as np
import pytest

from translations.lme4.inference.kenward_roger import KenwardRoger


def one_parameter(W: float) -> KenwardRoger:
    """q = 1 with phi = P = 1: A1 = A2 = W."""
    one = np.ones((1, 1))
    return KenwardRoger(np.array([2.0]), one, one, np.ones((1, 1, 1)), np.full((1, 1), W), 1.0, 1.0)


def test_nothing_over_nothing_counts_as_one():
    """A1 = A2 = q: both 1 - A2 / q and V1 vanish. The values are R's, from the body of pbkrtest:::.KR_adjust."""
    test = one_parameter(1.0).f_test(np.ones((1, 1)))
    assert test.parts == {"A1": 1.0, "A2": 1.0, "V0": 0.5, "V1": 0.0, "V2": -1.0, "rho": -0.5, "F.scaling": 1.0}
    assert (test.ddf, test.F, test.F_unscaled, test.q) == (2.0, 4.0, 4.0, 1)


@pytest.mark.parametrize("share", [0.999, 1.001])
def test_beside_it_the_quotient_is_taken(share):
    """1 - W over V1 = 1 - W for one parameter: Satterthwaite's 2 / W degrees of freedom, scaled by 1."""
    test = one_parameter(share).f_test(np.ones((1, 1)))
    assert test.parts["V1"] == pytest.approx(1 - share, abs=1e-15)
    assert test.ddf == pytest.approx(2 / share, rel=1e-12)
