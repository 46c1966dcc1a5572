"""What of a mixed model does not depend on the response: from formula and data to matrices and random-effects terms."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from translations.arrays import Floats
from translations.stats.formulas.design import ModelMatrix, design
from translations.stats.formulas.frame import ModelFrame, factor_of, model_frame
from translations.stats.formulas.rank import drop_aliased

from . import checks
from .autoscale import Scaling, autoscaled
from .control import LmerControl, ParityNote
from .formula import Bar, MixedFormula
from .structure import RandomStructure, RandomTerm, lme4_order


@dataclass(frozen=True)
class Design:
    """What of a model does not depend on the response's values.

    formula: the split formula; frame: the model frame (n rows); X: the fixed-effects matrix as built; kept: positions
    of the columns of full rank that are fitted; dropped: names of the others; random: terms and blocks;
    designs: the model matrix behind each, in lme4's order, which new data are put through; scale_message: R's warning
    on scales, or None; scaling: of X, by `autoscale`.
    """

    formula: MixedFormula
    frame: ModelFrame
    X: ModelMatrix
    kept: np.ndarray
    dropped: list[str]
    random: RandomStructure
    designs: tuple[ModelMatrix, ...]
    scale_message: str | None
    scaling: Scaling | None = None

    @cached_property
    def X_fitted(self) -> Floats:  # noqa: N802
        """(n, p), the columns of full rank."""
        return self.X.values if not self.dropped else self.X.values[:, self.kept]

    @cached_property
    def names(self) -> list[str]:
        """Names of the p fixed effects."""
        return [self.X.names[i] for i in self.kept]


def build_design(
    formula: MixedFormula,
    data: Any,
    control: LmerControl,
    subset: Any = None,
    weights: Any = None,
    na_action: str = "na.omit",
    offset: Any = None,
    contrasts: Mapping[str, Any] | None = None,
    generalized: bool = False,
) -> Design:
    """Model frame, fixed-effects matrix and random-effects terms, checked as lme4 checks them (R: lFormula, and
    glFormula where `generalized`).
    """
    frame = model_frame(
        formula.fixed, data, subset=subset, weights=weights, offset=offset, na_action=na_action, extra=formula.pieces
    )
    terms_and_designs = [_random_term(bar, frame) for bar in formula.bars]
    designs = {id(term): matrix for term, matrix in terms_and_designs}
    terms = lme4_order([term for term, _ in terms_and_designs])
    X, scaling = autoscaled(design(frame.formula, frame, contrasts), control)
    kept = drop_aliased(X.values)
    dropped = [X.names[i] for i in sorted({*range(len(X.names))}.difference(kept.tolist()))]
    scale_message = checks.check_design(frame, terms, X.values[:, kept] if dropped else X.values, dropped, control,
                                        generalized)
    return Design(
        formula, frame, X, kept, dropped, RandomStructure(terms), tuple(designs[id(t)] for t in terms), scale_message,
        None if dropped else scaling
    )


def _random_term(bar: Bar, frame: ModelFrame) -> tuple[RandomTerm, ModelMatrix]:
    """A term and the model matrix of its effects, whose factors have R's default contrasts: as in lme4, `contrasts`
    is for the fixed effects.
    """
    codes, levels = factor_of(bar.group, frame)
    _say_where_lme4_refuses(bar, frame)
    if (codes < 0).any():
        raise ValueError(f"the grouping factor {bar.group} has missing values")
    matrix = design(f"~ {bar.effects}", frame)
    if not matrix.names:
        raise ValueError(f"the random-effects term ({bar.label}) has no effects")
    Z = np.ascontiguousarray(matrix.values)
    term = RandomTerm(
        bar.label, bar.name, list(matrix.names), levels, codes.astype(np.int64, copy=False), Z,
        bar.covariance(Z.shape[1])
    )
    return term, matrix


def _say_where_lme4_refuses(bar: Bar, frame: ModelFrame) -> None:
    """Warn of a grouping factor that is computed from columns which are not variables of the model themselves: lme4
    looks for them in the model frame, which does not hold them, and stops (R: mkBlist).
    """
    if absent := sorted(bar.computed_from - set(frame.variables)):
        warnings.warn(
            f"lme4 refuses the grouping factor {bar.group}, since {', '.join(absent)} is no variable of the model "
            "frame; here it is computed from the data. In R make it a column first", ParityNote, stacklevel=4)
