"""Generated studies whose profiles are hard: few groups, standard deviations of 0, correlations near 1 or -1."""
from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

CROSSED = (
    "y ~ x + (x | g) + (1 | h)", "y ~ x + (1 | g) + (1 | h)", "y ~ x + (x || g) + (1 | h)", "y ~ 1 + (1 | g) + (1 | h)",
    "y ~ x + (x | g) + (1 | h)", "y ~ x + (1 | g) + (x | h)",
)
NESTED = ("y ~ x + (1 | g/s)", "y ~ 1 + (1 | g/s)", "y ~ x + (x | g) + (1 | g:s)", "y ~ x + (x | g/s)")
SMALL = ("y ~ 1 + (1 | g)", "y ~ x + (1 | g)", "y ~ x + (x | g)", "y ~ x + (x || g)", "y ~ x + (0 + x | g)")


@dataclass(frozen=True)
class Study:
    """A formula, its data (columns y, x, g, h, s) and whether the fit is by REML."""

    formula: str
    data: pd.DataFrame
    REML: bool


def study(seed: int, formulas: tuple[str, ...]) -> Study:
    """Study number `seed` of one of `formulas`: 4 to 20 groups of 2 to 10 rows, x a condition or a covariate.

    It has more rows than effects: otherwise the likelihood has no maximum, and profiles have nowhere to start.
    """
    rng = np.random.default_rng(seed)
    formula = str(rng.choice(formulas))
    while True:
        data = _rows(rng)
        if len(data) > _effects(formula, data):
            return Study(formula, data, bool(rng.random() < 0.7))


def _effects(formula: str, data: pd.DataFrame) -> int:
    """The number of random and fixed effects."""
    nested = formula.replace("g/s)", "g)") + (formula if "g/s)" in formula else "").replace("g/s)", "g:s)")
    levels = {"g": data["g"].nunique(), "h": data["h"].nunique(), "g:s": len(data[["g", "s"]].drop_duplicates())}
    terms = re.findall(r"\((.*?) \|\|? (.*?)\)", nested)
    return sum(levels[group] * (2 if effects == "x" else 1) for effects, group in terms) + 2


def _rows(rng: np.random.Generator) -> pd.DataFrame:
    groups, rows, items = int(rng.integers(4, 21)), int(rng.integers(3, 11)), int(rng.integers(3, 9))
    g = np.repeat(np.arange(groups), rng.integers(2, rows + 1, groups) if rng.random() < 0.5 else rows)
    n = len(g)
    h = np.concatenate([rng.permutation(max(items, rows))[:size] for size in np.bincount(g)]) % items
    s = rng.integers(0, 3, n)
    x = np.where(rng.random(n) < 0.5, -0.5, 0.5) if rng.random() < 0.5 else rng.normal(size=n).round(2)
    sizes = rng.choice([0.0, 0.2, 0.5, 1.0, 2.0], size=4)
    rho = rng.choice([-1.0, -0.5, 0.0, 0.4, 1.0])
    b = rng.normal(size=(groups, 2))
    slope = rho * b[:, 0] + np.sqrt(1.0 - rho**2) * b[:, 1]
    y = (sizes[0] * b[g, 0] + sizes[1] * slope[g] * x + sizes[2] * rng.normal(size=items)[h]
         + sizes[3] * rng.normal(size=groups * 3)[g * 3 + s] + rng.normal(size=n))
    unit = float(rng.choice([1.0, 100.0]))
    text = {"g": [f"g{i:02d}" for i in g], "h": [f"h{i}" for i in h], "s": [f"s{i}" for i in s]}
    return pd.DataFrame({"y": (unit * (5.0 + 0.3 * x + y)).round(2), "x": x, **text})
