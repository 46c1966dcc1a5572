"""F tests of fixed terms that can be left out, and the hypotheses behind a table. R: lmerTest's drop1, show_tests."""
from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from translations.arrays import Floats
from translations.printing import Matrix
from translations.printing.deparse import deparse
from translations.stats.arguments import as_labels

from ..model import LmerMod
from .hypotheses import columns_by_term, doolittle, labelled
from .lmertest import F_COLUMNS, METHODS, f_row, machinery
from .ranova import AnovaFrame, anova_frame

BEYOND = (
    "{0} has {1} degrees of freedom beside the columns that were dropped; lmerTest gives it {2}, since its matrix of "
    "hypotheses (get_Ldiffmat2) takes directions in that are none of the term's: this is the test of the {1}"
)


def droppable(m: LmerMod) -> list[str]:
    """Labels of the fixed terms that are not marginal to another. R: drop.scope."""
    terms = m.design.X.formula.terms
    return [t.label for t in terms if not any(set(t.variables) < set(o.variables) for o in terms)]


def drop1_table(m: LmerMod, scope: Sequence[str] | str | None = None, ddf: str = "Satterthwaite") -> AnovaFrame:
    """An F test for each fixed term that can be left out, with `.hypotheses`. R: drop1.lmerModLmerTest.

    scope: labels of some of these. Raises ValueError for a term that cannot be left out, an unknown method, or
    Kenward-Roger on a fit by maximum likelihood.
    """
    can = droppable(m)
    tried = can if scope is None else as_labels(scope, "scope")
    if wrong := [label for label in tried if label not in can]:
        raise ValueError(f"only marginal terms can be dropped from the model: {', '.join(can)}, not {', '.join(wrong)}")
    tested = marginal_hypotheses(m, tried)
    method = machinery(m, ddf)
    rows = [f_row(L, np.zeros(len(L)), m.sigma, method) if len(L) else [np.nan] * 6 for L in tested.values()]
    heading = (f"Single term deletions using {METHODS[ddf]} method:", "\nModel:",
               " ".join(line.strip() for line in deparse(m.design.formula.text)))
    table = anova_frame(rows, list(tested), F_COLUMNS, heading)
    table.hypotheses = labelled(m, tested)
    return table


def marginal_hypotheses(m: LmerMod, labels: Sequence[str]) -> dict[str, Floats]:
    """L (c, p) of each of these terms: its own coefficients, or, where columns were dropped for rank deficiency, what
    the columns of the other terms do not span. R: lmerTest's get_contrasts_marginal, get_Ldiffmat2.
    """
    own, p = columns_by_term(m), m.p
    if p <= 1 or len(own) <= 1:
        upper = doolittle(m.design.X_fitted.T @ m.design.X_fitted)
        return {label: upper[own[label]] for label in labels}
    if not m.design.dropped:
        return {label: np.eye(p)[own[label]] for label in labels}
    positions = {t.label: i for i, t in enumerate(m.design.X.formula.terms, start=1)}
    found = {}
    for label in labels:
        others = m.design.X.values[:, m.design.X.assign != positions[label]]
        left = m.design.X_fitted - others @ np.linalg.lstsq(others, m.design.X_fitted, rcond=None)[0]
        _, size, rows = np.linalg.svd(left, full_matrices=False)
        found[label] = rows[size > 1e-8 * max(size[0], 1.0)]
        in_r = int((np.abs(left).sum(axis=0) > 1e-8).sum())
        if in_r > len(found[label]):
            warnings.warn(BEYOND.format(label, len(found[label]), in_r), UserWarning, stacklevel=5)
    return found


def show_tests(table: Any, fractions: bool = False, names: bool = True) -> dict[str, Matrix | np.ndarray]:
    """The hypotheses that the rows of a table test. R: lmerTest::show_tests.

    table: what `anova(m, ddf=)`, `drop1(m, ddf=)` or `ls_means` returned. fractions: numbers as fractions, as text.
    names: whether the matrices have labels.

    Returns by row a Matrix (hypotheses, coefficients), an array without `names`.

    Raises ValueError for a table that tests no hypotheses about coefficients.

    >>> m = r.lmer("angle ~ recipe + temp + (1 | recipe:replicate)", r.cake())
    >>> print(r.show_tests(r.anova(m, type=2))["recipe"])
            (Intercept) recipeB recipeC temp
    recipeB           0       1       0    0
    recipeC           0       0       1    0
    """
    tests: Mapping[str, Any] = getattr(table, "hypotheses", {})
    if not tests:
        raise ValueError("the table has no hypotheses: anova(m, ddf=...), drop1(m, ddf=...) and ls_means(m) have some")
    shown: dict[str, Matrix | np.ndarray] = {}
    for label, L in tests.items():
        cells = np.vectorize(_fraction, otypes=[object])(L.to_numpy()) if fractions and L.size else L.to_numpy()
        shown[label] = Matrix(cells, index=L.index, columns=L.columns) if names else cells
    return shown


def _fraction(x: float) -> str:
    """The fraction that R's MASS::fractions shows: the simplest near x."""
    from fractions import Fraction

    return str(Fraction(x).limit_denominator(2000))
