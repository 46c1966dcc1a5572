"""Tests and tables of tests as tidy frames. R: broom:::tidy.htest, tidy.anova, tidy.aovlist, tidy.pairwise.htest."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from translations.lme4.inference.ranova import AnovaFrame
from translations.stats import generics
from translations.stats.hypothesis_tests.htest import HTest
from translations.stats.hypothesis_tests.multiplicity import PairwiseTests
from translations.stats.hypothesis_tests.t_test import TTest
from translations.stats.linear.aov import AovList
from translations.stats.linear.lm_tables import Table

from . import tidying as broom
from .broom_linear import rows_of

PARAMETERS = {"num df": "num.df", "denom df": "den.df"}


@broom.tidy.register(HTest)
@broom.tidy.register(TTest)
def _test(h: Any) -> pd.DataFrame:
    """A row: estimates, statistic, p-value, degrees of freedom, interval, method, alternative; what there is."""
    row: dict[str, Any] = {}
    values = [] if h.estimate is None else [float(one) for one in h.estimate]
    if len(values) == 1:
        row["estimate"] = values
    elif values:
        if isinstance(h, TTest):
            row["estimate"] = [values[0] - values[1]]
        row |= {f"estimate{i}": [one] for i, one in enumerate(values, start=1)}
    parameters = {} if h.parameter is None else {str(name): [float(one)] for name, one in h.parameter.items()}
    several = len(parameters) > 1
    if several:
        row |= {PARAMETERS.get(name, name): one for name, one in parameters.items()}
    row |= {"statistic": [float(h.statistic.iloc[0])], "p.value": [h.p_value]}
    if parameters and not several:
        row["parameter"] = next(iter(parameters.values()))
    if h.conf_int is not None:
        row |= {"conf.low": [float(h.conf_int[0])], "conf.high": [float(h.conf_int[1])]}
    row["method"] = [h.method.strip()]
    if h.alternative is not None:
        row["alternative"] = [h.alternative]
    return broom.frame(row)


@broom.tidy.register(Table)
@broom.tidy.register(AnovaFrame)
def _table(table: pd.DataFrame) -> pd.DataFrame:
    return rows_of(table)


@broom.tidy.register(AovList)
def _strata(m: AovList) -> pd.DataFrame:
    """The tables of all strata below each other."""
    parts = []
    for name, table in generics.summary(m).items():
        part = rows_of(table)
        part.insert(0, "stratum", name.removeprefix("Error: "))
        parts.append(part)
    whole = pd.concat(parts, ignore_index=True)
    return broom.frame({str(name): whole[name] for name in whole})


@broom.tidy.register(PairwiseTests)
def _pairs(x: PairwiseTests) -> pd.DataFrame:
    """A row a pair of groups."""
    p = x.p_value.to_numpy()
    at = [(i, j) for i in range(len(p)) for j in range(i + 1)]
    rows, columns = list(x.p_value.index), list(x.p_value.columns)
    known = [(i, j) for i, j in at if not np.isnan(p[i, j])]
    return broom.frame({"group1": [rows[i] for i, _ in known], "group2": [columns[j] for _, j in known],
                        "p.value": [p[i, j] for i, j in known]})
