"""Simulated residuals, as R's package DHARMa has them, on R's random stream. Source: Dunn & Smyth (1996)."""
from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from translations.figures.catalogue import require_plotnine
from translations.figures.lattice import plot
from translations.generalized.model import Glm
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.model import LmerMod
from translations.printing import Vector
from translations.printing.objects import Printed
from translations.random import RStream
from translations.stats import generics
from translations.stats.arguments import as_count, require_choice
from translations.stats.hypothesis_tests.htest import HTest
from translations.stats.linear.linear_model import Lm

Floats = np.ndarray
SIDES = ("two.sided", "greater", "less")
INFLATED = ("DHARMa:testOutliers with type = binomial may have inflated Type I error rates for integer-valued "
            "distributions. To get a more exact result, it is recommended to re-run testOutliers with type = "
            "'bootstrap'. See ?testOutliers for details")
COUNTS = ("binomial", "poisson", "quasibinomial", "quasipoisson")


class DharmaNote(UserWarning):
    """What DHARMa says beside its answer; the text is R's message."""

    r_message = True  # R says it with message()


@dataclass(frozen=True, repr=False)
class SimulatedResiduals(Printed):
    """Where each response lies among those that the model simulates. R: class DHARMa.

    scaledResiduals: (n,), the share of simulations below the response: uniform if the model is right
    simulatedResponse: (n, nSim); observedResponse, fittedPredictedResponse: (n,), the latter without random effects
    integerResponse: whether responses are counts
    """

    fittedModel: Any  # noqa: N815
    scaledResiduals: Floats  # noqa: N815
    simulatedResponse: Floats  # noqa: N815
    observedResponse: Floats  # noqa: N815
    fittedPredictedResponse: Floats  # noqa: N815
    integerResponse: bool  # noqa: N815

    @property
    def nSim(self) -> int:  # noqa: N802
        """How many simulations."""
        return int(self.simulatedResponse.shape[1])

    def __str__(self) -> str:
        return (f"Simulated residuals of {len(self.scaledResiduals)} rows from {self.nSim} simulations: "
                "testUniformity, testDispersion, testOutliers, plot")

    def __repr__(self) -> str:
        return f"<SimulatedResiduals: {len(self.scaledResiduals)} rows, {self.nSim} simulations>"


@plot.register(SimulatedResiduals)
def _plot(x: SimulatedResiduals) -> Any:
    require_plotnine()
    from .plots import simulated_plot

    return simulated_plot(x)


def simulateResiduals(m: Any, n: int = 250, seed: int = 123) -> SimulatedResiduals:  # noqa: N802
    """Residuals between 0 and 1: the share of responses simulated from the model that are below the observed one. R:
    DHARMa::simulateResiduals.

    m: a model by `lm`, `glm`, `lmer` or `glmer`. n: how many simulations, with new random effects. seed: of R's stream.

    Returns a SimulatedResiduals, whose `scaledResiduals` are uniform where the model is right, of counts too, in which
    ties are broken at random.

    Raises ValueError for another model, or fewer than two simulations. Source: Hartig (2022), DHARMa.

    >>> m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> r.simulateResiduals(m).scaledResiduals[:6].tolist()
    [0.472, 0.456, 0.292, 0.808, 0.92, 0.988]
    """
    if not isinstance(m, Lm | Glm | LmerMod):
        raise ValueError(f"simulateResiduals needs a model, not {type(m).__name__}")
    if as_count(n, "n") < 2:
        raise ValueError("n must be 2 or more: residuals are shares of the simulations")
    stream = RStream(seed)
    family = getattr(m, "family", None)
    drawn = generics.simulate(m, n, seed=stream)
    simulated = drawn.to_numpy(dtype=float)[:, :: drawn.columns.nlevels]  # of successes and failures the first
    observed = _observed(m)
    if family is not None and family.name == "binomial":
        prior: Any = m.fit.prior if isinstance(m, Glm) else m.weights
        trials = np.asarray(prior, dtype=float)
        if _shares(m, simulated, trials):
            simulated = simulated * trials[:, None]
        observed = observed if _is_counts(m) else observed * trials
    below, upto = (simulated < observed[:, None]).mean(axis=1), (simulated <= observed[:, None]).mean(axis=1)
    scaled = below.copy()
    for row in np.flatnonzero(below != upto):
        scaled[row] = float(stream.runif(1, below[row], upto[row])[0])
    if isinstance(m, GlmerMod):
        fixed = generics.predict(m, type="response", re_form="~0")
    else:
        fixed = generics.predict(m, re_form="~0") if isinstance(m, LmerMod) else generics.fitted(m)
    return SimulatedResiduals(m, scaled, simulated, observed, np.asarray(fixed, dtype=float),
                              family is not None and family.name in COUNTS)


def _is_counts(m: Any) -> bool:
    from translations.stats.language.poly import Columns

    frame = m.design.frame if isinstance(m, LmerMod) else m.frame
    return isinstance(frame.variables.get(frame.formula.response or ""), Columns)


def _shares(m: Any, simulated: Floats, trials: Floats) -> bool:
    """Whether simulations are shares of trials, which are turned into counts."""
    return not _is_counts(m) and bool((trials != 1.0).any()) and bool((simulated <= 1.0).all())


def _observed(m: Any) -> Floats:
    """The response as it is compared: of two columns of counts the successes."""
    frame = m.design.frame if isinstance(m, LmerMod) else m.frame
    value: Any = frame.variables.get(frame.formula.response or "")
    if _is_counts(m):
        return np.asarray(value.values if hasattr(value, "values") else value, dtype=float)[:, 0]
    return np.asarray(frame.response, dtype=float)


