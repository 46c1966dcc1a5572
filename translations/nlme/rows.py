"""Rows in groups, and what orders or places them there: what a formula `~ t | g` says of the data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from translations.stats.formulas.frame import ModelFrame, factor_of
from translations.stats.formulas.terms import leaves
from translations.stats.language.expressions import Call, Constant, Name, Node, deparse, read
from translations.stats.language.factors import Factor, make_factor
from translations.stats.language.poly import Columns

FITTED = Call("fitted", (Name("."),), (None,))


@dataclass(frozen=True)
class Form:
    """A one-sided formula, read: `written` as R deparses it, the parts left of `|`, the grouping factors right of it.

    covariates: expressions as text, those that a `+` joins apart; () for `~ 1`
    groups:     factors as text, the outermost first; () without any
    of_fit:     whether the covariate is `fitted(.)`
    """

    written: str
    covariates: tuple[str, ...]
    groups: tuple[str, ...]
    of_fit: bool

    @property
    def variables(self) -> tuple[str, ...]:
        """Pieces of formula that a model frame must hold."""
        return (() if self.of_fit else self.covariates) + self.groups


def _sides(node: Node, operator: str) -> list[Node]:
    if isinstance(node, Call) and node.function == operator and len(node.args) == 2:
        return [*_sides(node.args[0], operator), *_sides(node.args[1], operator)]
    return [node]


def form_of(text: str, what: str) -> Form:
    """A one-sided formula. Raises ValueError naming `what` for text that is none."""
    if not isinstance(text, str):
        raise ValueError(f"{what} takes form='~ time | group', a formula as text, not {text!r:.60}")
    node = read(text)
    if not (isinstance(node, Call) and node.function == "~" and len(node.args) == 1):
        raise ValueError(f"{what} takes a one-sided formula, form='~ time | group', not {text!r}")
    inner = node.args[0]
    left, groups = (
        (inner.args[0], inner.args[1]) if isinstance(inner, Call) and inner.function == "|" else (inner, None)
    )
    operator = "*" if what.startswith("var") else "/"
    factors = () if groups is None else tuple(deparse(one) for one in _sides(groups, operator))
    parts = [one for one in _sides(left, "+") if not isinstance(one, Constant)]
    return Form(deparse(node), tuple(deparse(one) for one in parts), factors, parts == [FITTED])


def codes_of(groups: tuple[str, ...], frame: ModelFrame) -> np.ndarray | None:
    """The group of each row, (n,) from 0, in the order in which R takes them; None for no grouping.

    One factor's groups come as its levels; those of several in the order of their first rows.
    """
    if not groups:
        return None
    codes = [factor_of(one, frame)[0] for one in groups]
    if len(codes) == 1:
        return codes[0]
    _, first, joined = np.unique(np.column_stack(codes), axis=0, return_index=True, return_inverse=True)
    rank = np.empty(len(first), int)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return np.asarray(rank[joined.reshape(-1)])


def labels_of(groups: tuple[str, ...], frame: ModelFrame) -> np.ndarray:
    """The stratum of each row as text, (n,), levels of several factors joined by `*`."""
    texts = []
    for one in groups:
        codes, levels = factor_of(one, frame)
        texts.append(np.array(levels, object)[codes])
    return np.array(["*".join(parts) for parts in zip(*texts, strict=True)], object)


def numbers_of(covariates: tuple[str, ...], frame: ModelFrame, what: str) -> np.ndarray:
    """The covariates of each row, (n, k). Raises ValueError for one that is not numeric."""
    columns = []
    for one in covariates:
        (label,) = leaves(one)
        value = frame.variables[label]
        if isinstance(value, Factor | Columns):
            raise ValueError(f"the covariate {label} of {what} must be numeric")
        columns.append(np.asarray(value, float))
    return np.column_stack(columns) if columns else np.empty((frame.n, 0))


@dataclass(frozen=True)
class Block:
    """The groups whose rows have one pattern of covariates: rows (groups, m), covariates (m, k)."""

    rows: np.ndarray
    covariates: np.ndarray


def blocks_of(codes: np.ndarray | None, covariates: np.ndarray) -> list[Block]:
    """Rows shared out among blocks; without covariates a row's is its number in its group, from 1."""
    n = len(covariates)
    members = [np.arange(n)] if codes is None else [np.flatnonzero(codes == one) for one in np.unique(codes)]
    found: dict[bytes, list[np.ndarray]] = {}
    placed = {}
    for rows in members:
        at = covariates[rows] if covariates.shape[1] else np.arange(1.0, len(rows) + 1.0)[:, None]
        found.setdefault(at.tobytes(), []).append(rows)
        placed[at.tobytes()] = at
    return [Block(np.array(rows), placed[key]) for key, rows in found.items()]


__all__ = ["Block", "Form", "blocks_of", "codes_of", "form_of", "labels_of", "make_factor", "numbers_of"]
