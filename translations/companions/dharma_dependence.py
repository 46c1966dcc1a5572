"""Do simulated residuals hang together in time or space, and does a larger model fit better than chance? DHARMa."""
from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from translations.generalized.model import Glm
from translations.lme4.model import LmerMod
from translations.lme4.refit import refit
from translations.printing import Vector
from translations.stats import generics
from translations.stats.arguments import as_count, as_numbers, require_choice
from translations.stats.calls import called
from translations.stats.distributions import pnorm
from translations.stats.formulas.frame import as_frame
from translations.stats.hypothesis_tests.htest import HTest
from translations.stats.linear.linear_model import Lm

from .dharma import SIDES, SimulatedResiduals, simulateResiduals

Floats = np.ndarray
MORAN = "DHARMa Moran's I test for distance-based autocorrelation"
SIDE = {"two.sided": "not", "less": "less than", "greater": "greater than"}
FEW = 100  # residuals, below which Durbin and Watson's distribution is exact


def _scaled(x: Any) -> Floats:
    return (x if isinstance(x, SimulatedResiduals) else simulateResiduals(x)).scaledResiduals


def testTemporalAutocorrelation(x: Any, time: Any, alternative: str = "two.sided") -> HTest:  # noqa: N802
    """Durbin's and Watson's test of simulated residuals in the order of time. R: DHARMa::testTemporalAutocorrelation,
    by lmtest::dwtest.

    x: what `simulateResiduals` gives, or a model. time: of each residual, (n,), no two the same: add up several at one
    time by `recalculateResiduals` first. alternative: "two.sided", "greater" (neighbours alike) or "less".

    Returns a test; `str()` is R's text. p is exact below 100 residuals and by a normal distribution from there on.

    Raises ValueError for times of another number or twice the same, an unknown alternative, or what is no model.
    Sources: Durbin & Watson (1950), Biometrika 37, 409; Imhof (1961), Biometrika 48, 419.

    >>> d = r.sleepstudy().query("Subject == '308'")
    >>> found = r.testTemporalAutocorrelation(r.lm("Reaction ~ Days", d), d["Days"])
    >>> print(found.statistic.round(3).tolist())
    [1.759]
    """
    require_choice(alternative, SIDES, "alternative")
    u, when = _scaled(x), as_numbers(time, "time")
    if len(when) != len(u):
        raise ValueError(f"time has {len(when)} values for {len(u)} residuals")
    if len(np.unique(when)) < len(when):
        raise ValueError("time has the same value more than once: add residuals up by recalculateResiduals(x, "
                         "group=time), or test groups one by one")
    e = u[np.argsort(when, kind="stable")] - u.mean()
    n = len(e)
    if n < 5:
        raise ValueError(f"{n} residuals are too few: the test needs 5")
    dw = float(np.sum(np.diff(e) ** 2) / np.sum(e**2))
    above, below = _above(dw, n) if n < FEW else _by_normal(dw, n)
    p = {"two.sided": 2.0 * min(above, below), "greater": below, "less": above}[alternative]
    claim = f"true autocorrelation is {SIDE[alternative]} 0"
    return HTest(statistic=Vector([dw], index=["DW"]), p_value=p, method="Durbin-Watson test", alternative=claim,
                 data_name="simulationOutput$scaledResiduals ~ 1")


def _above(dw: float, n: int) -> tuple[float, float]:
    """P(DW > dw) and P(DW < dw) of n residuals about their mean, by Imhof's integral; the quadratic form's eigenvalues
    are 2 - 2 cos(pi j / n).
    """
    from scipy import integrate

    w = 2.0 - 2.0 * np.cos(np.pi * np.arange(1, n) / n) - dw

    def slope(v: float) -> float:  # u = v / (1 - v), so that the half-line becomes an interval
        u = v / (1.0 - v)
        angle = 0.5 * float(np.arctan(w * u).sum())
        return float(np.sin(angle) * np.exp(-0.25 * np.log1p((w * u) ** 2).sum()) / (u * (1.0 - v) ** 2))

    half = float(integrate.quad(slope, 0.0, 1.0, epsabs=1e-13, epsrel=1e-12, limit=400)[0]) / np.pi
    return 0.5 + half, 0.5 - half


