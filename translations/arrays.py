"""The array types that numeric code names."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def bounds(sizes: Iterable[int]) -> Ints:
    """Where pieces of these sizes, one after the other, begin and end: 0, first size, first and second, ..."""
    return np.array([0, *accumulate(sizes)])


def pieces(x: Ints, bounds: Ints) -> list[Ints]:
    """The pieces of x (n,) that begin and end there, as `np.split`, which takes ten times as long."""
    return [x[begin:end] for begin, end in pairwise(bounds.tolist())]
