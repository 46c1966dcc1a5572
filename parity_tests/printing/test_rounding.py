"""Rounding without digits."""
from __future__ import annotations

import numpy as np

from translations.printing.rounding import round_half_even, signif, zapsmall


def test_rounding_without_digits_is_r_s():
    """R 4.2.2: round(x), signif(x) and zapsmall(x), whose digits are 0, 6 and getOption("digits")."""
    assert round_half_even(np.array([0.5, 1.5, 2.5, -1.5, 12.3])).tolist() == [0.0, 2.0, 2.0, -2.0, 12.0]
    assert signif(123456.789).tolist() == 123457.0
    assert zapsmall(np.array([1.0, 2.34567891e-3, 4e-8, 6e-8])).tolist() == [1.0, 0.0023457, 0.0, 1e-7]
