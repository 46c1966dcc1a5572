"""Levels as text."""
from __future__ import annotations

import numpy as np

from translations.stats.language.expressions import number_text
from translations.stats.language.factors import as_text, make_factor


def test_small_whole_numbers_are_written_as_all_others() -> None:
    """They take no look at their digits: the same text as `number_text`, which is held to R's."""
    whole = np.concatenate([np.arange(-100_010.0, 100_011.0, 7.0), [0.0, -0.0, 99_999.0, 1e5, -1e5]])
    values = np.concatenate([whole, [99_999.5, 0.1, 1e15, np.nan, np.inf, -np.inf]])
    assert as_text(values) == [number_text(float(value)) for value in values]
    assert as_text(np.array([99_999.0, 1e5])) == ["99999", "1e+05"]


def test_whole_numbers_make_the_factor_that_others_make() -> None:
    """Those that lie close are counted, those far apart or broken are sorted: either way changes texts alone.
    """
    whole = np.random.default_rng(1).integers(-40, 40, 300).astype(float)
    close, apart = make_factor(whole), make_factor(np.append(whole, 1e12))
    halves = make_factor(whole / 2)
    np.testing.assert_array_equal(close.codes, apart.codes[:-1])
    np.testing.assert_array_equal(close.codes, halves.codes)
    assert close.levels == [str(value) for value in sorted(set(whole.astype(int).tolist()))]
    assert [2 * float(level) for level in halves.levels] == [float(level) for level in close.levels]
    assert make_factor(np.array([2.0, np.nan, -0.0])).codes.tolist() == [1, -1, 0]
