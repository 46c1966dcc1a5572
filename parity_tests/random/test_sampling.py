"""Samples: labels kept, one number for those up to it, large populations never listed."""
from __future__ import annotations

import numpy as np
import pandas as pd

from translations.random import set_seed


def test_sample_of_a_series_keeps_its_labels():
    series = pd.Series([1.5, 2.5, 3.5], index=["a", "b", "c"])
    sampled = set_seed(3).sample(series)
    assert sampled.to_dict() == series.to_dict()
    assert sampled.index.tolist() == [list("abc")[i - 1] for i in set_seed(3).sample(3)]


def test_one_number_stands_for_the_integers_up_to_it_as_in_r():
    for number in (5, 5.9, [5], np.array([5.0])):
        assert sorted(set_seed(3).sample(number)) == [1, 2, 3, 4, 5]
    assert set_seed(3).sample([0.5]).tolist() == [0.5]
    assert set_seed(3).sample("abc").tolist() == ["abc"]


def test_large_populations_are_drawn_from_without_being_listed():
    sampled = set_seed(6).sample(10**12, 10**4)
    assert len(set(sampled.tolist())) == 10**4
    assert 1 <= sampled.min() < sampled.max() <= 10**12
