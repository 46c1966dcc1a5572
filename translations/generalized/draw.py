"""Draws from a fitted generalized linear model on R's stream. R: the `simulate` of stats::family's objects."""
from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from translations.printing import NAN
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


class RecycledWeights(UserWarning):
    """R, which is followed, draws rows with the weights of others, and says at most that lengths do not fit."""

    ours = True  # comparisons with R's warnings leave it out


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


def draw(m: Glm, stream: RStream, mu: Floats, nsim: int) -> Floats:
    """`nsim` draws for each mean of `mu` (n,), one set after the other, (n nsim,). A mean that is NaN, of a row that
    na.exclude left out, has none, with R's warning, and takes nothing off the stream.

    Prior weights are recycled over those rows too, as in R: a `RecycledWeights` warns where that gives rows others'.
    """
    weighted = m.family.name in ("gaussian", "binomial", "Gamma") and (m.fit.prior != m.fit.prior[0]).any()
    if weighted and len(mu) != len(m.fit.prior):
        warnings.warn("rows that na.exclude left out have no prior weights, and R recycles the others over them: from "
                      "the first on, rows are drawn with the weights (for proportions, the numbers of trials) of "
                      "others. na_action='na.omit' has them right", RecycledWeights, stacklevel=5)
    name, total = m.family.name, len(mu) * nsim
    two = successes_and_failures(m.frame.variables[m.frame.formula.response or ""]) is not None
    means, prior = np.tile(mu, nsim), np.resize(m.fit.prior, total)
    if two:  # R draws these one simulation after the other
        prior = np.tile(prior[: len(mu)], nsim)
    if name == "gaussian":
        with np.errstate(divide="ignore"):
            return means + deviations(stream, np.sqrt(m.fit.deviance / m.fit.df_residual / prior))
    if name == "binomial":
        if (prior % 1.0 != 0.0).any():
            raise ValueError("cannot simulate from non-integer prior.weights")
        successes = _where_known(stream.rbinom, prior, means)
        return successes if two else proportions(successes, prior)
    if name == "poisson":
        if (prior != 1.0).any():
            warnings.warn("ignoring prior weights", stacklevel=5)
        return _where_known(stream.rpois, means)
    if name == "Gamma":
        if not (prior > 0.0).all():
            raise ValueError("simulating a Gamma response needs a positive weight for every observation, as in R")
        if (prior != 1.0).any():
            warnings.warn("using weights as shape parameters", WeightsNote, stacklevel=5)
        shape = gamma_shape(m)
        return _where_known(stream.rgamma, shape * prior, np.tile(shape * prior[: len(mu)] / mu, nsim))
    if m.family.theta is not None:
        theta = m.family.theta
        return _where_known(stream.rpois, means * stream.rgamma(total, theta, theta))
    raise ValueError(f"R cannot simulate from the '{name}' family")


def proportions(successes: Floats, trials: Floats) -> Floats:
    """Of so many trials, each (n,); R's NaN of none."""
    return np.where(trials == 0.0, NAN, successes / np.where(trials == 0.0, 1.0, trials))


def _where_known(sampler: Callable[..., Any], *parameters: Floats) -> Floats:
    """Draws of R's sampler where no parameter (n,) is NaN, which takes nothing off the stream; NaN elsewhere."""
    known = ~np.isnan(np.stack(parameters)).any(axis=0)
    if not known.all():
        warnings.warn("NAs produced", stacklevel=6)
    draws = np.full(len(known), np.nan)
    draws[known] = sampler(int(known.sum()), *(one[known] for one in parameters))
    return draws


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
