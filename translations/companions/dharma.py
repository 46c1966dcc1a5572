"""Simulated residuals, as R's package DHARMa has them, on R's random stream. Source: Dunn & Smyth (1996)."""
from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from translations.figures.catalogue import require_plotnine
from translations.figures.lattice import plot
from translations.generalized.model import Glm
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.model import LmerMod
from translations.printing import Vector
from translations.printing.numbers import format_number
from translations.printing.objects import Printed
from translations.random import RStream
from translations.settings import option
from translations.stats import generics
from translations.stats.arguments import as_count, as_numbers, require_choice
from translations.stats.calls import called
from translations.stats.hypothesis_tests.htest import HTest, as_factor
from translations.stats.linear.linear_model import Lm

from .residual_patterns import (
    QUANTILES,
    GroupTests,
    QuantileTest,
    of_groups,
    of_quantiles,
    of_uniform,
    residual_pattern,
)

if TYPE_CHECKING:
    from plotnine import ggplot

Floats = np.ndarray
SIDES = ("two.sided", "greater", "less")
INFLATED = ("DHARMa:testOutliers with type = binomial may have inflated Type I error rates for integer-valued "
            "distributions. To get a more exact result, it is recommended to re-run testOutliers with type = "
            "'bootstrap'. See ?testOutliers for details")
ZEROS = "DHARMa zero-inflation test via comparison to expected zeros with simulation under H0 = fitted model"
COUNTS = ("binomial", "poisson", "quasibinomial", "quasipoisson")


class DharmaNote(UserWarning):
    """What DHARMa says beside its answer; the text is R's message."""

    r_message = True  # R says it with message()


@dataclass(frozen=True, repr=False, eq=False)
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
        shown = " ".join(format_number(one, option("digits")) for one in self.scaledResiduals[:20].tolist())
        return (f"Object of Class DHARMa with simulated residuals based on {self.nSim} simulations with refit = FALSE "
                f". See ?DHARMa::simulateResiduals for help. \n \nScaled residual values: {shown} ...")

    def __repr__(self) -> str:
        return f"<SimulatedResiduals: {len(self.scaledResiduals)} rows, {self.nSim} simulations>"


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
    scaled = _shares_below(simulated, observed, stream)
    if isinstance(m, GlmerMod):
        fixed = generics.predict(m, type="response", re_form="~0")
    else:
        fixed = generics.predict(m, re_form="~0") if isinstance(m, LmerMod) else generics.fitted(m)
    return SimulatedResiduals(m, scaled, simulated, observed, np.asarray(fixed, dtype=float),
                              family is not None and family.name in COUNTS)


@generics.residuals.register(SimulatedResiduals)
def _residuals(x: SimulatedResiduals) -> Vector:
    """The scaled residuals (n,). R: residuals.DHARMa."""
    return Vector(x.scaledResiduals)


def _shares_below(simulated: Floats, observed: Floats, stream: RStream) -> Floats:
    """The share of each row's simulations (n, nSim) below what was observed (n,), ties broken at random."""
    below, upto = (simulated < observed[:, None]).mean(axis=1), (simulated <= observed[:, None]).mean(axis=1)
    ties = np.flatnonzero(below != upto)
    scaled: Floats = below.copy()
    if len(ties):
        scaled[ties] = stream.runif(len(ties), below[ties], upto[ties])
    return scaled


def recalculateResiduals(x: Any, group: Any = None, aggregateBy: Callable[[Floats], float] = np.sum,  # noqa: N802, N803
                         sel: Any = None, seed: int = 123) -> SimulatedResiduals:
    """Simulated residuals of groups of rows: responses and simulations are added up in each, and compared again. R:
    DHARMa::recalculateResiduals.

    x: what `simulateResiduals` gives, or a model. group: of each row, (n,); None: each row by itself. aggregateBy: a
    function of a group's responses that gives a number. sel: a mask of the rows to take, (n,), or their positions, from
    0. seed: of R's stream.

    Returns a SimulatedResiduals of the groups, in the order of their levels.

    Raises ValueError for groups of another length, or what is no model.

    >>> d = r.load("grouseticks")
    >>> s = r.simulateResiduals(r.glm("TICKS ~ YEAR", r.poisson(), d))
    >>> r.recalculateResiduals(s, group=d["BROOD"])
    <SimulatedResiduals: 118 rows, 250 simulations>
    """
    s = _of(x)
    rows = np.arange(len(s.scaledResiduals))
    groups = as_factor(rows if group is None else group)
    if len(groups) != len(rows):
        raise ValueError(f"group has {len(groups)} values for {len(rows)} residuals")
    rows = rows if sel is None else rows[np.asarray(sel)]
    there = [rows[groups.codes[rows] == i] for i in range(len(groups.levels))]
    there = [one for one in there if len(one)]
    observed, fixed = (np.array([aggregateBy(y[one]) for one in there], dtype=float)
                       for y in (s.observedResponse, s.fittedPredictedResponse))
    simulated = np.array([np.apply_along_axis(aggregateBy, 0, s.simulatedResponse[one]) for one in there], dtype=float)
    return SimulatedResiduals(s.fittedModel, _shares_below(simulated, observed, RStream(seed)), simulated, observed,
                              fixed, s.integerResponse)


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
    require_choice(alternative, SIDES, "alternative")
    return of_uniform(_of(x).scaledResiduals, alternative)


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


