"""Draws what the stored corpora ask: `python -m parity_tests.stats.draw` writes fixtures/stats/{expressions,...}.json.

The draws are seeded, so the files change only with this module. R's answers are made by the scripts beside the files.
"""
from __future__ import annotations

import json
import random
from typing import Any

from .designs import HERE

ATOMS = ("a", "b", "n", "c", "(p + 1)", "2", "3", "0.5", "7L", "1e2")
SUMS, PRODUCTS = (" + ", " - ", "+", "-"), ("*", "/", " * ", " / ", "%%", " %/% ")
COMPARISONS = ("<", " > ", "<=", " >= ", " == ", "!=")


def _arithmetic(draw: random.Random, depth: int) -> str:
    kind = draw.random()
    if depth == 0 or kind < 0.15:
        return draw.choice(ATOMS)
    inner = [_arithmetic(draw, depth - 1) for _ in range(2)]
    if kind < 0.5:
        return draw.choice(SUMS).join(inner)
    if kind < 0.75:
        return draw.choice(PRODUCTS).join(inner)
    if kind < 0.83:
        return f"({inner[0]})"
    if kind < 0.9:
        return f"{inner[0]}^{draw.choice(('2', '-1', 'c', '2^0.5'))}"
    return f"-{inner[0]}" if kind < 0.95 else f"{draw.choice(('abs', 'exp', 'sign', 'sin'))}({inner[0]})"


def _logical(draw: random.Random, depth: int) -> str:
    kind = draw.random()
    if depth == 0 or kind < 0.3:
        return draw.choice(COMPARISONS).join(_arithmetic(draw, 1) for _ in range(2))
    inner = [_logical(draw, depth - 1) for _ in range(2)]
    if kind < 0.8:
        return draw.choice((" & ", " | ", "&", "|")).join(inner)
    return f"!{inner[0]}" if kind < 0.9 else f"({inner[0]})"


def expressions() -> dict[str, list[str]]:
    """Texts of R expressions over hostile.csv."""
    draw = random.Random(1)
    return {
        "arithmetic": [_arithmetic(draw, 3) for _ in range(120)],
        "logical": [_logical(draw, 3) for _ in range(60)],
    }


def write(name: str, value: Any) -> None:
    (HERE / name).write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write("expressions.json", expressions())
