"""What a mixed model was made of: frame, terms, weights, family. R: model.frame, terms, weights, family of merMod."""
from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from translations.generalized.begin import starts_of
from translations.printing import Vector
from translations.settings import since
from translations.stats import model_generics
from translations.stats.arguments import require_choice
from translations.stats.linear.model_parts import Terms, frame_of, terms_of

from ..model import LmerMod

if TYPE_CHECKING:
    from translations.generalized.families import Family


@model_generics.model_frame.register(LmerMod)
def _model_frame(m: LmerMod) -> pd.DataFrame:
    """The variables of fixed and random effects."""
    starts = starts_of(m.arguments, m.design.frame, m.data)
    return frame_of(m.design.frame, m.arguments.get("offset") is not None, starts)


@model_generics.terms.register(LmerMod)
def _terms(m: LmerMod) -> Terms:
    """The terms of the fixed effects."""
    return terms_of(m.design.X.formula)


@model_generics.weights.register(LmerMod)
def _weights(m: LmerMod, type: str = "prior") -> Vector:
    """Prior weights (n,), 1 where none were given, without names; "working" those of a generalized model's last step.

    Since lme4 2.1 na_action="na.exclude" puts NaN where rows were left out, and a linear model's working weights are
    its prior ones; before, they are refused. R: weights.merMod.
    """
    require_choice(type, ("prior", "working"), "type of weights")
    if type == "working" and not m.generalized and not since("2.1"):
        raise ValueError("working weights only available for GLMMs: type='prior' has those of a linear model")
    own = m.working_weights if type == "working" and m.generalized else m.weights
    return Vector(m.design.frame.pad(own) if since("2.1") else own)


@model_generics.family.register(LmerMod)
def _family(m: LmerMod) -> Family:
    from translations.generalized.families import gaussian

    own: Family | None = getattr(m, "family", None)  # of a generalized one
    return gaussian() if own is None else own
