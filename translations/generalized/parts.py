"""What a generalized linear model was made of: frame, terms, weights, family; a linear model has a family too."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Vector
from translations.stats import coefficient_generics, model_generics
from translations.stats.arguments import require_choice
from translations.stats.linear.aliased import Aliased, aliased, dummy_coefficients, effect_names, rotated
from translations.stats.linear.linear_model import Lm
from translations.stats.linear.model_parts import Terms, frame_of, terms_of
from translations.stats.model_generics import family as family

from .begin import starts_of
from .families import Family, gaussian
from .model import Glm


@model_generics.model_frame.register(Glm)
def _model_frame(m: Glm) -> pd.DataFrame:
    return frame_of(m.frame, m.arguments.get("offset") is not None, starts_of(m.arguments, m.frame, m.data))


@model_generics.terms.register(Glm)
def _terms(m: Glm) -> Terms:
    return terms_of(m.frame.formula)


@model_generics.weights.register(Glm)
def _weights(m: Glm, type: str = "prior") -> Vector:
    """Prior weights, for proportions the trials, or the working weights of the last iteration, (n,)."""
    require_choice(type, ("prior", "working"), "type of weights")
    return m.padded(m.fit.prior if type == "prior" else m.fit.weights)


@model_generics.family.register(Glm)
def _family(m: Glm) -> Family:
    return m.family


@model_generics.family.register(Lm)
def _normal(m: Lm) -> Family:
    return gaussian()


@coefficient_generics.alias.register(Glm)
def _alias(m: Glm, complete: bool = True, partial: bool = False) -> Aliased:
    return aliased(m, m.fit.weights, complete, partial)


@coefficient_generics.effects.register(Glm)
def _effects(m: Glm) -> Vector | None:
    """Of the last step's weighted least squares, (n,); none of a model without coefficients. R: effects.glm."""
    if not m.rank:
        return None
    used, root = m.fit.weights > 0.0, np.sqrt(m.fit.weights)
    values = rotated((m.X.values[:, m.kept] * root[:, None])[used], (m.fit.adjusted * root)[used])
    return Vector(values, index=effect_names(m, len(values)))


@coefficient_generics.dummy_coef.register(Glm)
def _dummy_coef(m: Glm, use_na: bool = False) -> dict[str, Any]:
    return dummy_coefficients(m, use_na)