def _of(x: Any) -> SimulatedResiduals:
    return x if isinstance(x, SimulatedResiduals) else simulateResiduals(x)


def testUniformity(x: Any, alternative: str = "two.sided") -> HTest:  # noqa: N802
    """Kolmogorov's and Smirnov's test that simulated residuals are uniform. R: DHARMa::testUniformity.

    x: what `simulateResiduals` gives, or a model. alternative: "two.sided", "less" or "greater".

    Returns a test; `str()` is R's text. Raises ValueError for an unknown alternative, or what is no model.

    >>> m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> round(r.testUniformity(m).p_value, 4)
    0.7687
    """
    from scipy import stats

    require_choice(alternative, SIDES, "alternative")
    u = _of(x).scaledResiduals
    ties, n = len(np.unique(u)) < len(u), len(u)
    exact = n < 100 and not ties
    side = alternative.replace(".", "-")
    found = stats.kstest(u, "uniform", alternative=side, method="exact" if exact else "asymp")
    p = float(found.pvalue)
    name = {"two.sided": "D", "less": "D^-", "greater": "D^+"}[alternative]
    if not exact:
        distance = float(np.sqrt(n) * found.statistic)
        p = _beyond(distance) if alternative == "two.sided" else float(np.exp(-2.0 * distance**2))
    said = {"two.sided": "two-sided", "less": "the CDF of x lies below the null hypothesis",
            "greater": "the CDF of x lies above the null hypothesis"}[alternative]
    return HTest(statistic=Vector([float(found.statistic)], index=[name]), p_value=p, alternative=said,
                 method=f"{'Exact' if exact else 'Asymptotic'} one-sample Kolmogorov-Smirnov test",
                 data_name="simulationOutput$scaledResiduals")


def _beyond(x: float, close: float = 1e-6) -> float:
    """P(Kolmogorov's limiting statistic > x), its series ended where R ends it. R: stats:::pkolmogorov_two_limit."""
    if x < 1.0:
        terms = np.arange(1, int(np.sqrt(2.0 - np.log(close))), 2)
        below = np.exp(-(terms**2) * np.pi**2 / (8.0 * x**2) - np.log(x)).sum() * np.sqrt(2.0 * np.pi)
        return float(1.0 - below)
    total, last, k = 1.0, 0.0, 1
    while abs(total - last) > close:
        last = total
        total += 2.0 * (-1.0) ** k * np.exp(-2.0 * x**2 * k**2)
        k += 1
    return float(1.0 - total)


def testDispersion(x: Any, alternative: str = "two.sided") -> HTest:  # noqa: N802
    """Whether responses vary about the predictions as simulated ones do. R: DHARMa::testDispersion.

    x: what `simulateResiduals` gives, or a model. alternative: "two.sided", "greater" (overdispersion) or "less".

    Returns a test: its statistic is the variance over the simulations' mean one. Raises ValueError for an unknown
    alternative, or what is no model.

    >>> m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> r.testDispersion(m).p_value
    0.912
    """
    require_choice(alternative, SIDES, "alternative")
    s = _of(x)
    expected = float(np.var(s.simulatedResponse, ddof=1))
    spread = np.var(s.simulatedResponse - s.fittedPredictedResponse[:, None], axis=0, ddof=1) / expected
    observed = float(np.var(s.observedResponse - s.fittedPredictedResponse, ddof=1)) / expected
    less, more = float((spread <= observed).mean()), float((spread >= observed).mean())
    p = {"two.sided": min(2.0 * min(less, more), 1.0), "less": less, "greater": more}[alternative]
    return HTest(statistic=Vector([observed / float(spread.mean())], index=["dispersion"]), p_value=p,
                 method="DHARMa nonparametric dispersion test via sd of residuals fitted vs. simulated",
                 data_name="simulationOutput", alternative=alternative)


def testOutliers(x: Any, alternative: str = "two.sided") -> HTest:  # noqa: N802
    """Whether more responses are beyond all simulations than should be, by the exact binomial test. R:
    DHARMa::testOutliers(type = "binomial").

    x: what `simulateResiduals` gives, or a model. alternative: "two.sided", "greater" or "less".

    Returns a test with its interval. Raises ValueError for an unknown alternative, or what is no model.

    >>> m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> round(r.testOutliers(m).p_value, 4)
    0.4112
    """
    from scipy import stats

    require_choice(alternative, SIDES, "alternative")
    s = _of(x)
    edge, n = 1.0 / (s.nSim + 1.0), len(s.scaledResiduals)
    count = int((s.scaledResiduals < edge).sum() + (s.scaledResiduals > 1.0 - edge).sum())
    found = stats.binomtest(count, n, 2.0 * edge, alternative.replace(".", "-"))
    limits = found.proportion_ci(0.95, "exact")
    if s.integerResponse and found.pvalue < 0.05:
        warnings.warn(INFLATED, DharmaNote, stacklevel=2)
    return HTest(
        statistic=Vector([float(count)], index=["outliers at both margin(s)"]), p_value=float(found.pvalue),
        parameter=Vector([float(n)], index=["observations"]), alternative=alternative,
        null_value=Vector([2.0 * edge], index=["probability of success"]),
        conf_int=np.array([limits.low, limits.high]), data_name="simulationOutput",
        estimate=Vector([count / n], index=[f"frequency of outliers (expected: {2.0 * edge:.15g} )"]),
        method="DHARMa outlier test based on exact binomial test with approximate expectations",
    )
