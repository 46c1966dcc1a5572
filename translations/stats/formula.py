"""R's model frames and model matrices: the names the rest of the package uses.

    formula = parse("Reaction ~ days_deprived * group")
    frame = model_frame(formula, data, na_action="na.omit", extra=["Subject"])
    X = design(formula, frame)          # X.values (n, p), X.names, X.assign
    X.for_newdata(newdata).values
    codes, levels = factor_of("Subject", frame)
"""
from __future__ import annotations

from .formulas.design import ModelMatrix, design
from .formulas.frame import ModelFrame, factor_of, model_frame
from .formulas.rank import drop_aliased
from .formulas.terms import Formula, Term, parse, update_formula
from .language.expressions import deparse, read

__all__ = [
    "Formula", "ModelFrame", "ModelMatrix", "Term", "deparse", "design", "drop_aliased", "factor_of", "model_frame",
    "parse", "read", "update_formula",
]
