"""A minimum between two ends."""
from __future__ import annotations

import pytest

from translations.optim.univariate import local_minimum


def test_a_minimum_is_found_by_brent_s_method() -> None:
    found = local_minimum(lambda x: (x - 0.3) ** 2 + abs(x) ** 3, -2.0, 3.0, 1e-9 / 3)
    assert found == pytest.approx(11.2**0.5 / 6 - 1 / 3, abs=1e-6)
    assert local_minimum(lambda x: -x, 0.0, 1.0, 1e-6 / 3) == pytest.approx(1.0, abs=1e-5)
