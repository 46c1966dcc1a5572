"""The table of a grid, of means or of contrasts: estimates, intervals, tests and notes. R: emmeans' summary."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import NAN, Matrix
from translations.printing.dispatch import as_html
from translations.printing.rounding import round_half_even, signif
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import as_number, require_level

from .adjust import Family, critical_values, method_named, p_values
from .basis import Floats
from .grid import EmmGrid, EmmList, Named
from .links import Link
from .table import EmmSummary

TYPES = {"link": "link", "lp": "link", "linear": "link", "response": "response", "mu": "response", "unlink": "response"}
SIDES = {"two-sided": 0, "both": 0, "=": 0, "!=": 0, "<": -1, "left": -1, "nonsuperiority": -1, "inferiority": -1,
         ">": 1, "right": 1, "noninferiority": 1, "superiority": 1, "equivalence": 0}  # fmt: skip
SIDE_NOTE = ("nonsuperiority", "equivalence", "noninferiority")


def type_of(type: Any) -> str:
    """ "link" or "response", by what R calls it or the beginning of that. Raises ValueError listing what there is."""
    if isinstance(type, str) and type not in TYPES:
        found = {known for name, known in TYPES.items() if type and name.startswith(type)}
        type = found.pop() if len(found) == 1 else type
    if not isinstance(type, str) or type not in TYPES:
        raise ValueError(f"type must be one of {', '.join(map(repr, TYPES))}, not {type!r:.60}")
    return TYPES[type]


def wanted(infer: Any, default: tuple[bool, bool]) -> tuple[bool, bool]:
    """Whether intervals and tests are wanted: of one value for both, or two. Raises ValueError for anything else."""
    if infer is None:
        return default
    given = (infer, infer) if isinstance(infer, bool | np.bool_) else tuple(infer)
    if len(given) != 2 or not all(isinstance(one, bool | np.bool_) for one in given):
        raise ValueError(f"infer must be True, False or two of these, for intervals and for tests, not {infer!r:.60}")
    return bool(given[0]), bool(given[1])


@as_html.register(EmmGrid)
def _html(e: EmmGrid) -> str:
    return summarize(e)._repr_html_()


@generics.summary.register(EmmGrid)
def _summary(e: EmmGrid, *, infer: Any = None, level: float | None = None, adjust: str | None = None, by: Any = ...,
             type: str | None = None, null: float | None = None, side: Any = None, delta: float | None = None
             ) -> EmmSummary:
    return summarize(asked(e, infer, level, adjust, by, type, null, side, delta))


def asked(e: EmmGrid, infer: Any = None, level: float | None = None, adjust: str | None = None, by: Any = ...,
          type: str | None = None, null: float | None = None, side: Any = None, delta: float | None = None) -> EmmGrid:
    """`e` with what is asked for in place of what it has. Raises ValueError for what cannot be."""
    changes: dict[str, Any] = {"infer": wanted(infer, e.infer)}
    if level is not None:
        require_level(level)
        changes["level"] = float(level)
    if adjust is not None:
        changes["adjust"] = method_named(adjust)
    if by is not ...:
        changes["by"] = e.within(by)
    if type is not None:
        changes["type"] = type_of(type)
    if null is not None:
        changes["null"] = as_number(null, "null")
    if side is not None:
        words: dict[Any, int] = {**SIDES, -1: -1, 0: 0, 1: 1, 2: 0}
        if side not in words:
            raise ValueError(f"side must be one of {', '.join(map(repr, SIDES))}, not {side!r:.60}")
        changes["side"] = words[side]
    if delta is not None:
        changes["delta"] = abs(as_number(delta, "delta"))
    return replace(e, **changes)


@generics.confint.register(EmmGrid)
def _confint(e: EmmGrid, parm: Any = None, level: float = 0.95, *, adjust: str | None = None, by: Any = ...,
             type: str = "perc") -> EmmSummary:
    """Intervals of the estimates. `parm` is not used, as in emmeans; type: "response", else as they have it."""
    return summarize(asked(e, (True, False), level, adjust, by, None if type == "perc" else type))


class EmmSummaries(Named[EmmSummary]):
    """Tables of means and of their contrasts, by name. R: class summary_eml."""


@generics.summary.register(EmmList)
def _summaries(e: EmmList, *, infer: Any = None, level: float | None = None, adjust: str | None = None, by: Any = ...,
               type: str | None = None, null: float | None = None, side: Any = None, delta: float | None = None
               ) -> EmmSummaries:
    return EmmSummaries({name: summarize(asked(one, infer, level, adjust, by, type, null, side, delta))
                         for name, one in e.items()})


@generics.confint.register(EmmList)
def _confints(e: EmmList, parm: Any = None, level: float = 0.95, *, adjust: str | None = None, by: Any = ...,
              type: str = "perc") -> EmmSummaries:
    """Intervals of means and of their contrasts. `parm` and type: as of means."""
    return EmmSummaries({name: _confint(one, parm, level, adjust=adjust, by=by, type=type) for name, one in e.items()})


@generics.vcov.register(EmmGrid)
def _vcov(e: EmmGrid) -> Matrix:
    """Covariance matrix of the estimates shown, NaN where the data cannot estimate."""
    L = e.L[e.shown]
    L = np.where(e.basis.estimable(L)[:, None], L, np.nan)[:, e.basis.fitted]
    shown = e if e.display is None else _display(e)
    columns = [shown.texts(name) for name in shown.levels]
    names = [" ".join(column[row] for column in columns) for row in range(len(L))]
    return Matrix(L @ e.basis.V @ L.T, index=names, columns=names)


def estimates(e: EmmGrid) -> tuple[Floats, Floats, Floats]:
    """Estimate, standard error and degrees of freedom (c,) of the rows shown; NaN where the data cannot estimate."""
    L, basis = e.L[e.shown], e.basis
    good = basis.estimable(L)
    rows = L[good][:, basis.fitted]
    out = np.full((3, len(L)), np.nan)
    out[0, good] = rows @ basis.bhat[basis.fitted]
    out[1, good] = np.sqrt(_quadratic(rows, basis.V))
    out[2, good] = basis.df(rows)
    if e.offset is not None:
        out[0] += e.offset[e.shown]
    return out[0], out[1], out[2]


def _quadratic(L: Floats, V: Floats) -> Floats:
    """l'V l of each row; coefficients that vanish beside the row's largest are left out. R: emmeans:::.qf.non0."""
    size = np.abs(L)
    largest = size.max(axis=1, initial=0.0)
    with np.errstate(divide="ignore"):
        digits = np.where(largest > 0.0, np.maximum(0.0, 7.0 - np.log10(np.where(largest > 0, largest, 1.0))), 7.0)
    kept = np.where(size <= 0.5 * 10.0 ** -np.floor(digits + 0.5)[:, None], 0.0, L)
    value: Floats = np.einsum("ij,ij->i", kept @ V, kept)
    return np.where(value < 0.0, np.nan, value)


def correlations(e: EmmGrid) -> Floats:
    """Of the rows shown, (c, c); NaN where one cannot be estimated."""
    V = _vcov(e).to_numpy()
    root = np.sqrt(np.diag(V))
    return V / np.outer(root, root)


def _family(e: EmmGrid, groups: list[Floats]) -> Family:
    """What adjustments need to know of `e`. R: fam.info."""
    sizes = {len(rows) for rows in groups}
    shown = len(e.shown)
    size, tests = float(e.family), float(shown)
    if e.by:
        if len(sizes) > 1:
            size = 0.0
        elif since("2.1"):
            tests = shown / len(groups)
        else:
            tests = shown / float(np.prod([len(e.levels[name]) for name in e.by]))
    kind = "contrast" if e.what == "pairs" and e.pairs_by is not None and e.pairs_by != e.by else e.what

    def rank() -> list[int]:
        L = e.L[e.shown]
        if np.isnan(L).any():
            raise ValueError("Scheffe's adjustment needs the rank of the contrasts, and some of them have none: means "
                             "without data, or nothing to contrast")
        return [int(np.linalg.matrix_rank(_zapped(L[rows]), tol=1e-7)) for rows in groups]

    return Family(size, tests, kind, groups, lambda: correlations(e), rank)


def _zapped(L: Floats) -> Floats:
    return np.where(np.abs(L) < 1e-7 * np.abs(L).max(initial=0.0), 0.0, L)


def summarize(e: EmmGrid) -> EmmSummary:
    """The table of `e` as it stands. R: summary.emmGrid."""
    shown = e if e.display is None else _display(e)
    estimate, se, df = estimates(e)
    asymptotic = bool((np.isnan(df) | np.isinf(df)).all())
    link = None if e.transformation is None or e.transformation.name == "none" else e.transformation.link
    back = e.type == "response" and link is not None
    notes = list(e.said)
    name = e.estimate
    if e.basis.method:
        notes.append(f"Degrees-of-freedom method: {e.basis.method}")
    if link is not None and not back:
        notes.append(f"Results are given on the {link.name} (not the response) scale.")
    if back and e.transformation is not None and link is not None:
        name = e.transformation.label
        if link.unknown:
            notes.append(f'Unknown transformation "{link.name}": no transformation done')
            link, back = None, False
    groups = shown.groups(e.by)
    family = _family(e, groups)
    columns: dict[str, Any] = {name: estimate, "SE": se, "df": df}
    if e.infer[0]:
        _intervals(columns, notes, e, name, link if back else None, family, asymptotic)
    if e.infer[1]:
        _tests(columns, notes, e, name, link if back else None, family, asymptotic)
    if back and link is not None:
        columns["SE"] = np.abs(link.derivative(estimate) * se)
        columns[name] = link.inverse(estimate)
    if e.averaged:
        notes.insert(0, f"Results are averaged over{' some or all of' * e.some} the levels of: {', '.join(e.averaged)}")
    labels = {one: shown.column(one) for one in shown.levels}
    if back and e.ratios:
        labels = {one: _as_ratios(column) for one, column in labels.items()}
    undefined = {one: np.where(np.isnan(own) & ~np.isnan(estimate), NAN, own) for one, own in columns.items()}
    table = EmmSummary({**labels, **undefined})
    table.estimate, table.by, table.notes = name, e.by, tuple(dict.fromkeys(notes))
    return table


def _display(e: EmmGrid) -> EmmGrid:
    """The rows shown, all levels kept."""
    rows = e.shown
    return replace(e, L=e.L[rows], codes={name: own[rows] for name, own in e.codes.items()}, weight=e.weight[rows],
                   offset=None if e.offset is None else e.offset[rows], display=None)


def _as_ratios(column: pd.Series) -> pd.Series:
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column
    return column.cat.rename_categories([str(one).replace(" - ", " / ") for one in column.cat.categories])


def _intervals(columns: dict[str, Any], notes: list[str], e: EmmGrid, name: str, link: Link | None, family: Family,
               asymptotic: bool) -> None:
    estimate, se, df = columns[name], columns["SE"], columns["df"]
    width, note = critical_values(estimate, e.level, df, e.adjust, e.side, family)
    low, high = estimate - width * se, estimate + width * se
    if e.side:  # what cannot be estimated has no open end either
        (low if e.side < 0 else high)[~np.isnan(estimate)] = e.side * np.inf
    notes += [f"Confidence level used: {e.level:.15g}", *([note] if note else [])]
    if link is not None:
        low, high = link.inverse(low), link.inverse(high)
        if (np.nan_to_num(high - low) < 0.0).any():
            low, high = high, low
        notes.append(f"Intervals are back-transformed from the {link.name} scale")
    names = ("asymp.LCL", "asymp.UCL") if asymptotic else ("lower.CL", "upper.CL")
    columns |= dict(zip(names, (low, high), strict=True))


def _tests(columns: dict[str, Any], notes: list[str], e: EmmGrid, name: str, link: Link | None, family: Family,
           asymptotic: bool) -> None:
    estimate, se, df = columns[name], columns["SE"], columns["df"]
    side = e.side if e.side else -int(e.delta > 0.0)
    null = e.null if link is None else float(link.inverse(np.array([e.null]))[0])
    if null != 0.0:
        columns["null"] = np.full(len(se), null)
    with np.errstate(divide="ignore", invalid="ignore"):
        if e.side:
            ratio = (estimate - e.null + e.side * e.delta) / se
        else:
            ratio = ((np.abs(estimate - e.null) - e.delta) if e.delta else estimate - e.null) / se
    columns["z.ratio" if asymptotic else "t.ratio"] = ratio
    columns["p.value"], note = p_values(ratio, df, e.adjust, side, family)
    if note:
        notes.append(note)
    if e.delta > 0.0:
        notes.append(f"Statistics are tests of {SIDE_NOTE[e.side + 1]} with a threshold of "
                     f"{float(signif(e.delta, 5)):.15g}")
    if side:
        notes.append(f"P values are {'left-' if side < 0 else 'right-'}tailed")
    if link is not None:
        notes.append(f"Tests are performed on the {link.name} scale")


def rounded(values: Sequence[float] | Floats, decimals: int) -> Floats:
    """R's round()."""
    return round_half_even(np.asarray(values, dtype=float), decimals)
