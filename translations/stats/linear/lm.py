"""R's `lm`. The fitted model and the numbers are in `linear_model`; what is read off it in `lm_extract`,
`lm_influence`, `lm_tables` and `lm_predict`, which register their methods with the generics.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .. import generics
from ..calls import called, data_called
from ..formulas.design import design
from ..formulas.frame import model_frame
from ..formulas.terms import update_formula
from . import lm_extract, lm_influence, lm_predict, lm_tables
from .linear_model import Lm, fit

__all__ = ["Lm", "lm", "lm_extract", "lm_influence", "lm_predict", "lm_tables"]


def lm(
    formula: str, data: Any, weights: Any = None, subset: Any = None, na_action: str = "na.omit",
    contrasts: Mapping[str, Any] | None = None, offset: Any = None,
) -> Lm:
    """Fit a linear model by (weighted) least squares. R: stats::lm.

    formula:         R's, as text: "Reaction ~ days_deprived * Subject"
    data:            a DataFrame or a mapping of columns, n rows
    weights, offset: an array (n,), a column's name, or an expression as text
    subset:          a boolean array (n,), or a condition as text
    na_action:       "na.omit", "na.exclude" or "na.fail"
    contrasts:       by factor, a name ("contr.sum"), a `contr_*` function or a matrix

    Returns the model: `str()` is R's text; `summary`, `coef`, `confint`, ... take it.

    Raises KeyError for a missing column; ValueError for a response that is not numeric, infinite values, negative
    weights, a factor with one level.

    >>> sleepstudy = r.sleepstudy()
    >>> print(r.lm("Reaction ~ Days", sleepstudy))
    <BLANKLINE>
    Call:
    lm(formula = Reaction ~ Days, data = sleepstudy)
    <BLANKLINE>
    Coefficients:
    (Intercept)         Days
         251.41        10.47
    """
    if na_action == "na.pass":
        raise ValueError("lm cannot use rows with missing values: choose 'na.omit', 'na.exclude' or 'na.fail'")
    frame = model_frame(formula, data, subset=subset, weights=weights, offset=offset, na_action=na_action)
    arguments = {
        "subset": subset, "weights": weights, "na_action": na_action, "contrasts": contrasts, "offset": offset,
    }  # as R prints a call: in the order of R's lm, not of ours
    data_name = data_called(data, "lm")
    return fit(frame, design(frame.formula, frame, contrasts), data, data_name, arguments)


@generics.update.register(Lm)
def _update(m: Lm, formula: str | None = None, data: Any = None, **changes: Any) -> Lm:
    """The model refitted with `formula` (whose `.` is the old side) or other arguments of `lm` changed."""
    old = m.frame.formula
    text = old.written if formula is None else update_formula(old.text, formula)
    again = lm(text, m.data if data is None else data, **{**m.arguments, **changes})
    same = again.data is m.data
    return replace(again, data_name=m.data_name if same else called(again.data, again.data_name, "update", 9, "data"))
