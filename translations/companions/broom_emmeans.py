"""Means, contrasts and Tukey's comparisons as tidy frames. R: broom:::tidy.emmGrid, tidy.summary_emm, tidy.TukeyHSD."""
from __future__ import annotations

import re
from typing import Any

import pandas as pd

from translations.marginal.grid import EmmGrid
from translations.marginal.table import EmmSummary
from translations.stats import generics

from . import tidying as broom
from .tukey import TukeyTests

NAMES = {"emmean": "estimate", "prediction": "estimate", "SE": "std.error", "lower.CL": "conf.low",
         "asymp.LCL": "conf.low", "upper.CL": "conf.high", "asymp.UCL": "conf.high", "z.ratio": "statistic",
         "t.ratio": "statistic", "F.ratio": "statistic", "df1": "num.df", "df2": "den.df", "model term": "term"}
ADJUSTED = re.compile("conf-level adjustment|p value adjustment", re.IGNORECASE)


@broom.tidy.register(EmmGrid)
def _means(e: EmmGrid, *, conf_int: bool = False, conf_level: float = 0.95) -> pd.DataFrame:
    """A row a mean or a contrast; a contrast's null.value stands before it, and `term` what was contrasted."""
    table = generics.summary(e, infer=(bool(conf_int), True), level=conf_level)
    return _tidied(table, 0.0 if e.offset is None else e.offset, e.contrasted)


@broom.tidy.register(EmmSummary)
def _joint_tests(table: EmmSummary) -> pd.DataFrame:
    """A row a term of `joint_tests`."""
    return _tidied(table, 0.0, ())


def _tidied(table: EmmSummary, null: Any, contrasted: tuple[str, ...]) -> pd.DataFrame:
    adjusted = {"p.value": "adj.p.value"} if any(ADJUSTED.search(note) for note in table.notes) else {}
    told = {NAMES.get(str(name), adjusted.get(str(name), str(name))): _plain(table[name]) for name in table.columns}
    if "contrast" in told:
        told = {"contrast": told.pop("contrast"), "null.value": null, **told}
    if among := [name for name in contrasted if name not in told]:
        first = {name: told.pop(name) for name in contrasted if name in told}
        told = {**first, "term": "*".join(among), **told}
    return broom.frame(dict(pd.DataFrame(told, index=range(len(table)))))


def _plain(column: pd.Series) -> Any:
    """A column, levels as text."""
    return column.astype(object).to_numpy() if isinstance(column.dtype, pd.CategoricalDtype) else column.to_numpy()


@broom.tidy.register(TukeyTests)
def _tukey(x: TukeyTests) -> pd.DataFrame:
    """A row a pair of levels."""
    names = {"diff": "estimate", "lwr": "conf.low", "upr": "conf.high", "p adj": "adj.p.value"}
    parts = []
    for term, table in x.items():
        part = pd.DataFrame(table).rename(columns=names).rename_axis("contrast").reset_index()
        parts.append(part.assign(term=term, **{"null.value": 0.0})[["term", "contrast", "null.value", *names.values()]])
    return broom.frame(dict(pd.concat(parts, ignore_index=True)))
