"""Hypotheses L beta = 0 on fixed effects: as they are asked, and as a small model within a large one says them."""
from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from translations.arrays import Floats
from translations.printing.rounding import zapsmall
from translations.stats.arguments import as_numbers
from translations.stats.formulas.rank import drop_aliased

from ..design import build_design
from ..fit import fit
from ..formula import split
from ..model import LmerMod
from ..results.update import update_mixed


def as_contrasts(m: LmerMod, L: Any) -> Floats:  # noqa: N803
    """L as an array (c, p). Raises ValueError when it has not one column a fixed effect."""
    rows = np.atleast_2d(as_numbers(L, "a contrast"))
    if rows.ndim != 2 or rows.shape[1] != m.p:
        names = ", ".join(m.design.names)
        raise ValueError(f"a contrast needs {m.p} values, one a fixed effect ({names}); L has shape {rows.shape}")
    return rows


def as_reml(m: LmerMod) -> LmerMod:
    """The model by REML, refitted from the default start when it was fitted by maximum likelihood."""
    if m.REML:
        return m
    return fit(m.design, m.y, True, m.control, m.pls, None, m.data_name, m.data, {**m.arguments, "start": None})


def compared(large: LmerMod, small: Any) -> tuple[LmerMod, LmerMod | None, Floats]:
    """The larger of two models, fitted by REML, the other one (None for a matrix), and the hypothesis L (c, p).

    small: a model, a formula or a matrix. Raises ValueError for models that are not nested, and where L is zero.
    """
    if isinstance(small, str):
        small = small_design(large, small)
    if not isinstance(small, LmerMod):
        L = full_rank(as_contrasts(large, small))
        if not L.any():
            raise ValueError("the hypothesis matrix holds nothing but zeros")
        return as_reml(large), None, L
    if small.p > large.p:
        large, small = small, large
    return as_reml(large), small, restriction_matrix(large.design.X_fitted, small.design.X_fitted)


def small_design(m: LmerMod, formula: str) -> LmerMod:
    """`m` with the design of `formula` in place of its own: enough to compare columns with, and not fitted."""
    names = ("subset", "weights", "na_action", "offset", "contrasts")
    given = {name: m.arguments[name] for name in names if m.arguments.get(name) is not None}
    built = build_design(split(update_mixed(m.design.formula.text, formula)), m.data, m.control, **given)
    return replace(m, design=built)


def restriction_matrix(X: Floats, X2: Floats) -> Floats:  # noqa: N803
    """L (c, p), orthonormal rows, with L beta = 0 just when X beta is in the span of X2. R: make_restriction_matrix.

    X (n, p) of full rank, X2 (n, p2). Raises ValueError when X2 is not within X's span or spans as much.
    """
    if len(X) != len(X2):
        raise ValueError(f"the models must be fitted to the same data: the large one has {len(X)} observations, the "
                         f"small one {len(X2)}")
    rank, rank2 = np.linalg.matrix_rank(X), np.linalg.matrix_rank(X2)
    both = np.hstack([X2, X])
    if np.linalg.matrix_rank(both) > rank or rank2 >= rank:
        raise ValueError("the models' fixed effects are the same, or not nested: the columns of the small model must "
                         "lie in the span of the large one's")
    basis, _ = np.linalg.qr(both[:, drop_aliased(both)])
    rows, _ = np.linalg.qr((basis[:, rank2:rank].T @ X).T)
    return zapsmall(rows.T, 7)


def full_rank(L: Floats) -> Floats:  # noqa: N803
    """L (c, p), or an orthonormal basis of its rows' span when they depend on each other. R: force_full_rank."""
    rank = int(np.linalg.matrix_rank(L))
    if rank == len(L):
        return L
    return np.linalg.qr(L.T[:, drop_aliased(L.T)])[0].T
