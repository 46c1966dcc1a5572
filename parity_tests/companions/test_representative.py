"""Values that stand for a predictor: `ggeffects::values_at(x, name)` of R 4.2.2, ggeffects 1.2.0."""
from __future__ import annotations

import numpy as np
import pytest

from translations.companions.representative import SELECTIONS, selected

X = np.array([2.31, 0.4, 7.77, 3.05, 9.2, 4.6, 1.18, 6.42])
IN_R = {
    "meansd": [1.18, 4.37, 7.55], "minmax": [0.4, 9.2], "zeromax": [0.0, 9.2], "quart": [0.4, 2.03, 3.82, 6.76, 9.2],
    "quart2": [2.03, 3.82, 6.76], "terciles": [0.4, 2.56, 5.81, 9.2], "terciles2": [2.56, 5.81],
}


@pytest.mark.parametrize("name", SELECTIONS)
def test_selections_are_r_s(name: str) -> None:
    assert selected(X, name) == IN_R[name]
