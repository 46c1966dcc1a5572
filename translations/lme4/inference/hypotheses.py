"""The hypotheses of a Type I, II or III table, one matrix L (c, p) a term. R: lmerTest's get_contrasts_type1, 2 and 3.

Type I: the rows of the unit upper triangular factor of X'X, so that each term is adjusted for those before it. Type II:
the same with the term, and the terms that contain it, moved to the end. Type III: estimable functions in which each
term is orthogonal to the terms that contain it (Goodnight 1978, SAS R-101), for the treatment coding of every factor,
mapped to the coding of the fit.
"""
from __future__ import annotations

import warnings

import numpy as np

from translations.arrays import Floats
from translations.printing import Matrix
from translations.printing.rounding import zapsmall
from translations.stats.formulas.design import ModelMatrix, design
from translations.stats.formulas.rank import drop_aliased

from ..control import MissingCellsWarning
from ..model import LmerMod

Hypotheses = dict[str, Floats]
DOOLITTLE_ZERO = 1e-6  # pivots and entries below are zero (R: lmerTest:::doolittle's eps)
ZAP_DIGITS = 7  # R's zapsmall at the default options(digits = 7)


def hypotheses(m: LmerMod, type: int | str = 3) -> Hypotheses:
    """L (c, p) by term, in the formula's order; no rows for a term whose columns were all dropped; {} without terms.

    type: 1, 2, 3 or "I", "II", "III". Raises ValueError for another one.
    """
    number = {"I": 1, "II": 2, "III": 3}.get(str(type), type)
    if str(number) not in ("1", "2", "3"):
        raise ValueError(f"type must be 1, 2, 3 or 'I', 'II', 'III', not {type!r}")
    columns = columns_by_term(m)
    if m.p <= 1 or len(columns) <= 1 or str(number) == "1":
        return type_1(m.design.X_fitted, columns) if columns else {}
    return type_2(m, columns) if str(number) == "2" else type_3(m, columns)


def columns_by_term(m: LmerMod) -> dict[str, np.ndarray]:
    """Positions among the fitted columns that belong to each term of the fixed part."""
    assign = m.design.X.assign[m.design.kept]
    return {term.label: np.flatnonzero(assign == i) for i, term in enumerate(m.design.X.formula.terms, start=1)}


def labelled(m: LmerMod, tested: Hypotheses) -> dict[str, Matrix]:
    """The hypotheses with R's labels: columns by coefficient, and rows by the term's own where there are as many."""
    names, own = m.design.names, columns_by_term(m)
    return {label: Matrix(L, index=[names[i] for i in own[label]] if len(own[label]) == len(L) else None, columns=names)
            for label, L in tested.items()}


def type_1(X: Floats, columns: dict[str, np.ndarray]) -> Hypotheses:
    """Sequential hypotheses for X (n, p)."""
    upper = doolittle(X.T @ X)
    return {label: upper[rows] for label, rows in columns.items()}


def type_2(m: LmerMod, columns: dict[str, np.ndarray]) -> Hypotheses:
    """Each term adjusted for all that do not contain it; for a term that none contains, its own coefficients."""
    X, p = m.design.X_fitted, m.p
    containing = containment(m)
    out = {}
    for label, own in columns.items():
        if not containing[label]:
            out[label] = np.eye(p)[own]
            continue
        last = np.concatenate([own, *(columns[other] for other in containing[label])])
        order = np.concatenate([np.setdiff1d(np.arange(p), last), last])
        upper = doolittle(X[:, order].T @ X[:, order])
        L = np.zeros((len(own), p))
        L[:, order] = upper[np.isin(order, own)]
        out[label] = L
    return out


