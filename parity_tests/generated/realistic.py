"""Data sets like those that people analyse, and the models that they would fit to them: one for each seed.

One to three grouping factors, nested or crossed, unbalanced; slopes, `||`, interactions; prior weights, an offset,
missing cells; levels that no row has; responses and covariates in units from 1e-6 to 1e6; variances of zero; columns
of the fixed effects that depend on each other. About a third of the data sets are easy, the others have two or three
of these at once.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

EFFECTS = ("1", "1", "1", "x", "x", "x ||", "0 + x", "f", "x + z", "x + z ||")


@dataclass(frozen=True)
class DataSet:
    """A formula and its data.

    data: n rows, grouping factors g, h, s and the factors f, b categorical, numbers of at most six digits. weights,
    offset: the names of their columns, or None.
    """

    seed: int
    formula: str
    data: pd.DataFrame
    REML: bool
    weights: str | None
    offset: str | None

    def arguments(self) -> dict[str, object]:
        """lmer's other arguments."""
        return {"REML": self.REML, "weights": self.weights, "offset": self.offset}

    def r_call(self, data: str) -> str:
        """lmer's call in R for the data frame of that name."""
        more = "".join(f", {name} = {column}" for name, column in (("weights", self.weights), ("offset", self.offset))
                       if column)
        return f"lmer({self.formula}, {data}, REML = {str(self.REML).upper()}{more})"


def data_set(seed: int) -> DataSet:
    """The data set and model of a seed, the same on every machine."""
    rng = np.random.default_rng([1804, seed])
    data = _layout(rng)
    factors = list(rng.permutation([name for name in ("g", "h", "s") if name in data]))[: rng.integers(1, 4)]
    troubles = set(rng.choice(list(TROUBLES), size=rng.choice([0, 1, 2, 3], p=[0.35, 0.25, 0.25, 0.15]), replace=False))
    bars, y = [], 3.0 + 0.8 * data["x"] + 0.5 * data["z"] + 0.7 * data["f"].cat.codes + data["b"].cat.codes
    for name in factors:
        effects = str(rng.choice(EFFECTS if len(data) > 8 * data[name].nunique() / 3 else ("1", "1", "0 + x")))
        double = effects.endswith("||")
        bars.append(f"({effects.removesuffix(' ||')} {'||' if double else '|'} {name})")
        codes, levels = data[name].cat.codes.to_numpy(), data[name].nunique()
        for column in ("1", "x", "z"):
            if column in effects or (column == "1" and not effects.startswith("0")):
                size = 0.0 if "no variance" in troubles and rng.random() < 0.6 else rng.uniform(0.3, 2.0)
                y = y + size * rng.normal(size=levels)[codes] * (1.0 if column == "1" else data[column])
    data["y"] = y + rng.choice([0.3, 1.0, 3.0]) * rng.normal(size=len(data))
    fixed = str(rng.choice(["x", "x + z", "x * f", "f + b", "x + b", "f * b", "x + f + b", "z + x:b", "1"]))
    settings: dict[str, str | None] = {"weights": None, "offset": None}
    for name in sorted(troubles):
        data, fixed = TROUBLES[name](rng, data, fixed, settings)
    for name in ("y", "x", "z", "w", "o"):
        data[name] = _digits(data[name].to_numpy(), 6)
    formula = f"y ~ {' + '.join([fixed, *bars])}"
    return DataSet(seed, formula, data, bool(rng.random() < 0.7), settings["weights"], settings["offset"])


def _layout(rng: np.random.Generator) -> pd.DataFrame:
    """Who was observed when: subjects g, items h crossed with them, sites s in which subjects are nested."""
    groups = int(rng.integers(6, 31))
    if crossed := rng.random() < 0.5:
        items = int(rng.integers(4, 13))
        g, h = (each.ravel() for each in np.meshgrid(np.arange(groups), np.arange(items), indexing="ij"))
        keep = rng.random(len(g)) < rng.choice([1.0, 0.9, 0.6])
        g, h = g[keep], h[keep]
    else:
        g = np.repeat(np.arange(groups), rng.integers(2, 13, groups) if rng.random() < 0.6 else rng.integers(4, 11))
        h = np.zeros(len(g), dtype=int)
    n, sites = len(g), int(rng.integers(3, 8))
    start = np.flatnonzero(np.r_[True, g[1:] != g[:-1]])
    occasion = np.arange(n) - np.repeat(start, np.diff(np.r_[start, n]))
    x = occasion.astype(float) if rng.random() < 0.5 else rng.normal(size=n)
    b = rng.integers(0, 2, groups)[g]
    data = pd.DataFrame({
        "x": x, "z": rng.normal(size=n), "w": rng.integers(1, 6, n).astype(float), "o": rng.normal(size=n),
        "f": _factor("f", rng.integers(0, 3, n)), "b": _factor("b", b), "g": _factor("g", g),
        "s": _factor("s", rng.integers(0, sites, groups)[g]),
    })
    return data.assign(h=_factor("h", h)) if crossed else data


