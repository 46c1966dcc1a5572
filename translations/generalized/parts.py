"""What a generalized linear model was made of: frame, terms, weights, family; a linear model has a family too."""
from __future__ import annotations

import pandas as pd

from translations.printing import Vector
from translations.stats import model_generics
from translations.stats.arguments import require_choice
from translations.stats.linear.linear_model import Lm
from translations.stats.linear.model_parts import Terms, frame_of, terms_of
from translations.stats.model_generics import family as family

from .families import Family, gaussian
from .model import Glm


@model_generics.model_frame.register(Glm)
def _model_frame(m: Glm) -> pd.DataFrame:
    return frame_of(m.frame, m.arguments.get("offset") is not None)


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
