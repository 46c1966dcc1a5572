"""Steps through linear and generalized linear models by AIC. R: stats::step."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import tables
from translations.printing.deparse import deparse
from translations.printing.numbers import format_number

from . import generics
from .additions import addable, droppable, terms_of
from .arguments import require_choice
from .formulas.terms import Term

DIRECTIONS = ("both", "backward", "forward")
CLOSE = 1e-7  # a smaller gain is none


def steps_by_aic(m: Any, scope: Any, direction: str | None, trace: bool, steps: int, scale: float, k: float) -> Any:
    """The model that no step improves, with `.anova`, the path to it; as `step` describes it."""
    if direction is not None:
        require_choice(direction, DIRECTIONS, "direction")
    way = direction or ("backward" if scope is None else "both")
    lower, upper = _scope(m, scope)
    with np.errstate(divide="ignore"):
        best, last = generics.extractAIC(m, scale=scale, k=k)[1], ""
    if not np.isfinite(best):
        raise ValueError(f"AIC is {'minus infinity' if best < 0 else 'not defined'} for this model, so step cannot "
                         "proceed")
    path, name = [_stage("", m, scale, k)], "AIC"
    _say(trace, "Start", best, m)
    found = m
    for _ in range(steps):
        table = _changes(found, lower if way != "forward" else None, upper if way != "backward" else None, scale, k)
        if table is None:
            break
        last, name = _best(table, trace)
        if last == "<none>":
            break
        new = generics.update(found, f". ~ . {last}")
        if new.frame.n != m.frame.n:
            raise ValueError(f"the number of rows in use has changed from {m.frame.n} to {new.frame.n} with "
                             f"{last.split(' ', 1)[1]}: leave out rows with missing values first")
        found, before = new, best
        best = generics.extractAIC(found, scale=scale, k=k)[1]
        if trace:
            print()
        _say(trace, "Step", best, found)
        if best >= before + CLOSE:
            break
        path.append(_stage(last, found, scale, k))
    return replace(found, anova=_path(path, name))


def _scope(m: Any, scope: Any) -> tuple[Sequence[Term], Sequence[Term]]:
    """The terms that must stay, and all that may be there."""
    if scope is None:
        return (), m.frame.formula.terms
    if not isinstance(scope, Mapping):
        return (), terms_of(m, _text(scope))
    if wrong := [one for one in scope if one not in ("lower", "upper")]:
        raise ValueError(f"scope has lower and upper, not {', '.join(map(str, wrong))}")
    lower, upper = ((() if scope.get(side) is None else terms_of(m, _text(scope[side]))) for side in ("lower", "upper"))
    return lower, upper


def _text(scope: Any) -> str:
    """A scope's formula, which a model stands for too."""
    text = scope if isinstance(scope, str) else generics.formula(scope)
    if "~" not in text:
        raise ValueError(f"scope must be a formula, such as '~ . + {text}'")
    return text


def _changes(m: Any, lower: Sequence[Term] | None, upper: Sequence[Term] | None, scale: float,
             k: float) -> pd.DataFrame | None:
    """The deletions and the additions in one table, "- x" and "+ x"; deletions alone where one takes nothing away."""
    terms, found = m.frame.formula.terms, None
    if lower is not None and (out := droppable(terms, lower)):
        found = _signed(generics.drop1(m, out, scale=scale, k=k), "-")
        if (found["Df"] == 0.0).any():
            return found
    if upper and (new := addable(terms, upper)):
        added = _signed(generics.add1(m, new, scale=scale, k=k), "+")
        found = added if found is None else pd.concat([found, added.iloc[1:]])
    return found if found is None else found[~(found["Df"] == 0.0)]


def _signed(table: pd.DataFrame, sign: str) -> pd.DataFrame:
    return pd.DataFrame(table).set_axis([table.index[0], *(f"{sign} {label}" for label in table.index[1:])])


def _best(table: pd.DataFrame, trace: bool) -> tuple[str, str]:
    """The change to make, and the criterion's name: a deletion that takes nothing away, else the one with least AIC."""
    name = "Cp" if "Cp" in table else "AIC"
    if (nothing := table.index[table["Df"] == 0.0]).size:
        return str(nothing[-1]), name
    ranked = table.iloc[np.argsort(table[name].to_numpy(), kind="stable")]
    if trace:
        print(tables.AnovaTable((), ranked))
    return str(ranked.index[0]), name


def _say(trace: bool, word: str, value: float, m: Any) -> None:
    if trace:
        print(f"{word}:  AIC={format_number(round(value, 2))}", *deparse(generics.formula(m)), "", sep="\n")


def _stage(change: str, m: Any, scale: float, k: float) -> tuple[str, float, float, float]:
    edf, value = generics.extractAIC(m, scale=scale, k=k)
    return change, generics.deviance(m), generics.nobs(m) - edf, value


def _path(stages: Sequence[tuple[str, float, float, float]], name: str) -> pd.DataFrame:
    """A row a step: what changed, by how much, and what was left."""
    change, dev, df, value = (list(column) for column in zip(*stages, strict=True))
    return pd.DataFrame({"Step": change, "Df": np.append(np.nan, np.diff(df)),
                         "Deviance": np.append(np.nan, np.abs(np.diff(dev))), "Resid. Df": df, "Resid. Dev": dev,
                         name: value}, index=[str(row + 1) for row in range(len(stages))])
