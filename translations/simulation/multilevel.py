"""The chapter's data-generating process (section 5.3.3), on R's stream.

    Y_sd = gamma0 + S_0s + (gamma1 + S_1s) X_sd + e_sd,   <S_0s, S_1s> ~ N(0, Sigma),   e_sd ~ N(0, sigma^2)

for subjects s and days of deprivation X = 0, ..., days - 1. In R, and in this order of draws:

    Sigma <- matrix(c(tau00^2, rho * tau00 * tau11, rho * tau00 * tau11, tau11^2), 2)
    S <- MASS::mvrnorm(subjects, c(0, 0), Sigma)
    e <- rnorm(subjects * days, 0, sigma)
    gone <- sample(subjects * days, round(missing * (subjects * days)))
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from translations.lme4.results.simulate import as_stream, skip_normals
from translations.random import RStream
from translations.random.stream import symmetric_eigen

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Design:
    """Parameters of the data-generating process; the defaults are near what the chapter estimates from `sleep2`.

    gamma0, gamma1: grand intercept (ms) and slope (ms a day). tau00, tau11: standard deviations of the subjects'
    intercepts and slopes, rho their correlation. sigma: residual standard deviation. missing: the fraction of
    observations that is lost.

    Raises ValueError naming a parameter that is out of its range.
    """

    gamma0: float = 268.0
    gamma1: float = 11.4
    tau00: float = 31.0
    tau11: float = 6.7
    rho: float = 0.2
    sigma: float = 25.5
    subjects: int = 18
    days: int = 8
    missing: float = 0.0

    def __post_init__(self) -> None:
        wrong = [f"{name} must be finite" for name in ("gamma0", "gamma1") if not np.isfinite(getattr(self, name))]
        wrong += [
            f"{name} must not be negative"
            for name in ("tau00", "tau11", "sigma")
            if not 0.0 <= getattr(self, name) < np.inf
        ]
        wrong += [
            f"{name} must be a whole number, at least 2"
            for name in ("subjects", "days")
            if getattr(self, name) < 2 or getattr(self, name) != int(getattr(self, name))
        ]
        wrong += ["rho must lie between -1 and 1"] if not -1.0 <= self.rho <= 1.0 else []
        wrong += ["missing must be at least 0 and less than 1"] if not 0.0 <= self.missing < 1.0 else []
        if wrong:
            raise ValueError("; ".join(f"{what}, not {getattr(self, what.split()[0])}" for what in wrong))

    @property
    def n(self) -> int:
        """Observations before any are lost."""
        return self.subjects * self.days

    @property
    def lost(self) -> int:
        """How many are lost; R and Python both round halves to even."""
        return round(self.missing * self.n)

    @property
    def normals(self) -> int:
        """Normal draws that one data set takes: R's `rnorm` draws nothing for a standard deviation of 0."""
        return 2 * self.subjects + (self.n if self.sigma > 0.0 else 0)

    @cached_property
    def x(self) -> Floats:
        """Days of deprivation (n,), subject by subject."""
        return np.tile(np.arange(float(self.days)), self.subjects)

    @cached_property
    def codes(self) -> NDArray[np.int64]:
        """The subject of each observation (n,), from 0."""
        return np.repeat(np.arange(self.subjects), self.days)

    @cached_property
    def _roots(self) -> Floats:
        """V diag(sqrt(values)) (2, 2) of Sigma, with which mvrnorm turns normals into effects."""
        covariance = self.rho * self.tau00 * self.tau11
        values, vectors = symmetric_eigen(np.array([[self.tau00**2, covariance], [covariance, self.tau11**2]]))
        return vectors * np.sqrt(np.maximum(values, 0.0))

    def responses(self, z: Floats) -> Floats:
        """Data sets (c, n) from standard normals z (c, normals), added up in R's order."""
        k = self.subjects
        first, second = z[:, :k], z[:, k : 2 * k]
        S0, S1 = (row[0] * first + row[1] * second for row in self._roots)
        e = z[:, 2 * k :] * self.sigma if self.sigma > 0.0 else 0.0
        return self.gamma0 + S0[:, self.codes] + (self.gamma1 + S1[:, self.codes]) * self.x + e

    def draw(self, stream: RStream, count: int) -> Floats:
        """The next `count` data sets of the stream (count, n), with NaN for what is lost."""
        if not self.lost:
            return self.responses(stream.rnorm(count * self.normals).reshape(count, -1))
        Y = np.empty((count, self.n))
        for y in Y:
            y[:] = self.responses(stream.rnorm(self.normals)[None])[0]
            y[stream.sample_int(self.n, self.lost) - 1] = np.nan
        return Y

    def skip(self, stream: RStream, count: int) -> None:
        """Move the stream past `count` data sets. How many words `sample` takes depends on what it draws; normals take
        two each."""
        if not self.lost:
            skip_normals(stream, count * self.normals)
            return
        for _ in range(count):
            skip_normals(stream, self.normals)
            stream.sample_int(self.n, self.lost)

    def frame(self, y: Floats) -> pd.DataFrame:
        """A data set (n,) as the chapter has it: Subject (categorical), days_deprived, Reaction."""
        names = pd.Index([str(s + 1) for s in range(self.subjects)])
        subject = pd.Categorical.from_codes(list(self.codes), categories=names)
        return pd.DataFrame({"Subject": subject, "days_deprived": self.x.astype(int), "Reaction": y})

    @property
    def truth(self) -> dict[str, float]:
        """The six parameters that a fit estimates."""
        return {name: value for name, value in asdict(self).items() if name not in ("subjects", "days", "missing")}


def simulate_multilevel(
    gamma0: float = 268.0,
    gamma1: float = 11.4,
    tau00: float = 31.0,
    tau11: float = 6.7,
    rho: float = 0.2,
    sigma: float = 25.5,
    subjects: int = 18,
    days: int = 8,
    missing: float = 0.0,
    seed: int | RStream | None = None,
) -> pd.DataFrame:
    """One data set of the chapter's data-generating process, on R's random stream. R has no such function.

    gamma0: mean reaction time at the baseline (ms). gamma1: mean slope (ms a day). tau00, tau11: standard deviations of
    the subjects' intercepts (ms) and slopes (ms a day). rho: their correlation. sigma: residual standard deviation
    (ms). subjects, days: numbers of them. missing: the share of observations lost. seed: a number as `set.seed` takes
    it, or a stream, drawn on from where it is: `[simulate_multilevel(seed=stream) for _ in range(10)]` is ten calls
    after one `set.seed`. The draws are R's (see the module).

    Returns a frame of subjects x days rows: Subject, days_deprived, Reaction (ms), NaN where it is lost.

    Raises ValueError naming a parameter that is out of its range.

    >>> r.simulate_multilevel(subjects=2, days=2, seed=1).round(2)
      Subject  days_deprived  Reaction
    0       1              0    295.57
    1       1              1    284.00
    2       2              0    275.21
    3       2              1    282.30
    """
    design = Design(gamma0, gamma1, tau00, tau11, rho, sigma, subjects, days, missing)
    return design.frame(design.draw(as_stream(seed), 1)[0])


def parameters(given: dict[str, Any]) -> Design:
    """A design from named parameters. Raises ValueError naming an unknown one."""
    unknown = set(given) - set(Design.__dataclass_fields__)
    if unknown:
        raise ValueError(f"unknown parameters {sorted(unknown)}; there are {', '.join(Design.__dataclass_fields__)}")
    return Design(**given)