def _by_normal(dw: float, n: int) -> tuple[float, float]:
    """As `_above`, by a normal distribution with DW's own mean and variance."""
    mean, sd = 2.0, np.sqrt(4.0 * (n - 2.0) / ((n - 1.0) * (n + 1.0)))
    return float(pnorm(dw, mean, sd, lower_tail=False)), float(pnorm(dw, mean, sd))


def testSpatialAutocorrelation(x: Any, x_coordinate: Any = None, y_coordinate: Any = None,  # noqa: N802
                               distMat: Any = None, alternative: str = "two.sided") -> HTest:  # noqa: N803
    """Moran's I of simulated residuals, neighbours weighted by one over their distance. R:
    DHARMa::testSpatialAutocorrelation, by ape::Moran.I.

    x: what `simulateResiduals` gives, or a model. x_coordinate, y_coordinate: where each residual lies, (n,) each (R's
    x and y), no two at one place: add up several by `recalculateResiduals` first. distMat: distances (n, n) instead.
    alternative: "two.sided", "greater" (neighbours alike) or "less".

    Returns a test: observed, expected and standard deviation of I; `str()` is R's text.

    Raises ValueError for places of another number, twice the same or missing, an unknown alternative, or what is no
    model. Sources: Moran (1950), Biometrika 37, 17; Cliff & Ord (1981), Spatial processes.

    >>> d = r.load("grouseticks").head(6)
    >>> m = r.glm("TICKS ~ 1", r.poisson(), d)
    >>> print(r.testSpatialAutocorrelation(m, range(6), [0, 1, 0, 1, 0, 1]).statistic.index.tolist())
    ['observed', 'expected', 'sd']
    """
    require_choice(alternative, SIDES, "alternative")
    u = _scaled(x)
    apart = _distances(x_coordinate, y_coordinate, len(u)) if distMat is None else np.asarray(distMat, dtype=float)
    if apart.shape != (len(u), len(u)):
        raise ValueError(f"distMat has shape {apart.shape} for {len(u)} residuals")
    with np.errstate(divide="ignore"):
        weight = 1.0 / apart
    np.fill_diagonal(weight, 0.0)
    observed, expected, sd = _moran(u, weight)
    below = float(pnorm(observed, expected, sd))
    two = 2.0 * (below if observed <= expected else 1.0 - below)
    return HTest(
        statistic=Vector([observed, expected, sd], index=["observed", "expected", "sd"]), method=MORAN,
        p_value={"two.sided": two, "less": below, "greater": 1.0 - below}[alternative],
        alternative="Distance-based autocorrelation", data_name=called(x, "x", "testSpatialAutocorrelation", 0, "x"))


def _distances(x: Any, y: Any, n: int) -> Floats:
    if x is None or y is None:
        raise ValueError("x_coordinate and y_coordinate are needed, or distMat")
    places = np.column_stack([as_numbers(x, "x_coordinate"), as_numbers(y, "y_coordinate")])
    if len(places) != n:
        raise ValueError(f"x_coordinate has {len(places)} values for {n} residuals")
    if len(np.unique(places, axis=0)) < n:
        raise ValueError("two residuals are at one place: add residuals up by recalculateResiduals, or test times one "
                         "by one")
    found: Floats = np.sqrt(((places[:, None, :] - places) ** 2).sum(axis=2))
    return found


