"""The corpus of designs: formulas x data, and what R answered. Shared by the stored and the live tests."""
from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

# Loaded with the tests, not by the first that needs them, which alone would seem to reach a module's own lines
# (scripts/mutate.py asks the coverage who reaches a line).
from translations.stats.hypothesis_tests import t_test  # noqa: F401
from translations.stats.language import vectors  # noqa: F401
from translations.stats.linear import lm  # noqa: F401

HERE = Path(__file__).resolve().parents[2] / "fixtures" / "stats"


@cache
def _read(name: str) -> pd.DataFrame:
    data = pd.read_csv(HERE / f"{name}.csv")
    data["f"] = pd.Categorical(data["f"], categories=["a", "b", "c", "unused"])
    data["g"] = pd.Categorical(data["g"])
    data["o"] = pd.Categorical(data["o"], categories=["low", "mid", "high", "top"], ordered=True)
    return data


def mixture(name: str = "mixture") -> pd.DataFrame:
    """mixture.csv or gaps.csv, as fixtures/stats/_read.R reads them."""
    return _read(name).copy()


@cache
def hostile() -> pd.DataFrame:
    """hostile.csv, as fixtures/stats/_read.R reads it."""
    data = pd.read_csv(HERE / "hostile.csv")
    data["q"] = pd.Categorical(data["q"], categories=["v2", "v10", "v0", "v1"])
    data["r"] = pd.Categorical(data["r"], categories=["low", "mid", "high"], ordered=True)
    data["u"] = pd.Categorical(data["u"], categories=["yes", "no"])
    return data


@cache
def stored(name: str) -> Any:
    """A JSON file of fixtures/stats."""
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def matrix(shown: dict[str, Any]) -> tuple[list[str], np.ndarray]:
    """Names and values of a stored matrix; "NA" is NaN."""
    rows = [[np.nan if value in ("NA", "NaN", None) else float(value) for value in row] for row in shown["values"]]
    return shown["names"], np.array(rows, dtype=float).reshape(len(rows), len(shown["names"]))
