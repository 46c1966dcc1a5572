"""R's generic functions about what a model was made of: declared as in `generics`."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .dispatch import generic

if TYPE_CHECKING:
    import pandas as pd

    from translations.generalized.families import Family
    from translations.printing import Vector

    from .linear.model_parts import Terms


@generic
def model_frame(object: Any, /, data: Any = None) -> pd.DataFrame:
    """The variables of a model on the rows that it uses. R: stats::model.frame.

    object: a model, or a formula with data. data: frame or mapping of columns.

    Returns a frame (n, variables), the response first, then as they stand in the formula, grouping factors too, and
    "(weights)" and "(offset)" where there are some; a matrix such as poly(x, 2) has a column for each of its own.

    Raises KeyError for a missing column, ValueError for an object that is neither model nor text.

    >>> print(r.model_frame(r.lm("log(Reaction) ~ Days", r.sleepstudy())).head(2).round(4))
       log(Reaction)  Days
    1         5.5197   0.0
    2         5.5557   1.0
    """


@generic
def terms(object: Any, /) -> Terms:
    """The terms of a model's formula; of a mixed model those of its fixed effects. R: stats::terms.

    object: a model, or a formula.

    Returns an object with `.term_labels`, `.factors` (a Matrix, variables by terms: 1 by contrasts, 2 by dummies),
    `.order`, `.intercept`, `.response`, `.variables`: `str()` is R's text.

    Raises ValueError for an object that is neither model nor text.

    >>> r.terms("y ~ a * b").term_labels
    ['a', 'b', 'a:b']
    """


@generic
def weights(object: Any, /, type: str = "prior") -> Vector | None:
    """A model's weights. R: stats::weights.

    object: a model of n rows. type: "prior", those that it was given; of a generalized model also "working", those of
    its last iteration.

    Returns a Vector (n,), of a mixed model without names, or None for a linear model that was given none, as R does.

    Raises ValueError for an unknown type, or an object that is no model.

    >>> print(r.weights(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())).head(3))
    [1] 1 1 1
    """


@generic
def family(object: Any, /) -> Family:
    """A model's family of distributions: the normal one of linear and linear mixed models. R: stats::family.

    object: a model.

    Returns a family, with `.name` and `.link`: `str()` is R's text.

    Raises ValueError for an object that is no model.

    >>> print(r.family(r.lm("Reaction ~ Days", r.sleepstudy())))
    <BLANKLINE>
    Family: gaussian
    Link function: identity
    <BLANKLINE>
    """


@model_frame.register(str)
def _model_frame_of(formula: str, data: Any = None) -> pd.DataFrame:
    from .linear.model_parts import frame_of_text  # text has no module of ours that makes it

    return frame_of_text(formula, data)


@terms.register(str)
def _terms_of(formula: str) -> Terms:
    from .formulas.terms import parse
    from .linear.model_parts import terms_of

    return terms_of(parse(formula))
