"""Draws from a fitted generalized linear model on R's stream. R: the `simulate` of stats::family's objects."""
from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from translations.stats.language.factors import Factor
from translations.stats.language.poly import Columns
from translations.stats.linear.lm_extract import deviations

from .links import Floats

if TYPE_CHECKING:
    from translations.random import RStream

    from .model import Glm


class WeightsNote(UserWarning):
    """What prior weights are taken for where responses are drawn; the text is R's message."""

    r_message = True


def successes_and_failures(response: Any) -> Columns | None:
    """A response as it was given where it is of two columns, else None."""
    return response if isinstance(response, Columns) and response.values.shape[1] == 2 else None


def in_two_columns(successes: Floats, trials: Floats, labels: Sequence[str], index: pd.Index) -> pd.DataFrame:
    """Simulated successes (nsim, n) of `trials` (n,), and the failures: (n, 2 nsim), in columns of two levels, sim_1,
    ..., and the response's `labels`.
    """
    columns = pd.MultiIndex.from_product([[f"sim_{i + 1}" for i in range(len(successes))], list(labels)])
    both = np.stack([successes, trials - successes], axis=1)
    return pd.DataFrame(both.reshape(-1, len(trials)).T, index=index, columns=columns)


def of_levels(response: Any, simulated: Floats) -> Any:
    """Simulated successes (n,), NaN where there are none, as levels where the response is a factor."""
    if not isinstance(response, Factor) or response.logical:
        return simulated
    codes = np.where(np.isnan(simulated), -1, simulated).astype(int)
    return pd.Categorical.from_codes(codes, categories=list(response.levels))  # type: ignore[call-overload]


def draw(m: Glm, stream: RStream, mu: Floats) -> Floats:
    """One draw for each mean of `mu` (n times simulations,); prior weights are recycled over it."""
    prior = np.resize(m.fit.prior, len(mu))
    name = m.family.name
    if name == "gaussian":
        with np.errstate(divide="ignore"):
            return mu + deviations(stream, np.sqrt(m.fit.deviance / m.fit.df_residual / prior))
    if name == "binomial":
        if (prior % 1.0 != 0.0).any():
            raise ValueError("cannot simulate from non-integer prior.weights")
        successes = np.asarray(stream.rbinom(len(mu), prior, mu), float)
        two = successes_and_failures(m.frame.variables[m.frame.formula.response or ""])
        return successes / prior if two is None else successes
    if name == "poisson":
        if (prior != 1.0).any():
            warnings.warn("ignoring prior weights", stacklevel=5)
        return np.asarray(stream.rpois(len(mu), mu), float)
    if name == "Gamma":
        if not (prior > 0.0).all():
            raise ValueError("simulating a Gamma response needs a positive weight for every observation, as in R")
        if (prior != 1.0).any():
            warnings.warn("using weights as shape parameters", WeightsNote, stacklevel=5)
        shape = gamma_shape(m) * prior
        return np.asarray(stream.rgamma(len(mu), shape, shape / mu), float)
    if m.family.theta is not None:
        theta = m.family.theta
        return np.asarray(stream.rpois(len(mu), mu * stream.rgamma(len(mu), theta, theta)), float)
    raise ValueError(f"R cannot simulate from the '{name}' family")


def gamma_shape(m: Glm, tolerance: float = float(np.finfo(float).eps) ** 0.25, steps: int = 10) -> float:
    """The maximum-likelihood shape given the fitted means. R: MASS::gamma.shape; Venables & Ripley (2002), 7.6."""
    from scipy.special import digamma, polygamma

    y, mu, A = m.fit.y, m.fit.mu, m.fit.prior
    bar = m.fit.deviance / m.fit.df_residual
    alpha = (6.0 + 2.0 * bar) / (bar * (6.0 + bar))
    fixed = -y / mu - np.log(mu) + np.log(A) + 1.0 + np.log(y + (y == 0.0))
    for _ in range(steps):
        score = np.sum(A * (fixed + np.log(alpha) - digamma(A * alpha)))
        information = np.sum(A * (A * polygamma(1, A * alpha) - 1.0 / alpha))
        step = score / information
        alpha += step
        if abs(step) <= tolerance:
            break
    return float(alpha)