def testGeneric(x: Any, summary: Callable[[Floats], float], alternative: str = "two.sided",  # noqa: N802
                methodName: str = "DHARMa generic simulation test") -> HTest:  # noqa: N803
    """Whether a number made of the responses is as in simulated ones. R: DHARMa::testGeneric.

    x: what `simulateResiduals` gives, or a model. summary: a function of responses (n,) that gives a number.
    alternative: "two.sided", "greater" or "less". methodName: the test's name in its text.

    Returns a test: its statistic is the number over the simulations' mean one. Raises ValueError for an unknown
    alternative, or what is no model.

    >>> m = r.glm("breaks ~ wool", r.poisson(), r.load("warpbreaks"))
    >>> r.testGeneric(m, lambda y: y.max()).p_value
    0.0
    """
    return _against_simulated(_of(x), summary, alternative, methodName, called(x, "x", "testGeneric", 0, "x"))


def _against_simulated(s: SimulatedResiduals, summary: Callable[[Floats], float], alternative: str, method: str,
                       name: str) -> HTest:
    require_choice(alternative, SIDES, "alternative")
    observed = float(summary(s.observedResponse))
    simulated = np.array([summary(one) for one in s.simulatedResponse.T], dtype=float)
    less, more = float((simulated <= observed).mean()), float((simulated >= observed).mean())
    p = {"two.sided": min(2.0 * min(less, more), 1.0), "less": less, "greater": more}[alternative]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = float(np.float64(observed) / simulated.mean())
    return HTest(statistic=Vector([ratio], index=["ratioObsSim"]), p_value=p, method=method,
                 data_name=name, alternative=alternative)


def testZeroInflation(x: Any, alternative: str = "two.sided") -> HTest:  # noqa: N802
    """Whether there are as many zeros as in simulated responses. R: DHARMa::testZeroInflation.

    x: what `simulateResiduals` gives, or a model. alternative: "two.sided", "greater" (too many) or "less".

    Returns a test, as `testGeneric`. Raises ValueError for an unknown alternative, or what is no model.

    >>> r.testZeroInflation(r.glm("TICKS ~ YEAR", r.poisson(), r.load("grouseticks"))).p_value
    0.0
    """
    return _against_simulated(_of(x), lambda y: float((y == 0.0).sum()), alternative, ZEROS, "simulationOutput")


def testOutliers(x: Any, alternative: str = "two.sided", type: str = "binomial", nBoot: int = 100,  # noqa: N802, N803
                 seed: int | None = None) -> HTest:
    """Whether more responses are beyond all simulations than should be. R: DHARMa::testOutliers.

    x: what `simulateResiduals` gives, or a model. alternative: "two.sided", "greater" or "less". type: "binomial", the
    exact test, or "bootstrap", R's default of counts of up to 500 rows: simulations take the responses' place. nBoot:
    how many do. seed: of R's stream; None: another each time.

    Returns a test with its interval. Raises ValueError for an unknown alternative or type, or what is no model.

    >>> m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> round(r.testOutliers(m).p_value, 4)
    0.4112
    """
    from scipy import stats

    require_choice(alternative, SIDES, "alternative")
    require_choice(type, ("binomial", "bootstrap"), "type")
    s, name = _of(x), called(x, "simulationOutput", "testOutliers", 0, "x")
    if type == "bootstrap":
        times = min(as_count(nBoot, "nBoot"), s.nSim)
        return replace(_outliers_by_bootstrap(s, alternative, times, RStream(seed)), data_name=name)
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
        conf_int=np.array([limits.low, limits.high]), data_name=name,
        estimate=Vector([count / n], index=[f"frequency of outliers (expected: {2.0 * edge:.15g} )"]),
        method="DHARMa outlier test based on exact binomial test with approximate expectations",
    )


