"""Analysis of variance by strata: R's `aov`, with or without an Error() term."""
from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Matrix, Vector, html, tables
from translations.printing.objects import Components
from translations.settings import options

from .. import generics
from ..calls import called
from ..formulas.design import ModelMatrix, design
from ..formulas.frame import ModelFrame, model_frame
from ..formulas.rank import drop_aliased
from ..formulas.terms import parse, update_formula
from ..language import expressions
from .aov_text import list_lines, model_lines, splits, summary_lines, table_of
from .linear_model import Lm
from .lm import lm
from .lm_extract import _coef as _coef_of_lm
from .lm_extract import _vcov as _vcov_of_lm
from .strata import Stratum, stratum_of

NOTHING = 1e-5  # squared length below which a column has no part in a stratum


@dataclass(frozen=True, eq=False, repr=False)
class Aov(Lm):
    """An analysis of variance in one stratum (R: class aov): a linear model that prints and sums up as one."""

    @property
    def stratum(self) -> Stratum:
        """The fit as one stratum."""
        root = np.ones(self.frame.n) if self.weights is None else np.sqrt(self.weights)
        y = self.frame.response if self.frame.offset is None else self.frame.response - self.frame.offset
        labels = [t.label for t in self.frame.formula.terms]
        return stratum_of(self.X.values * root[:, None], y * root, list(self.X.names), self.X.assign, labels,
                        int(self.used.sum()), len(self.frame.omitted))

    @property
    def call(self) -> tables.Call:
        """The call, as R would deparse it."""
        return tables.Call("aov", super().call.arguments)

    def __str__(self) -> str:
        return "\n".join(model_lines(self.call, self.stratum))

    def __repr__(self) -> str:
        return f"<Aov {self.frame.formula.text}, n={self.frame.n}>"


@dataclass(frozen=True, eq=False, repr=False)
class AovList(Mapping[str, Stratum]):
    """An analysis of variance in several strata (R: class aovlist), by their names: "(Intercept)", "id", "Within".

    frame, X: the variables and the design of the terms without Error(); data, arguments: what `aov` was called with
    """

    strata: dict[str, Stratum]
    call: tables.Call
    formula: str
    frame: ModelFrame
    X: ModelMatrix
    data: Any
    arguments: Mapping[str, Any]

    def __getitem__(self, name: str) -> Stratum:
        if name not in self.strata:
            raise KeyError(f"no stratum {name!r}; there are {', '.join(self.strata)}")
        return self.strata[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.strata)

    def __len__(self) -> int:
        return len(self.strata)

    @property
    def shown(self) -> dict[str, Stratum]:
        """All strata but the grand mean's."""
        return {name: one for name, one in self.strata.items() if name != "(Intercept)"}

    def __str__(self) -> str:
        return "\n".join(list_lines(self.call, self.strata, self.shown))

    def _repr_html_(self) -> str:
        return html.frames(f"Analysis of variance {self.formula}", _summary_of_strata(self))

    def __repr__(self) -> str:
        return f"<AovList {self.formula}, strata {', '.join(self.shown)}>"


def aov(formula: str, data: Any, weights: Any = None, subset: Any = None, na_action: str = "na.omit",
        contrasts: Mapping[str, Any] | None = None) -> Aov | AovList:
    """Analysis of variance, in strata where the formula has an Error() term. R: stats::aov.

    formula:   R's, as text: "yield ~ N * P + Error(block)", "score ~ A * B + Error(id / (A * B))"
    data:      a DataFrame or a mapping of columns, n rows; what shall be a group must be a factor (`factor`), also in
               Error(): a number is taken as a covariate, as in R
    weights:   an array (n,), a column's name, or an expression as text; not with Error()
    subset, na_action, contrasts: as in `lm`

    Returns the analysis, whose `summary` has the table of each stratum: `str()` is R's text. Without Error() it is a
    linear model, which `coef`, `predict`, `TukeyHSD`, ... take; with it, a mapping of strata by name.

    Raises ValueError for more than one Error() term, or weights beside one. Source: Chambers, Freeny & Heiberger
    (1992).

    >>> d = r.sleepstudy()
    >>> d["day"] = r.factor(d["Days"])
    >>> print(r.summary(r.aov("Reaction ~ day + Error(Subject)", d)))
    <BLANKLINE>
    Error: Subject
              Df Sum Sq Mean Sq F value Pr(>F)
    Residuals 17 250618   14742
    <BLANKLINE>
    Error: Within
               Df Sum Sq Mean Sq F value Pr(>F)
    day         9 166235   18471    18.7 <2e-16 ***
    Residuals 153 151101     988
    ---
    Signif. codes:  0 ‘***’ 0.001 ‘**’ 0.01 ‘*’ 0.05 ‘.’ 0.1 ‘ ’ 1
    """
    from ..formulas.frame import as_frame

    parsed = parse(formula, as_frame(data).columns)
    found = [node for node in parsed.variables.values() if getattr(node, "function", "") == "Error"]
    name = called(data, "data", "aov", 1, "data")
    if not found:
        m = replace(lm(formula, data, weights=weights, subset=subset, na_action=na_action, contrasts=contrasts),
                    data_name=name)
        return Aov(**{one.name: getattr(m, one.name) for one in fields(Lm)})
    if len(found) > 1:
        raise ValueError(f"there are {len(found)} Error terms: only 1 is allowed")
    if weights is not None:
        raise ValueError("weights are not supported in a multistratum aov() fit: leave out Error() or the weights")
    error = expressions.deparse(found[0])
    given = {"subset": subset, "contrasts": contrasts, "na_action": na_action}
    shown = {"formula": parsed.written, "data": name}
    shown |= {key.replace("_", "."): value if isinstance(value, str) else key for key, value in given.items()
              if value is not None and (key, value) != ("na_action", "na.omit")}
    strata, frame, X = _strata(parsed.text, error, data, subset, na_action, contrasts)
    return AovList(strata, tables.Call("aov", shown), parsed.text, frame, X, data, given)


