"""Joint tests: an analysis of variance from means and their contrasts. R: emmeans::joint_tests, test(joint = TRUE)."""
from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from translations.printing.rounding import zapsmall
from translations.settings import since
from translations.stats.arguments import as_labels
from translations.stats.distributions import pchisq, pf
from translations.stats.formulas.rank import drop_aliased
from translations.stats.language.expressions import symbols

from .basis import ESTIMABLE, LIMIT, EmmeansNote, Floats
from .contrasts import contrast
from .grid import EmmGrid
from .means import marginal
from .nesting import union
from .reference_grid import KEPT, ref_grid
from .summary import rounded
from .table import EmmSummary

Group = tuple[str, ...]  # the levels of the by-variables
DEPENDENT, UNESTIMABLE = 1, 2
NOTES = {0: "", DEPENDENT: " d", UNESTIMABLE: "   e", DEPENDENT | UNESTIMABLE: " d e"}
EXPLAINED = {DEPENDENT: "d: df1 reduced due to linear dependence",
             UNESTIMABLE: "e: df1 reduced due to non-estimability"}


@dataclass(frozen=True)
class Joint:
    """The test that all rows of a group are zero: F on df1 and df2, p; note: what was left out; L (df1, q): what was
    tested, None where nothing could be; Chisq: F times df1, rounded after and not before.
    """

    df1: float
    df2: float
    F: float
    p: float
    note: int
    L: Floats | None
    Chisq: float = np.nan


def mean_and_around(delta: float) -> Any:
    """A function of a covariate: its mean, less and plus `delta`. R: emmeans::make.meanint."""
    return lambda x: np.mean(x) + delta * np.array([-1.0, 1.0])


def joint_tests(m: Any, by: str | Sequence[str] | None = None, *, at: Mapping[str, Any] | None = None,
                cov_reduce: Any = None, lmer_df: str = "kenward-roger", cov_keep: int | Sequence[str] = KEPT,
                nesting: Any = None, weights: Any = "equal", show0df: bool = False, showconf: bool = True,
                pbkrtest_limit: int = LIMIT, lmerTest_limit: int = LIMIT,  # noqa: N803
                mode: str | None = None) -> EmmSummary:
    """F tests of every term from contrasts of means: type III where no cell is empty. R: emmeans::joint_tests.

    m: a model or a reference grid. by: factors within whose levels the others are tested. cov_reduce: covariates stand
    at their mean less and plus one unless given. show0df: terms of which nothing can be tested too. showconf: what no
    term accounts for, where cells are empty. at, lmer_df, cov_keep, nesting, weights, pbkrtest_limit,
    lmerTest_limit and mode: as in `emmeans`.

    Returns a frame, a row a term: model term, df1, df2, F.ratio, p.value, and a note where df1 is reduced; as R's its
    df2 are rounded to two decimals and F to three. `str()` is R's text.

    Raises KeyError for an unknown by-variable, ValueError where no factor is left to test.

    >>> print(r.joint_tests(r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", r.cake())))
     model term         df1 df2 F.ratio p.value
     recipe               2  42   0.249  0.7809
     temperature          5 210  20.520  <.0001
     recipe:temperature  10 210   1.006  0.4393
    <BLANKLINE>
    """
    if not isinstance(m, EmmGrid):
        reduce = mean_and_around(1.0) if cov_reduce is None else cov_reduce
        m = ref_grid(m, at, reduce, cov_keep=cov_keep, lmer_df=lmer_df, nesting=nesting, pbkrtest_limit=pbkrtest_limit,
                     lmerTest_limit=lmerTest_limit, mode=mode)
    within = [] if by is None else as_labels(by, "by")
    for name in within:
        m.require(name, "by-variable")
    factors = [name for name in m.levels if name not in (*within, "1")]
    if not factors:
        raise ValueError("There are no factors to test")
    tested: list[tuple[int, str, dict[Group, Joint]]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EmmeansNote)
        for names in _sets_of(m, factors):
            nesters = [outer for name in names for outer in m.nesting.get(name, ())]
            if not set(nesters) <= set(names):
                continue
            means = marginal(m, names, within, weights)
            apart = contrast(means, by=union(within, nesters), interaction="consec")
            tests = {_group(apart, within, rows): joint_test(apart, rows) for rows in apart.groups(within)}
            tests = {group: replace(test, Chisq=test.F * test.df1) for group, test in tests.items()}  # of the rounded F
            tested.append((len(names), ":".join(names), tests))
        confounded = _confounded(m, within, tested) if showconf else {}
    if not tested and not confounded:
        raise ValueError(f"nothing can be tested within the levels of {', '.join(within)}: all else is nested in it")
    rows = [(order, term, group, test) for order, term, tests in tested for group, test in tests.items()]
    rows += [(999, "(confounded)", group, test) for group, test in confounded.items()]
    rows.sort(key=lambda row: row[0])
    if not show0df:
        rows = [row for row in rows if row[3].df1 > 0]
        if not rows:
            raise ValueError("nothing can be tested: the data tell no term from the others; show0df=True lists them")
    return _table(m, within, rows)


def _group(e: EmmGrid, by: list[str], rows: Floats) -> Group:
    """The levels of the by-variables in rows of `e` that have them alike: nested estimates come in another order."""
    return tuple(e.texts(name)[rows[0]] for name in by)


