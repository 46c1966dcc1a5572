"""Levels as text."""
from __future__ import annotations

import numpy as np

from translations.stats.expressions import number_text
from translations.stats.factors import as_text


def test_small_whole_numbers_are_written_as_all_others() -> None:
    """They take no look at their digits: the same text as `number_text`, which is held to R's."""
    whole = np.concatenate([np.arange(-100_010.0, 100_011.0, 7.0), [0.0, -0.0, 99_999.0, 1e5, -1e5]])
    values = np.concatenate([whole, [99_999.5, 0.1, 1e15, np.nan, np.inf, -np.inf]])
    assert as_text(values) == [number_text(float(value)) for value in values]
    assert as_text(np.array([99_999.0, 1e5])) == ["99999", "1e+05"]
