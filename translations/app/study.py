"""From settings to everything on the screen: one data set, three poolings, and the truth they are held against."""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import translations as r
from translations.lme4.inference.intervals import normal_quantiles

from .controls import BY_NAME, BadControls, Settings

Floats = NDArray[np.float64]
FORMULA = "Reaction ~ days_deprived + (days_deprived | Subject)"


@dataclass(frozen=True)
class Estimate:
    """A parameter, its estimate (NaN: R says NaN too), and the Wald interval where R gives one (else NaN)."""

    name: str
    truth: float
    value: float
    lower: float = np.nan
    upper: float = np.nan


@dataclass(frozen=True)
class Screen:
    """All that one setting shows, for S subjects on D days.

    data: Subject, days_deprived, Reaction (S * D rows, NaN where lost). Lines are intercepts and slopes: `truth`,
    `none` (NaN where a subject's own data determine no line) and `partial` (S, 2), a row a subject; `complete` and
    `average`, the population's line in lmer, (2,). observed: observations that each subject has left (S,). singular,
    messages: what lme4's checks say of the fit, in R's words. summary: R's text.
    """

    settings: Settings
    data: pd.DataFrame
    truth: Floats
    complete: Floats
    none: Floats
    partial: Floats
    average: Floats
    observed: NDArray[np.int64]
    estimates: tuple[Estimate, ...]
    singular: bool
    messages: tuple[str, ...]
    summary: str

    @cached_property
    def y(self) -> Floats:
        """Reaction times (S, D) in ms, NaN where lost."""
        return self.data["Reaction"].to_numpy().reshape(self.settings.design.subjects, -1)

    @property
    def misses(self) -> dict[str, Floats]:
        """Root mean squared distance (2,) of each pooling's intercepts and slopes from the true ones, over the
        subjects that have a line of their own.
        """
        alone = ~np.isnan(self.none).any(axis=1)
        complete = np.broadcast_to(self.complete, self.none.shape)
        lines = {"complete": complete, "none": self.none, "partial": self.partial}
        return {name: np.sqrt(((at - self.truth)[alone] ** 2).mean(axis=0)) for name, at in lines.items()}


def explore(settings: Settings) -> Screen:
    """Simulate, fit three times, compare. Raises BadControls where what is left of the data cannot be fitted."""
    design = settings.design
    d = r.simulate_multilevel(**asdict(design), seed=settings.seed)
    y = d["Reaction"].to_numpy().reshape(design.subjects, design.days)
    _check(settings, ~np.isnan(y))
    try:
        return _fitted(settings, d, y)
    except ValueError as error:
        blamed = "missing" if design.lost else "days"
        raise BadControls({blamed: f"{BY_NAME[blamed].label}: lmer cannot fit these data ({error})."}) from error


def _fitted(settings: Settings, d: pd.DataFrame, y: Floats) -> Screen:
    """The screen of data d (R's summary shows that name, and the scripts use it), whose reaction times are y (S, D)."""
    design = settings.design
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        m = r.lmer(FORMULA, d)
    average, x = m.beta, np.arange(float(design.days))
    partial = np.tile(average, (design.subjects, 1))
    partial[np.array(m.design.random.terms[0].levels, int) - 1] += m.b[0]
    return Screen(
        settings=settings,
        data=d,
        truth=true_lines(settings),
        complete=own_lines(np.tile(x, design.subjects), y.reshape(1, -1))[0],
        none=own_lines(x, y),
        partial=partial,
        average=average,
        observed=(~np.isnan(y)).sum(axis=1),
        estimates=_estimates(settings, m),
        singular=m.diagnosis.singular,
        messages=tuple(str(one.message).strip() for one in said),
        summary=str(r.summary(m)),
    )


def own_lines(x: Floats, y: Floats) -> Floats:
    """Least squares of each row of y (S, D; NaN: lost) on x (D,): intercepts and slopes (S, 2), NaN where a row has
    fewer than two values. The no-pooling model, whose subjects share nothing, in closed form: as an `lm` with two
    columns a subject it takes 26 ms for 60 subjects.
    """
    seen = ~np.isnan(y)
    count = seen.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = (seen * x).sum(axis=1) / count
        mean = np.nansum(y, axis=1) / count
        apart = np.where(seen, x - centre[:, None], 0.0)
        slope = (apart * np.where(seen, y - mean[:, None], 0.0)).sum(axis=1) / (apart**2).sum(axis=1)
        return np.column_stack([mean - slope * centre, slope])


def true_lines(settings: Settings) -> Floats:
    """The subjects' true intercepts and slopes (S, 2): the same draws without residuals lie on them."""
    design = settings.design
    z = r.set_seed(settings.seed).rnorm(design.normals)
    line = replace(design, sigma=0.0).responses(z[None])[0].reshape(design.subjects, design.days)
    return np.column_stack([line[:, 0], line[:, 1] - line[:, 0]])


def _estimates(settings: Settings, m: r.lme4.model.LmerMod) -> tuple[Estimate, ...]:
    """The arrays that `r.VarCorr` and `r.confint` put into frames: making these took a fifth of a change's time."""
    root = m.sigma * m.templates[0]
    covariance = root @ root.T
    sd = np.sqrt(np.diagonal(covariance))
    with np.errstate(invalid="ignore"):
        rho = covariance[0, 1] / (sd[0] * sd[1])
    se = m.sigma * np.sqrt(np.diagonal(m.unscaled_vcov))
    wald = m.beta[:, None] + se[:, None] * normal_quantiles(0.95)
    values = {"gamma0": m.beta[0], "gamma1": m.beta[1], "tau00": sd[0], "tau11": sd[1], "rho": rho, "sigma": m.sigma}
    limits = {"gamma0": wald[0], "gamma1": wald[1]}
    return tuple(
        Estimate(name, truth, float(values[name]), *map(float, limits.get(name, ())))
        for name, truth in settings.design.truth.items()
    )


def _check(settings: Settings, seen: NDArray[np.bool_]) -> None:
    """Raises BadControls for what lmer would refuse or could not learn a slope from. seen: (S, D)."""
    left, subjects, days = int(seen.sum()), int(seen.any(axis=1).sum()), int(seen.any(axis=0).sum())
    wrong = None
    if subjects < 2:
        wrong = "observations of a single subject"
    elif days < 2:
        wrong = "observations of a single day"
    elif left <= 2 * subjects:
        wrong = f"{left} observations of {subjects} subjects; lmer needs more than {2 * subjects}, two for each of them"
    if wrong:
        raise BadControls({"missing": f"Missing fraction leaves {wrong}. Lower it, or raise Days."})
