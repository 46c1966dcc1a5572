"""The information criteria of one or several fitted models."""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from . import generics
from .arguments import as_number
from .calls import called


def criterion(name: str, m: Any, more: tuple[Any, ...], k: float | None) -> float | pd.DataFrame:
    """-2 log-likelihood + k df, k = log(nobs) when None; for several models a frame, a row a model (R: AIC, BIC).

    The rows are called what the caller calls the models, or by number.
    """
    models = (m, *more)
    k = None if k is None else as_number(k, "k")
    likelihoods = [generics.logLik(each) for each in models]
    penalties = [float(np.log(ll.nobs)) if k is None else k for ll in likelihoods]
    values = [-2.0 * float(ll) + penalty * ll.df for ll, penalty in zip(likelihoods, penalties, strict=True)]
    if not more:
        return values[0]
    if len({ll.nobs for ll in likelihoods}) > 1:
        warnings.warn("models are not all fitted to the same number of observations", UserWarning, stacklevel=4)
    rows = [called(each, str(i + 1), name, i) for i, each in enumerate(models)]
    return pd.DataFrame({"df": [ll.df for ll in likelihoods], name: values}, index=rows)


def has_criteria(model: type) -> None:
    """AIC and BIC of a class of models are those of its log-likelihood."""

    @generics.AIC.register(model)
    def _AIC(m: Any, *more: Any, k: float = 2.0) -> float | pd.DataFrame:
        return criterion("AIC", m, more, k)

    @generics.BIC.register(model)
    def _BIC(m: Any, *more: Any) -> float | pd.DataFrame:
        return criterion("BIC", m, more, None)