def type_3(m: LmerMod, columns: dict[str, np.ndarray]) -> Hypotheses:
    """Hypotheses that do not depend on the numbers of observations in the cells."""
    treatment = _treatment_design(m)
    if np.array_equal(treatment.values, m.design.X.values):
        return _estimable(m, m.design.names, m.design.X_fitted, columns)
    kept = drop_aliased(treatment.values)
    X = treatment.values[:, kept]
    assign = treatment.assign[kept]
    remade = {label: np.flatnonzero(assign == i) for i, label in enumerate(columns, start=1)}
    change = zapsmall(np.linalg.pinv(X) @ m.design.X_fitted, ZAP_DIGITS)
    L = _estimable(m, [treatment.names[i] for i in kept], X, remade)
    return {label: rows @ change for label, rows in L.items()}


def _treatment_design(m: LmerMod) -> ModelMatrix:
    """The model matrix with treatment contrasts for every factor."""
    coding = dict.fromkeys(m.design.X.xlevels, "contr_treatment")
    return design(m.design.X.formula, m.design.frame, coding)


def _estimable(m: LmerMod, names: list[str], X: Floats, columns: dict[str, np.ndarray]) -> Hypotheses:
    """Type III hypotheses for X (n, p) of full rank with treatment coding, whose columns are called `names`."""
    terms = m.design.X.formula.terms
    full, full_names = _overparametrized(m)
    L = zapsmall((np.linalg.pinv(X) @ full).T, ZAP_DIGITS)
    containing = containment(m)
    for term in sorted(terms, key=lambda t: -len(t.variables)):
        above = [j for other in containing[term.label] for j in columns[other]]
        if containing[term.label]:
            own, Y = L[:, above], L[:, columns[term.label]]
            own = own[:, drop_aliased(own)]
            L[:, columns[term.label]] = zapsmall(Y - own @ np.linalg.lstsq(own, Y, rcond=None)[0], ZAP_DIGITS)
    L = L[[full_names.index(name) for name in names]]
    out = {term.label: L[:, columns[term.label]].T for term in terms}
    return {label: rows[np.abs(rows).sum(axis=1) > 1e-8] for label, rows in out.items()}


def _overparametrized(m: LmerMod) -> tuple[Floats, list[str]]:
    """The design with an indicator for every cell of every term, (n, c), and its names. Warns of empty cells."""
    parts: list[Floats] = []
    names: list[str] = []
    if m.design.X.formula.intercept:
        parts, names = [np.ones((m.n, 1))], ["(Intercept)"]
    for term in m.design.X.formula.terms:
        cells = design(f"~ 0 + {term.label}", m.design.frame)
        parts.append(cells.values)
        names += cells.names
    full = np.hstack(parts)
    empty = [name for name, column in zip(names, full.T, strict=True) if not column.any()]
    if empty:
        said = f"Missing cells for: {', '.join(empty)}.  \nInterpret type III hypotheses with care."
        warnings.warn(said, MissingCellsWarning, stacklevel=5)
    return full, names


def containment(m: LmerMod) -> dict[str, list[str]]:
    """The terms that contain each term: more factors, the same numeric variables. R: lmerTest:::containment.

    As there, a variable that a term codes by dummies for want of its margin does not count for that term.
    """
    numeric = {label for label, v in m.design.frame.variables.items() if isinstance(v, np.ndarray)}
    terms = {t.label: {v for v, code in zip(t.variables, t.coding, strict=True) if code == 1}
             for t in m.design.X.formula.terms}
    return {label: [other for other, more in terms.items() if own < more and own & numeric == more & numeric]
            for label, own in terms.items()}


def doolittle(A: Floats) -> Floats:
    """The unit lower triangular factor of A (p, p), transposed; no pivoting. R: lmerTest:::doolittle.

    A pivot below `DOOLITTLE_ZERO` leaves its column empty.
    """
    rest, L = np.array(A, dtype=float), np.eye(len(A))
    for i in range(len(A)):
        if abs(rest[i, i]) >= DOOLITTLE_ZERO:
            L[i + 1 :, i] = rest[i + 1 :, i] / rest[i, i]
            rest[i + 1 :] -= np.outer(L[i + 1 :, i], rest[i])
    return np.where(np.abs(L) < DOOLITTLE_ZERO, 0.0, L).T
