"""Which parameters of a model an interval or a profile is asked for."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np


def select(which: Any, names: list[str], n_variance: int) -> list[str]:
    """Parameter names that `which` selects. Raises KeyError naming one that is not there."""
    if which is None:
        return names
    asked = [which] if isinstance(which, str) or not isinstance(which, Iterable) else list(which)
    chosen: list[str] = []
    for item in asked:
        if isinstance(item, str) and item == "theta_":
            chosen += names[:n_variance]
        elif isinstance(item, str) and item == "beta_":
            chosen += names[n_variance:]
        elif isinstance(item, int | np.integer) and 1 <= item <= len(names):
            chosen.append(names[int(item) - 1])
        elif isinstance(item, str) and item in names:
            chosen.append(item)
        else:
            raise KeyError(f"no parameter {item!r} to profile; there are {', '.join(names)} (or 'theta_', 'beta_')")
    return chosen
