"""How much a formula may ask for: what no machine holds is refused in words, before it is made."""
from __future__ import annotations

MOST_LEVELS = 5_000_000
MOST_NUMBERS = 2**28  # 2 GiB of float64


def require_size(count: float, what: str, most: float = MOST_NUMBERS) -> None:
    """Raise `ValueError` when `what`, which has `count` elements, is too large."""
    if not count <= most:
        raise ValueError(f"{what} would have {count:,.0f} elements, more than the {most:,} that a formula may make")
