"""The distributions behind the adjustments, against closed forms and against each other."""
from __future__ import annotations

import numpy as np
from scipy import special

from translations.marginal import mvt, tukey


def test_independent_normals_multiply() -> None:
    assert np.isclose(mvt.probability(-1.7, 1.7, 0.0, np.eye(4)), (2.0 * special.ndtr(1.7) - 1.0) ** 4, atol=1e-5)


def test_all_pairs_of_equal_means_are_tukey_s() -> None:
    """Three differences of three means: a singular correlation matrix, and the studentized range."""
    df = 8.0
    C = np.array([[1.0, -1.0, 0.0], [1.0, 0.0, -1.0], [0.0, 1.0, -1.0]])
    R = C @ C.T / 2.0
    for c in (1.0, 3.0):
        assert np.isclose(mvt.probability(-c, c, df, R), tukey.ptukey(c * np.sqrt(2.0), 3.0, df)[0], atol=2e-5)


def test_a_critical_value_holds_its_level() -> None:
    R = np.array([[1.0, 0.5], [0.5, 1.0]])
    c = float(mvt.critical(0.95, np.array([20.0]), R, 0)[0])
    assert np.isclose(mvt.probability(-c, c, 20.0, R), 0.95, atol=1e-6)