def _sets_of(m: EmmGrid, factors: list[str]) -> list[list[str]]:
    """Sets of factors that some term (or nest) holds together, as R walks through them."""
    terms = m.basis.terms
    held = [{name for label in t.variables for name in symbols(terms.variables[label])} for t in terms.terms]
    known = set().union(*held) if held else set()
    held += [{name, *outer} for name, outer in m.nesting.items()]
    extra = {name for name in factors if name not in known}
    found: list[list[str]] = []

    def walk(chosen: list[str], start: int) -> None:
        if chosen and (not held or any({n for n in chosen if n not in extra} <= one for one in held)):
            found.append(chosen)
        for at in range(start, len(factors)):
            walk([*chosen, factors[at]], at + 1)

    walk([], 0)
    return found


def joint_test(e: EmmGrid, rows: Floats, null: float = 0.0) -> Joint:
    """The F test that all of these rows of `e` are `null`, as far as the data can tell. R: test.emmGrid."""
    basis = e.basis
    L = e.L[rows]
    gone = np.isnan(L).any(axis=1) | (np.nan_to_num(L) == 0.0).all(axis=1)
    L, note = L[~gone], UNESTIMABLE * int(gone.any())
    if basis.null is not None and len(L) and not basis.estimable(L).all():
        L, note = _estimable_part(np.where(np.abs(L) < 1e-7, 0.0, L), zapsmall(basis.null)), note | UNESTIMABLE
    kept = drop_aliased(np.where(np.abs(L) < 1e-7, 0.0, L).T) if L.size else np.array([], dtype=int)
    if not len(kept):
        return Joint(0.0, np.nan, np.nan, np.nan, DEPENDENT | UNESTIMABLE, None)
    note |= DEPENDENT * int(len(kept) < len(L))
    if null and len(kept) < len(L):
        raise ValueError("rows are linearly dependent: they can be tested together against 0 alone")
    Q, R = np.linalg.qr(np.where(np.abs(L) < 1e-7, 0.0, L).T[:, kept])
    Q = Q.T
    used = Q[:, basis.fitted]
    z = used @ basis.bhat[basis.fitted] - (np.linalg.solve(R.T, np.full(len(Q), null)) if null else 0.0)
    r = float(len(Q))
    try:
        F = float(z @ np.linalg.solve(used @ basis.V @ used.T, z)) / r
    except np.linalg.LinAlgError:
        return Joint(r, np.nan, np.nan, np.nan, DEPENDENT, None)
    df2 = float(np.min(basis.df(used)))
    p = float(pchisq(F * r, r, lower_tail=False)) if np.isnan(df2) else float(pf(F, r, df2, lower_tail=False))
    F3, chi = (float(one) for one in rounded([F, F * r], 3))
    return Joint(r, float(rounded([df2], 2)[0]), F3, p, note, zapsmall(Q), chi)


def _estimable_part(L: Floats, null: Floats) -> Floats:
    """The combinations of the rows that the data can estimate. R: estimability::estble.subspace."""
    off = L @ null
    off[np.abs(off) <= ESTIMABLE] = 0.0
    U, d, _ = np.linalg.svd(off, full_matrices=True)
    rank = int((d > 5e-8 * max(d.max(initial=0.0), 1.0)).sum())
    out: Floats = U[:, rank:].T @ L
    return out


def _confounded(m: EmmGrid, by: list[str], tested: list[tuple[int, str, dict[Group, Joint]]]) -> dict[Group, Joint]:
    """What is left of all contrasts among the cells when the terms' are taken out."""
    whole = contrast(m, "consec", by=by, name=".cnt.")
    out = {}
    for rows in whole.groups(by):
        total, group = joint_test(whole, rows), _group(whole, by, rows)
        parts = [tests[group].L for _, _, tests in tested if group in tests and tests[group].L is not None]
        L = np.vstack(parts) if parts else np.full((1, whole.L.shape[1]), np.nan)  # type: ignore[arg-type]
        known = joint_test(replace(whole, L=L), np.arange(len(L)))
        df1 = total.df1 - known.df1
        with np.errstate(divide="ignore", invalid="ignore"):
            F = float(np.float64(total.df1 * total.F - known.df1 * known.F) / np.float64(df1))
        p = float(pf(F, df1, total.df2, lower_tail=False)) if df1 > 0 else np.nan
        out[group] = Joint(df1, total.df2, F, p, 0, None, total.Chisq)  # R's Chisq: that of all, terms included
    return out


def _table(m: EmmGrid, by: list[str], rows: list[tuple[int, str, Group, Joint]]) -> EmmSummary:
    """The tests as a frame."""
    columns: dict[str, Any] = {"model term": [term for _, term, _, _ in rows]}
    for at, name in enumerate(by):
        place = {text: code for code, text in enumerate(m.texts_of(name))}
        codes = np.array([place[group[at]] for _, _, group, _ in rows], dtype=int)
        columns[name] = replace(m, codes={**m.codes, name: codes}).column(name)
    tests = [test for *_, test in rows]
    return with_tests(columns, tests, tuple(by))


def with_tests(columns: dict[str, Any], tests: Sequence[Joint], by: tuple[str, ...]) -> EmmSummary:
    """A table of joint tests, before them the columns that tell which."""
    columns |= {"df1": [t.df1 for t in tests], "df2": [t.df2 for t in tests], "F.ratio": [t.F for t in tests]}
    if since("1.1-37") and all(np.isnan(t.df2) or np.isinf(t.df2) for t in tests):
        columns["Chisq"] = [t.Chisq for t in tests]
    columns["p.value"] = [t.p for t in tests]
    if any(t.note for t in tests):
        columns["note"] = [NOTES[t.note] for t in tests]
    table = EmmSummary(pd.DataFrame(columns))
    flags = {flag for flag, text in EXPLAINED.items() if any(t.note & flag for t in tests)}
    table.estimate, table.by = "F.ratio", by
    table.notes = tuple(text for flag, text in EXPLAINED.items() if flag in flags)
    return table
