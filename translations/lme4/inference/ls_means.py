"""Least-squares means and their differences. R: lmerTest::ls_means, difflsmeans."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.printing.coefmat import coef_lines
from translations.printing.style import Style
from translations.printing.tables import CoefTable
from translations.stats.arguments import as_labels
from translations.stats.formulas.design import design
from translations.stats.formulas.frame import ModelFrame
from translations.stats.language.factors import Factor

from ..arguments import require_mixed
from ..model import LmerMod
from .lmertest import machinery, t_interval, t_table

COLUMNS = ["Estimate", "Std. Error", "df", "t value", "lower", "upper", "Pr(>|t|)"]
ESTIMABLE = float(np.sqrt(np.finfo(float).eps))  # R: lmerTest:::is_estimable's tol


class LsMeans(pd.DataFrame):
    """Means or differences, one a row, with R's columns; `str()` is what R prints. `.attrs`: level, ddf.

    hypotheses: by term, the contrasts L of its rows.
    """

    _metadata = ["hypotheses"]
    hypotheses: Mapping[str, pd.DataFrame] = {}

    @property
    def _constructor(self) -> type[LsMeans]:
        return LsMeans

    def __str__(self) -> str:
        shown, style = pd.DataFrame(self), Style()
        shown["df"] = shown["df"].round(1)
        lines = coef_lines(CoefTable(shown, True, (3,), (0, 1, 4, 5)), style, max(3, style.digits - 2))
        level = f"{100.0 * self.attrs['level']:.2g}"
        return "\n".join(["Least Squares Means table:", "", *lines, "", f"  Confidence level: {level}%",
                          f"  Degrees of freedom method: {self.attrs['ddf']} "])

    def __repr__(self) -> str:
        return f"<LsMeans of {', '.join(map(str, self.index))}>"


def ls_means(m: LmerMod, which: str | Sequence[str] | None = None, level: float = 0.95, ddf: str = "Satterthwaite",
             pairwise: bool = False) -> LsMeans:
    """Means of every combination of a term's levels, all other factors' levels weighing the same. R:
    lmerTest::ls_means.

    m: a mixed model. which: some of the model's terms of factors alone, all of them by default. Numeric variables stand
    at their means. level: of the intervals. ddf: "Satterthwaite" or "Kenward-Roger". pairwise: all differences within
    each term instead.

    Returns a frame, a row a combination, in the response's units; rows that the data cannot estimate are NaN.

    Raises KeyError naming a term that the model does not have, ValueError for one with numeric variables, for a
    variable of several columns, and for an unknown method or level.

    >>> cakes = r.lmer("angle ~ recipe + (1 | recipe:replicate)", r.cake())
    >>> list(r.ls_means(cakes).index)
    ['recipeA', 'recipeB', 'recipeC']
    """
    require_mixed(m, "ls_means")
    rows = mean_contrasts(m, which)
    if pairwise:
        rows = {term: _differences(L) for term, L in rows.items()}
    L = pd.concat(rows.values()) if rows else pd.DataFrame(np.zeros((0, len(m.design.X.names))))
    fitted = L.to_numpy()[:, m.design.kept]
    table = t_table(fitted, machinery(m, ddf))
    values = np.column_stack([table[:, :4], *t_interval(table, level), table[:, 4]])
    values[~estimable(L.to_numpy(), m.design.X.values)] = np.nan
    out = LsMeans(values, index=list(L.index), columns=COLUMNS)
    out.attrs.update(level=level, ddf=ddf)
    out.hypotheses = rows
    return out


def difflsmeans(m: LmerMod, which: str | Sequence[str] | None = None, level: float = 0.95,
                ddf: str = "Satterthwaite") -> LsMeans:
    """All differences of the least-squares means within each term. R: lmerTest::difflsmeans.

    m: a mixed model. which, level, ddf: as in `ls_means`.

    Returns a frame, a row a difference, in the response's units.

    Raises KeyError naming a term that the model does not have, ValueError as `ls_means` does.

    >>> cakes = r.lmer("angle ~ recipe + (1 | recipe:replicate)", r.cake())
    >>> list(r.difflsmeans(cakes).index)
    ['recipeA - recipeB', 'recipeA - recipeC', 'recipeB - recipeC']
    """
    return ls_means(m, which, level, ddf, pairwise=True)


def mean_contrasts(m: LmerMod, which: str | Sequence[str] | None = None) -> dict[str, pd.DataFrame]:
    """By term, the rows L (combinations, columns of the design) whose products with the coefficients are the means."""
    X, frame = m.design.X, m.design.frame
    variables = {label: frame.variables[label] for label in X.formula.predictors}
    of_factors = [t.label for t in X.formula.terms if all(isinstance(variables[v], Factor) for v in t.variables)]
    wanted = of_factors if which is None else as_labels(which, "which")
    for term in wanted:
        if term not in {t.label for t in X.formula.terms}:
            raise KeyError(f"no term {term!r}; there are {', '.join(t.label for t in X.formula.terms)}")
        if term not in of_factors:
            raise ValueError(f"{term!r} has numeric variables, and so no levels to take means of")
    grid = _grid(frame, variables)
    coding = {label: pd.DataFrame(values, index=X.xlevels[label], columns=list(labels))
              for label, (values, labels) in X.contrasts.items()}
    every = design(X.formula, grid, coding).values
    out = {}
    for term in wanted:
        cells = design(f"~ 0 + {term}", grid, dict.fromkeys(set(X.xlevels) & set(term.split(":")), "contr_treatment"))
        out[term] = pd.DataFrame((cells.values / cells.values.sum(axis=0)).T @ every, index=cells.names)
    return out


def _grid(frame: ModelFrame, variables: Mapping[str, object]) -> ModelFrame:
    """A model frame of every combination of the factors' levels, numeric variables at their means."""
    factors = {label: v for label, v in variables.items() if isinstance(v, Factor)}
    codes = np.array(list(product(*(range(len(f.levels)) for f in factors.values()))), dtype=int)
    made: dict[str, object] = {label: replace(f, codes=codes[:, j]) for j, (label, f) in enumerate(factors.items())}
    for label, v in variables.items():
        if isinstance(v, np.ndarray):
            made[label] = np.full(len(codes), v.mean())
        elif label not in made:
            raise ValueError(f"{label} has several columns: its mean is no value that it can take")
    return replace(frame, variables=made, rows=np.arange(len(codes)))  # type: ignore[arg-type]


def _differences(L: pd.DataFrame) -> pd.DataFrame:
    """Every row less every later one."""
    pairs = list(combinations(L.index, 2))
    rows = [L.loc[a] - L.loc[b] for a, b in pairs]
    return pd.DataFrame(np.array(rows).reshape(len(pairs), L.shape[1]), index=[f"{a} - {b}" for a, b in pairs])


def estimable(L: Floats, X: Floats) -> np.ndarray:
    """Whether each row of L (c, q) lies in the row space of X (n, q), (c,). R: lmerTest:::is_estimable."""
    _, d, directions = np.linalg.svd(X, full_matrices=False)
    null = directions[d <= max(1e-8 * d[0], 0.0)] if len(d) else directions
    return (np.abs(L @ null.T) < ESTIMABLE).all(axis=1)
