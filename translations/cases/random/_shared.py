"""A million draws in one line of reference."""
from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import ArrayLike


def sha256(x: ArrayLike) -> str:
    """SHA-256 of numbers as little-endian doubles; the R side's is in fixtures/random/_setup.R."""
    return hashlib.sha256(np.ascontiguousarray(x, "<f8").tobytes()).hexdigest()