def _moran(u: Floats, weight: Floats) -> tuple[float, float, float]:
    """I, its expectation and its standard deviation where residuals are shuffled; each row's weights sum to 1."""
    n = len(u)
    sums = weight.sum(axis=1)
    w = weight / np.where(sums == 0.0, 1.0, sums)[:, None]
    y, s = u - u.mean(), float(w.sum())
    v = float(y @ y)
    observed, expected = n / s * float(y @ w @ y) / v, -1.0 / (n - 1.0)
    S1, S2 = 0.5 * float(((w + w.T) ** 2).sum()), float(((w.sum(axis=1) + w.sum(axis=0)) ** 2).sum())
    k = float((y**4).sum()) / n / (v / n) ** 2
    by_shape = n * ((n * n - 3.0 * n + 3.0) * S1 - n * S2 + 3.0 * s * s)
    by_kurtosis = k * (n * (n - 1.0) * S1 - 2.0 * n * S2 + 6.0 * s * s)
    square = (by_shape - by_kurtosis) / ((n - 1.0) * (n - 2.0) * (n - 3.0) * s * s) - expected**2
    return observed, expected, float(np.sqrt(square))


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SimulatedRatio(HTest):
    """A likelihood ratio among simulated ones (R: class htest): simulatedLR (n,)."""

    simulatedLR: Floats  # noqa: N815


def simulateLRT(m0: Any, m1: Any, n: int = 250, seed: int = 123) -> SimulatedRatio:  # noqa: N802
    """Whether m1 fits better than m0 by more than chance: the ratio of their likelihoods among those of responses that
    m0 simulates. R: DHARMa::simulateLRT.

    m0, m1: models by `lm`, `glm`, `lmer` or `glmer` of the same rows, m0 the smaller one. n: how many simulations, each
    of which both are fitted to. seed: of R's stream.

    Returns a test with its `.simulatedLR`; the statistic is the difference of log-likelihoods, without a factor of 2.

    Raises ValueError for other objects, different rows, or a response of `lm` and `glm` that is not a column's name.

    >>> d = r.sleepstudy()
    >>> m0, m1 = r.lm("Reaction ~ Days", d), r.lmer("Reaction ~ Days + (1 | Subject)", d, REML=False)
    >>> r.simulateLRT(m0, m1, n=20).p_value
    0.0
    """
    for one, name in ((m0, "m0"), (m1, "m1")):
        if not isinstance(one, Lm | Glm | LmerMod):
            raise ValueError(f"{name} must be a model, not {type(one).__name__}")
    if as_count(n, "n") < 2:
        raise ValueError("n must be 2 or more: the ratio is compared with simulated ones")
    if generics.nobs(m0) != generics.nobs(m1):
        raise ValueError(f"m0 has {generics.nobs(m0)} observations and m1 {generics.nobs(m1)}")
    observed = float(generics.logLik(m1)) - float(generics.logLik(m0))
    drawn = generics.simulate(m0, n, seed=seed)
    ratios = np.empty(n)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for i, name in enumerate(dict.fromkeys(drawn.columns.get_level_values(0))):
            smaller, larger = (float(generics.logLik(_refitted(m, drawn[name]))) for m in (m0, m1))
            ratios[i] = larger - smaller
    names = [called(m, name, "simulateLRT", i) for i, (m, name) in enumerate(((m0, "m0"), (m1, "m1")))]
    return SimulatedRatio(
        statistic=Vector([observed], index=["LogL(M1/M0)"]), p_value=float((ratios >= observed).mean()),
        method="DHARMa simulated LRT", alternative="M1 describes the data better than M0",
        data_name=f"m0: {names[0]} m1: {names[1]}", simulatedLR=ratios)


def _refitted(m: Any, y: Any) -> Any:
    if isinstance(m, LmerMod):
        return refit(m, y if isinstance(y, pd.DataFrame) else y.to_numpy())
    name = m.frame.formula.response
    data = as_frame(m.data)
    if name not in data.columns:
        raise ValueError(f"simulateLRT fits lm and glm to simulated responses by their name, and {name} is no column")
    rows = data.iloc[m.frame.rows].assign(**{name: np.asarray(y)})
    return generics.update(m, data=rows)
