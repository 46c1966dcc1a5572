"""`ifelse` against R 4.2.2: words on either side make words of both."""
from __future__ import annotations

import numpy as np
import pytest

from translations.stats.language.logic import if_else

TEST = np.array([1.0, 0.0, np.nan])


@pytest.mark.parametrize(("yes", "no", "chosen"), [
    ("a", 1.0, ["a", "1", None]), (2.0, "b", ["2", "b", None]), ("a", "b", ["a", "b", None]),
    (0.1, "b", ["0.1", "b", None])])
def test_words(yes, no, chosen):
    assert if_else(TEST, yes, no).tolist() == chosen


def test_numbers_and_vectors():
    np.testing.assert_array_equal(if_else(TEST, 1.0, 2.0), [1.0, 2.0, np.nan])
    np.testing.assert_array_equal(if_else(np.array([2.0, 0.0]), np.array([5.0, 6.0]), np.array([7.0, 8.0])), [5.0, 8.0])
    vectors = np.array(["u", "v"], object), np.array(["x", "y"], object)
    assert if_else(np.array([1.0, 0.0]), *vectors).tolist() == ["u", "y"]