def _outliers_by_bootstrap(s: SimulatedResiduals, alternative: str, times: int, stream: RStream) -> HTest:
    observed, n = _share_of_ends(s.scaledResiduals), len(s.scaledResiduals)
    drawn = np.empty(times)
    for i in range(times):
        others = np.delete(np.arange(s.nSim), i)
        chosen = np.asarray(stream.sample(others, s.nSim, replace=True))
        drawn[i] = _share_of_ends(_shares_below(s.simulatedResponse[:, chosen], s.simulatedResponse[:, i], stream))
    less, more = float((drawn <= observed).mean()), float((drawn >= observed).mean())
    return HTest(
        statistic=Vector([observed * n], index=["outliers at both margin(s)"]), alternative=alternative,
        p_value={"two.sided": min(2.0 * min(less, more), 1.0), "less": less, "greater": more}[alternative],
        parameter=Vector([float(n)], index=["observations"]), conf_int=np.quantile(drawn, [0.025, 0.975]),
        estimate=Vector([observed], index=[f"outlier frequency (expected: {drawn.mean():.15g} )"]),
        method="DHARMa bootstrapped outlier test", data_name="simulationOutput",
    )


def _share_of_ends(scaled: Floats) -> float:
    return float((scaled == 0.0).mean() + (scaled == 1.0).mean())


def _tied(predictions: Floats) -> Floats:
    """Predictions of which those that are equal but for rounding are equal: rows with the same predictors."""
    digits = 12 - math.ceil(math.log10(max(float(np.abs(predictions).max()), 1e-300)))
    return np.round(predictions, digits)


def testQuantiles(x: Any, predictor: Any = None, quantiles: Sequence[float] = QUANTILES) -> QuantileTest:  # noqa: N802
    """Whether quantiles of simulated residuals lie at their height, and flat, along the predictions. R:
    DHARMa::testQuantiles, by curves as qgam fits them.

    x: what `simulateResiduals` gives, or a model. predictor: (n,) numbers; None: the predictions without random
    effects. quantiles: between 0 and 1.

    Returns a test with `.pvals` and the curves in `.predictions`: `str()` is R's text. R's p-values have noise in the
    fourth digit, from where its searches stop, and of 2e-5 where they are small.

    Raises ValueError for a predictor of another length, a quantile outside 0 to 1, or what is no model. Sources:
    Fasiolo et al. (2021); Wood (2013).

    >>> m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> round(r.testQuantiles(m).p_value, 3)
    0.998
    """
    s = _of(x)
    pred = _tied(s.fittedPredictedResponse) if predictor is None else as_numbers(predictor, "predictor")
    return of_quantiles(pred, s.scaledResiduals, quantiles, called(x, "x", "testQuantiles", 0, "x"))


def testCategorical(x: Any, catPred: Any) -> GroupTests:  # noqa: N802, N803
    """Whether simulated residuals are uniform in each group, and vary alike. R: DHARMa::testCategorical.

    x: what `simulateResiduals` gives, or a model. catPred: the group of each row, (n,).

    Returns the tests; `str()` is what R writes above its figure. Raises ValueError for groups of another length, or
    what is no model. Source: Levene (1960), about medians.

    >>> d = r.sleepstudy()
    >>> print(r.testCategorical(r.lmer("Reaction ~ Days + (Days | Subject)", d), d["Subject"]))
    Within-group deviations from uniformity significant
    Levene Test for homogeneity of variance significant
    """
    return of_groups(_of(x).scaledResiduals, catPred)


def plotResiduals(x: Any, form: Any = None, quantreg: bool | None = None, rank: bool = True,  # noqa: N802
                  asFactor: bool | None = None, quantiles: Sequence[float] = QUANTILES) -> ggplot:  # noqa: N803
    """Simulated residuals along the predictions, with curves of their quantiles. R: DHARMa::plotResiduals.

    x: what `simulateResiduals` gives, or a model. form: (n,) numbers or groups instead of the predictions. quantreg:
    whether there are curves; None: up to 2,000 rows. rank: whether numbers are ranked, from 0 to 1. asFactor: whether
    numbers are taken for groups; None: fewer than 10 values of more than 10 rows each. quantiles: of the curves.

    Returns a plotnine figure, a box for each group instead; above it stands what `testQuantiles` or `testCategorical`
    finds, red where a p-value is below 0.05.

    Raises ValueError for a predictor of another length or what is no model, ImportError without plotnine.

    >>> m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> print(r.plotResiduals(m).labels.title)
    DHARMa residual vs. predicted
    No significant problems detected
    """
    require_plotnine()
    from .plots import residual_plot

    s, name = _of(x), None
    if form is not None:
        name = called(form, "form", "plotResiduals", 1, "predictor").split("$")[-1]
    found = _tied(s.fittedPredictedResponse) if form is None else form
    return residual_plot(residual_pattern(s.scaledResiduals, found, name, quantreg, rank, asFactor, quantiles))


@plot.register(SimulatedResiduals)
def _plot(x: SimulatedResiduals) -> Any:
    require_plotnine()
    from .plots import simulated_plot

    tests = {"KS": testUniformity(x), "Outlier": testOutliers(x), "Dispersion": testDispersion(x)}
    pattern = residual_pattern(x.scaledResiduals, _tied(x.fittedPredictedResponse), None, None, True, None, QUANTILES)
    return simulated_plot(x.scaledResiduals, tests, pattern)
