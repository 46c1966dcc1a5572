"""The pattern of the modes' system: what fills, by a table of the rest as by the elimination tree."""
from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from translations.lme4.glmer import pattern


def test_entries_are_numbered_by_a_table_as_by_sorting(monkeypatch: pytest.MonkeyPatch) -> None:
    where = np.column_stack([np.arange(40), 40 + np.arange(40) // 4, 50 + np.arange(40) % 3])
    tabled = pattern._in_order(where, np.arange(53))
    monkeypatch.setattr(pattern, "TABLE", 0)
    searched = pattern._in_order(where, np.arange(53))
    for field in fields(pattern.Pattern):
        np.testing.assert_array_equal(getattr(tabled, field.name), getattr(searched, field.name), err_msg=field.name)
    assert tabled.lead == 40


@pytest.mark.parametrize("q", (1, 2, 9))
def test_one_effect_an_observation_is_told_without_a_search(q: int) -> None:
    where = np.concatenate([np.arange(q), np.random.default_rng(q).integers(0, q, 20)])[:, None]
    found, searched = pattern._diagonal(where, q), pattern._in_order(where, np.arange(q))
    for field in fields(pattern.Pattern):
        np.testing.assert_array_equal(getattr(found, field.name), getattr(searched, field.name), err_msg=field.name)


@pytest.mark.parametrize("seed", range(20))
def test_a_table_of_the_rest_and_the_elimination_tree_find_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three factors, crossed at random, in their own order and in another."""
    rng = np.random.default_rng(seed)
    levels, n = rng.integers(1, 30, 3), int(rng.integers(1, 80))
    starts = np.concatenate([[0], np.cumsum(levels)])
    where = np.column_stack([start + rng.integers(0, k, n) for start, k in zip(starts, levels, strict=False)])
    for order in (np.arange(starts[-1]), rng.permutation(starts[-1])):
        found = []
        for most in (10**7, -1):
            monkeypatch.setattr(pattern, "DENSE", most)
            found.append(pattern._in_order(where, order))
        for field in fields(pattern.Pattern):
            np.testing.assert_array_equal(*(getattr(one, field.name) for one in found), err_msg=field.name)
