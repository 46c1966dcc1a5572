"""What R prints of analyses of variance: the models, and their tables."""
from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Style, layout, render, tables
from translations.printing.models import call_lines
from translations.printing.numbers import format_number, format_numbers
from translations.printing.rounding import zapsmall

from ..distributions import pf
from .strata import Stratum


def _missing(n: int) -> list[str]:
    return [f"{n} observation{'s' * (n != 1)} deleted due to missingness"] * (n > 0)


def _terms(one: Stratum) -> list[str]:
    """The terms with their sums of squares and degrees of freedom, side by side. R: print.aov."""
    labels, ss, df = [*one.labels], [*one.ss], [*one.df]
    if one.df_residual > 0:
        labels, ss, df = [*labels, "Residuals"], [*ss, one.rss], [*df, one.df_residual]
    heads = ["Sum of Squares", "Deg. of Freedom"]
    if not labels:
        return ["", "Terms:", *layout.text_matrix(np.array([["0"], ["0"]], object), Style(), heads, ["<empty>"])]
    # Without terms R does not take what is nearly zero for zero.
    shown = zapsmall(np.array(ss)) if one.labels else np.array(ss)
    cells = np.array([format_numbers(shown), format_numbers(df)], object)
    lines = ["", "Terms:", *layout.text_matrix(cells, Style(), heads, labels, right_justify=True), ""]
    if one.df_residual > 0:
        lines.append(f"Residual standard error: {format_number(one.sigma)}")
    if not one.labels:
        return lines
    if lost := int(one.coefficients.isna().sum()):
        lines.append(f"{lost} out of {len(one.coefficients)} effects not estimable")
    lines.append("Estimated effects are balanced" if one.balanced else "Estimated effects may be unbalanced")
    return lines + _missing(one.n_missing)


def model_lines(call: tables.Call, stratum: Stratum) -> list[str]:
    """R: print.aov."""
    first, *rest = call_lines(call)
    return ["Call:", f"   {first}", *rest, *_terms(stratum)]


def list_lines(call: tables.Call, strata: Mapping[str, Stratum], shown: Mapping[str, Stratum]) -> list[str]:
    """Of all strata, and of those that are shown. R: print.aovlist."""
    lines = ["", "Call:", *call_lines(call)]
    if "(Intercept)" in strata:
        lines += ["", f"Grand Mean: {format_number(strata['(Intercept)'].coefficients.iloc[0])}"]
    for i, (name, one) in enumerate(shown.items(), start=1):
        lines += ["", f"Stratum {i}: {name}", *_terms(one)]
    return lines


def table_of(one: Stratum, split: Mapping[str, Mapping[str, list[int]]] | None = None) -> pd.DataFrame:
    """Df, Sum Sq, Mean Sq, F value, Pr(>F), a row a term, its contrasts' under it, and one for the residuals. R:
    summary.aov. split: as `splits` gives it.
    """
    df, ss, rows = one.df, one.ss, list(one.labels)
    if split:
        df, ss, rows = _with_contrasts(one, split)
    if one.df_residual > 0:
        df, ss, rows = np.append(df, one.df_residual), np.append(ss, one.rss), [*rows, "Residuals"]
    columns = {"Df": df, "Sum Sq": ss, "Mean Sq": ss / df}
    if one.df_residual > 0:
        with np.errstate(divide="ignore", invalid="ignore"):
            f = columns["Mean Sq"] / columns["Mean Sq"][-1]
        p = pf(f, df, one.df_residual, lower_tail=False)
        f[-1] = p[-1] = np.nan
        columns |= {"F value": f, "Pr(>F)": p}
    # R sets the names to one width before it leaves out the intercept's.
    width = max(map(len, [*rows, *["(Intercept)"] * one.intercept]), default=0)
    return pd.DataFrame(columns, index=[row.ljust(width) for row in rows])


def _with_contrasts(one: Stratum, split: Mapping[str, Mapping[str, list[int]]]) -> tuple[Any, Any, list[str]]:
    df, ss, rows = list[float](), list[float](), list[str]()
    for label, term_df, term_ss in zip(one.labels, one.df, one.ss, strict=True):
        effects, parts = one.columns[label][1], split.get(label, {})
        df += [term_df, *(float(len(places)) for places in parts.values())]
        ss += [term_ss, *(float(np.square(effects[np.array(places) - 1]).sum()) for places in parts.values())]
        rows += [label, *(f"  {label}: {name}" for name in parts)]
    return np.array(df), np.array(ss), rows


def splits(one: Stratum, split: Mapping[str, Any], expand: bool) -> dict[str, dict[str, list[int]]]:
    """Of each term its contrasts by name, each the places of its columns, from 1; of interactions too. R: summary.aov's
    split. Raises ValueError for a place that the term lacks.
    """
    found = {}
    for label, parts in split.items():
        named = dict(parts) if isinstance(parts, Mapping) else {f"C{i}": one for i, one in enumerate(parts, start=1)}
        found[label] = {str(name): [int(place) for place in np.atleast_1d(places)] for name, places in named.items()}
    for label in found:
        size = len(one.columns[label][0]) if label in one.columns else 0
        if size and (wrong := [p for places in found[label].values() for p in places if not 1 <= p <= size]):
            raise ValueError(f"split[{label!r}] names contrast {wrong[0]}; {label} has {size}")
    interactions = [label for label in one.labels if expand and label not in found]
    return found | {label: made for label in interactions if (made := _crossed(one, label, found))}


def _crossed(one: Stratum, label: str, split: Mapping[str, Mapping[str, list[int]]]) -> dict[str, list[int]]:
    """An interaction's contrasts: those of its factors that are split, by the names of its columns."""
    factors = label.split(":")
    at = [i for i, factor in enumerate(factors) if factor in split and factor in one.columns and len(factors) > 1]
    names = [[name.split(":")[i] for i in at] for name in one.columns[label][0]]
    made: dict[str, list[int]] = {}
    for chosen in product(*(split[factors[i]].items() for i in reversed(at))) if at else ():
        chosen = chosen[::-1]
        wanted = [{one.columns[factors[i]][0][place - 1] for place in places}
                  for i, (_, places) in zip(at, chosen, strict=True)]
        there = [j for j, parts in enumerate(names, start=1) if all(p in w for p, w in zip(parts, wanted, strict=True))]
        if there:
            made[".".join(name for name, _ in chosen)] = there
    return made


def summary_lines(by_stratum: Mapping[str, pd.DataFrame], n_missing: int) -> list[str]:
    """R: print.summary.aov, print.summary.aovlist."""
    lines: list[str] = []
    style = Style()
    for name, table in by_stratum.items():
        lines += ["", name] if name else []
        lines += render(tables.AnovaTable((), table, max(3, style.digits - 3)), style)
    return lines + _missing(n_missing)
