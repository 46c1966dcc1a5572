"""Small models of many shapes, as R fitted them (fixtures/lme4/_infer.R), and their data."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

import translations as r
from translations.data import fixtures_path
from translations.lme4.model import LmerMod

HERE = fixtures_path() / "lme4"
STORED = json.loads((HERE / "infer.json").read_text(encoding="utf-8"))


def frame(stored: dict[str, Any]) -> pd.DataFrame:
    columns = {name: pd.Categorical(column["values"], categories=column["levels"]) if isinstance(column, dict)
               else np.array(column, dtype=float) for name, column in stored["columns"].items()}
    return pd.DataFrame(columns, index=[int(row) - 1 for row in stored["rows"]])


d, NEW, STRANGE = (frame(STORED[name]) for name in ("data", "new", "strange"))
ARGUMENTS: dict[str, dict[str, Any]] = {
    "slopes": {"weights": "w", "offset": "o"}, "likelihood": {"REML": False}, "crossed": {"weights": "w"},
    "two terms": {"REML": False, "weights": "w"}, "holes": {"na_action": "na.exclude", "offset": "o"},
    "omitted": {"subset": "z > -1.5"}, "sums": {"contrasts": {"f": "contr_sum", "k": "contr_helmert"}},
}


@cache
def model(name: str) -> LmerMod:
    """The model with R's theta."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.lmer(STORED["models"][name]["formula"], d, **ARGUMENTS.get(name, {}))
    return replace(m, optimum=replace(m.optimum, theta=np.array(STORED["models"][name]["theta"], dtype=float)))
