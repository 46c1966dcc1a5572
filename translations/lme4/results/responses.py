"""Responses of generalized linear mixed models, drawn on R's stream. R: lme4's simulate.merMod and its simfunList."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.generalized.draw import WeightsNote, in_two_columns, of_levels, proportions, successes_and_failures
from translations.generalized.families import Family
from translations.random import RStream
from translations.settings import since
from translations.stats.formulas.frame import Variable

from ..control import ParityNote
from .simulate import Simulator


@dataclass(frozen=True)
class Responses:
    """What is drawn: of which family, with which sigma (1 where the dispersion is known), as what kind of response;
    None: there is none to go by.
    """

    family: Family
    sigma: float
    kind: Variable | None = None

    def draws(self, simulator: Simulator, stream: RStream, nsim: int, weights: Floats) -> Floats:
        """Responses (nsim, n): R draws the random effects of all simulations first, then all responses."""
        n, q = simulator.n, simulator.q
        u = stream.rnorm(q * nsim).reshape(nsim, q)
        eta = replace(simulator, sigma=1.0).responses(u, np.zeros((nsim, n)))
        mu = self.family.link.linkinv(eta).ravel()
        return self._drawn(stream, mu, np.resize(weights, len(mu))).reshape(nsim, n)

    def frame(self, columns: Floats, trials: Floats, index: pd.Index) -> pd.DataFrame:
        """What was drawn, (nsim, n), of the response's own kind: levels of a factor, counts as integers, successes
        beside failures (n, 2) each of so many trials (n,).
        """
        if (two := successes_and_failures(self.kind)) is not None:
            return in_two_columns(columns, trials, two.labels, index)
        return pd.DataFrame({f"sim_{i + 1}": self._of_kind(one) for i, one in enumerate(columns)}, index=index)

    def _of_kind(self, simulated: Floats) -> Any:
        of_kind = of_levels(self.kind, simulated)
        counts = self.family.name == "poisson" or self.family.theta is not None
        return simulated.astype(int) if of_kind is simulated and counts and not np.isnan(simulated).any() else of_kind

    def _drawn(self, stream: RStream, mu: Floats, weights: Floats) -> Floats:
        """Responses about the means mu, (n,), and NaN, with a warning, where the family has no such mean, which a link
        other than its own may give. As in R, these take nothing off the stream.
        """
        most = 1.0 if self.family.name == "binomial" else np.inf
        own = np.isfinite(mu) if self.family.name == "gaussian" else (mu >= 0.0) & (mu <= most)
        if own.all():
            return self._about(stream, mu, weights)
        warnings.warn("NAs produced", stacklevel=6)
        warnings.warn(f"{np.count_nonzero(~own)} of {len(mu)} means are no {self.family.name} response's: the link "
                      f"{self.family.link.name} allows them", ParityNote, stacklevel=6)
        out = np.full(len(mu), np.nan)
        out[own] = self._about(stream, mu[own], weights[own])
        return out

    def _about(self, stream: RStream, mu: Floats, weights: Floats) -> Floats:
        name, count = self.family.name, len(mu)
        if name == "binomial":
            if (weights % 1.0 != 0.0).any():
                raise ValueError("cannot simulate from non-integer prior.weights")
            successes = np.asarray(stream.rbinom(count, weights, mu), dtype=float)
            return successes if successes_and_failures(self.kind) is not None else proportions(successes, weights)
        if name == "Gamma":
            shape = (1.0 / self.sigma**2 if since("1.1-37") else self.sigma) * weights
            if not since("1.1-37"):
                warnings.warn("as lme4 1.1-31, whose Gamma draws have sigma for their shape where it is 1 / sigma²",
                              ParityNote, stacklevel=7)
            if (weights != 1.0).any():
                warnings.warn("using weights to scale shape parameter", WeightsNote, stacklevel=7)
            return np.asarray(stream.rgamma(count, shape, shape / mu), dtype=float)
        if name == "inverse.gaussian":
            warnings.warn("as lme4, whose inverse Gaussian draws have 1 / sigma for their shape where it is 1 / sigma²",
                          ParityNote, stacklevel=7)
            if (weights != 1.0).any():
                warnings.warn("using weights as inverse variances", WeightsNote, stacklevel=7)
            return _inverse_gaussian(stream, mu, self.sigma / weights)
        if (weights != 1.0).any():
            warnings.warn("ignoring prior weights", stacklevel=7)
        if name == "poisson":
            return np.asarray(stream.rpois(count, mu), dtype=float)
        if name == "gaussian":
            return mu + stream.rnorm(count, 0.0, self.sigma)
        if self.family.theta is not None:
            return np.asarray(_negative_binomial(stream, self.family.theta, mu), dtype=float)
        raise ValueError(f"simulation not implemented for family '{name}'")


def _inverse_gaussian(stream: RStream, mu: Floats, dispersion: Floats) -> Floats:
    """Draws with these means, NaN where one is not positive; variance mu³ dispersion. All normal draws come before all
    uniform ones, as in statmod's rinvgauss. Source: Michael, Schucany & Haas (1976), The American Statistician 30.
    """
    out, own = np.full(len(mu), np.nan), np.isfinite(mu) & (mu > 0.0)
    count = int(own.sum())
    y = stream.rnorm(count) ** 2 * dispersion[own] * mu[own]
    with np.errstate(divide="ignore"):
        root = np.where(y > 5e5, 1.0 / y, 1.0 + y / 2.0 * (1.0 - np.sqrt(1.0 + 4.0 / y)))
    small = stream.runif(count) < 1.0 / (1.0 + root)
    out[own] = mu[own] * np.where(small, root, 1.0 / root)
    return out


def _negative_binomial(stream: RStream, theta: float, mu: Floats) -> list[float]:
    """R's rnbinom(mu=): a Poisson draw after each gamma draw."""
    out = []
    for mean in mu:
        rate = float(stream.rgamma(1, theta, None, mean / theta)[0])
        out.append(float(stream.rpois(1, rate)[0]))
    return out
