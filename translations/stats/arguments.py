"""What functions ask of their arguments: ValueErrors that name the argument and say what it may be."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np


def require_choice(value: Any, known: Iterable[str], what: str) -> None:
    """Raise ValueError where `value` is none of the texts `known`."""
    known = list(known)
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{what} must be one of {', '.join(map(repr, known))}, not {value!r:.60}")


def as_number(value: Any, what: str) -> float:
    """`value` as a float. Raises ValueError where it is not one number."""
    if isinstance(value, bool | str) or np.ndim(value) or not np.isrealobj(value):
        raise ValueError(f"{what} must be a number, not {value!r:.60}")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{what} must be a number, not {value!r:.60}") from None


def as_count(value: Any, what: str, least: int = 1) -> int:
    """`value` as an int. Raises ValueError where it is not a whole number from `least` on."""
    number = as_number(value, what)
    if not np.isfinite(number) or number != int(number):
        raise ValueError(f"{what} must be a whole number, not {value!r}")
    if number < least:
        raise ValueError(f"{what} must be at least {least}, not {value!r}")
    return int(number)


def require_level(value: Any, what: str = "level") -> None:
    """Raise ValueError for a confidence level that is no number between 0 and 1."""
    if not 0.0 < as_number(value, what) < 1.0:
        raise ValueError(f"{what} must lie between 0 and 1, not {value}")


def as_labels(value: Any, what: str) -> list[str]:
    """A name or a sequence of names as a list. Raises ValueError for anything else."""
    if isinstance(value, str):
        return [value]
    names = list(value) if isinstance(value, Iterable) else [value]
    if all(isinstance(one, str) for one in names):
        return names
    raise ValueError(f"{what} must be a name or names, not {value!r:.60}")


def as_numbers(value: Any, what: str) -> np.ndarray:
    """`value` as an array of float64. Raises ValueError where it holds no real numbers."""
    try:
        if np.iscomplexobj(value):
            raise TypeError
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{what} must be numbers, not {type(value).__name__}") from None