def _factor(letter: str, codes: np.ndarray) -> pd.Categorical:
    return pd.Categorical([f"{letter}{code + 1:02d}" for code in codes])


def _digits(values: np.ndarray, digits: int) -> np.ndarray:
    return np.array([float(f"{value:.{digits}g}") for value in values])


Trouble = Callable[[np.random.Generator, pd.DataFrame, str, dict[str, str | None]], tuple[pd.DataFrame, str]]


def _units(rng: np.random.Generator, data: pd.DataFrame, fixed: str, settings: dict[str, str | None]) -> tuple[
        pd.DataFrame, str]:
    """Another unit of the response, and perhaps of a covariate."""
    scales = {"y": 10.0 ** rng.integers(-6, 7), "x": 10.0 ** rng.choice([0, 0, rng.integers(-6, 7)])}
    return data.assign(**{name: data[name] * scale for name, scale in scales.items()}), fixed


def _missing(rng: np.random.Generator, data: pd.DataFrame, fixed: str, settings: dict[str, str | None]) -> tuple[
        pd.DataFrame, str]:
    """A tenth of the rows lacks the response or a covariate."""
    lacking = {name: rng.random(len(data)) < 0.05 for name in ("y", "x")}
    return data.assign(**{name: data[name].mask(rows) for name, rows in lacking.items()}), fixed


def _dependent(rng: np.random.Generator, data: pd.DataFrame, fixed: str, settings: dict[str, str | None]) -> tuple[
        pd.DataFrame, str]:
    """A column of the fixed effects that the others determine. (Not the cells of s: then nothing is left by which the
    data could tell s's variance, and R's estimate of it is where rounding led.)
    """
    return data, f"{fixed} + " + str(rng.choice(["I(2 * x - 1) + x", "b:f + f + x:b:f", "f + f:b + b"]))


def _unused(rng: np.random.Generator, data: pd.DataFrame, fixed: str, settings: dict[str, str | None]) -> tuple[
        pd.DataFrame, str]:
    """Levels without rows, as a filter leaves them."""
    return data.assign(g=data["g"].cat.add_categories(["g98", "g99"]), f=data["f"].cat.add_categories(["f99"])), fixed


def _weights(rng: np.random.Generator, data: pd.DataFrame, fixed: str, settings: dict[str, str | None]) -> tuple[
        pd.DataFrame, str]:
    settings["weights"] = "w"
    return data, fixed


def _offset(rng: np.random.Generator, data: pd.DataFrame, fixed: str, settings: dict[str, str | None]) -> tuple[
        pd.DataFrame, str]:
    settings["offset"] = "o"
    return data, fixed


def _one_row_levels(rng: np.random.Generator, data: pd.DataFrame, fixed: str, settings: dict[str, str | None]) -> tuple[
        pd.DataFrame, str]:
    """Dropout: half of the rows of half of the groups are gone."""
    gone = data["g"].cat.codes.to_numpy() % 2 == 0
    return data[~(gone & (rng.random(len(data)) < 0.5))].reset_index(drop=True), fixed


def _no_variance(rng: np.random.Generator, data: pd.DataFrame, fixed: str, settings: dict[str, str | None]) -> tuple[
        pd.DataFrame, str]:
    """Random effects that are not there (`data_set` draws the response without them)."""
    return data, fixed


def _no_intercept(rng: np.random.Generator, data: pd.DataFrame, fixed: str, settings: dict[str, str | None]) -> tuple[
        pd.DataFrame, str]:
    return data, f"0 + {fixed}" if fixed != "1" else "0 + x"


TROUBLES: dict[str, Trouble] = {
    "units": _units, "missing cells": _missing, "dependent columns": _dependent, "unused levels": _unused,
    "weights": _weights, "offset": _offset, "dropout": _one_row_levels, "no variance": _no_variance,
    "no intercept": _no_intercept,
}