def _strata(formula: str, error: str, data: Any, subset: Any, na_action: str, contrasts: Any
            ) -> tuple[dict[str, Stratum], ModelFrame, ModelMatrix]:
    """The fit in each stratum of the design within Error(): of response and terms turned to its orthogonal axes; and
    the frame and the design that they are of.
    """
    fixed = parse(update_formula(formula, f". ~ . - {error}"))
    inside = error.removeprefix("Error(").removesuffix(")")
    sign = "" if fixed.intercept else " - 1"
    blocks = parse(f"{fixed.response} ~ {inside}{sign}")
    frame = model_frame(fixed, data, subset=subset, na_action=na_action, extra=[inside])
    with options(contrasts=("contr.helmert", "contr.poly")):
        E = design(blocks, frame)
    X = design(fixed, frame, contrasts)
    kept = drop_aliased(E.values)
    if len(kept) < E.values.shape[1]:
        warnings.warn("Error() model is singular", stacklevel=3)
    Q = np.linalg.qr(E.values[:, kept])[0]
    y = frame.response
    held = E.assign[kept]
    names = ["(Intercept)", *(re.sub("^`(.*)`$", r"\1", one.label) for one in blocks.terms)]
    parts = {name: (Q[:, held == k].T @ X.values, Q[:, held == k].T @ y, int((held == k).sum()))
             for k, name in enumerate(names) if (held == k).any()}
    if frame.n > len(kept):  # what is left is as good in the old coordinates
        parts["Within"] = (X.values - Q @ (Q.T @ X.values), y - Q @ (Q.T @ y), frame.n - len(kept))
    labels = [one.label for one in fixed.terms]
    strata = {}
    for name, (xs, ys, df) in parts.items():
        there = np.square(xs).sum(axis=0) > NOTHING
        columns = [column for column, is_there in zip(X.names, there, strict=True) if is_there]
        strata[name] = stratum_of(xs[:, there], ys, columns, X.assign[there], labels, df)
    return strata, frame, X


@dataclass(frozen=True, eq=False, repr=False)
class AovSummary(Mapping[str, pd.DataFrame]):
    """The tables of an analysis of variance (R: class summary.aov, summary.aovlist). `str()` is R's printed text.

    Of one stratum its table is under ""; of several each is under "Error: name". Columns Df, Sum Sq, Mean Sq, F value,
    Pr(>F).
    """

    tables: dict[str, pd.DataFrame]
    n_missing: int = 0

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self.tables:
            raise KeyError(f"no table {name!r}; there are {', '.join(map(repr, self.tables))}")
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    def __str__(self) -> str:
        return "\n".join(summary_lines(self.tables, self.n_missing))

    def _repr_html_(self) -> str:
        left = [f"{self.n_missing} observations left out for missing values"] * bool(self.n_missing)
        return html.frames("Analysis of variance", self, left)

    def __repr__(self) -> str:
        return f"<AovSummary of {', '.join(self.tables) or 'one stratum'}>"


@generics.summary.register(Aov)
def _summary(m: Aov, split: Mapping[str, Any] | None = None, expand_split: bool = True) -> AovSummary:
    """The table of sequential sums of squares; split, expand_split: as R's summary.aov has them.

    Raises ValueError for a term in split that the model lacks, or a contrast that the term lacks.
    """
    _require_terms(split, [t.label for t in m.frame.formula.terms])
    one = m.stratum
    return AovSummary({"": table_of(one, splits(one, split or {}, expand_split))}, len(m.frame.omitted))


@generics.summary.register(AovList)
def _summary_of_strata(m: AovList, split: Mapping[str, Any] | None = None, expand_split: bool = True) -> AovSummary:
    """A table of sequential sums of squares for each stratum; split, expand_split: as R's summary.aov has them."""
    _require_terms(split, [label for one in m.shown.values() for label in one.labels])
    return AovSummary({f"Error: {name}": table_of(one, splits(one, split or {}, expand_split))
                       for name, one in m.shown.items()})


def _require_terms(split: Mapping[str, Any] | None, labels: list[str]) -> None:
    if wrong := [name for name in split or {} if name not in labels]:
        raise ValueError(f"split names {', '.join(map(str, wrong))}; there are {', '.join(labels)}")


@generics.coef.register(AovList)
def _coefficients_of_strata(m: AovList) -> Components:
    """Coefficients of each stratum, by its name, those that it can tell. R: coef.listof."""
    return Components({name: one.coefficients.dropna() for name, one in m.items()})


@generics.coef.register(Aov)
def _coef(m: Aov, complete: bool | None = None) -> Vector:
    """Coefficients (p,), without those of aliased columns unless `complete`. R: coef.aov."""
    return _coef_of_lm(m, bool(complete))


@generics.vcov.register(Aov)
def _vcov(m: Aov, complete: bool | None = None) -> Matrix:
    """(p, p), without aliased coefficients unless `complete`. R: vcov.aov."""
    return _vcov_of_lm(m, bool(complete))


@generics.formula.register(AovList)
def _formula(m: AovList) -> str:
    return m.formula
