"""Link functions: from means to linear predictors and back, with R's guards at the ends. R: stats::make.link."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Vector
from translations.stats.arguments import as_numbers

Floats = np.ndarray
EPSILON = float(np.finfo(float).eps)
SATURATED = 30.0  # beyond this on the logit scale R takes the probability for EPSILON, or 1 less it


def of_numbers(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of arrays (n,) that takes numbers, lists and Series too, and answers a Series as a Vector, as R keeps
    names.
    """
    @wraps(function)
    def taken(*given: Any) -> Any:
        labelled = next((x for x in given if isinstance(x, pd.Series)), None)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            out = np.asarray(function(*(as_numbers(x, "x") for x in given)))
        if labelled is not None and out.shape == labelled.shape:
            return Vector(out, index=labelled.index)
        return out if out.ndim else out.item()

    return taken


@dataclass(frozen=True)
class Link:
    """A link function g.

    name:    R's
    linkfun: eta = g(mu);  linkinv: mu = g⁻¹(eta);  mu_eta: dmu/deta at eta; each from (n,) to (n,)
    valideta: whether all of eta (n,) may be linear predictors
    """

    name: str
    linkfun: Callable[[Floats], Floats]
    linkinv: Callable[[Floats], Floats]
    mu_eta: Callable[[Floats], Floats]
    valideta: Callable[[Floats], bool] = lambda eta: True

    def __str__(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[Any, ...]:
        return make_link, (self.name,)


def _expit(eta: Floats) -> Floats:
    odds = np.where(eta < -SATURATED, EPSILON, np.where(eta > SATURATED, 1.0 / EPSILON, np.exp(_within(eta))))
    return odds / (1.0 + odds)


def _expit_slope(eta: Floats) -> Floats:
    odds = np.exp(_within(eta))
    return np.where(np.abs(eta) > SATURATED, EPSILON, odds / ((1.0 + odds) * (1.0 + odds)))


def _within(eta: Floats) -> Floats:
    return np.clip(eta, -SATURATED, SATURATED)


def _probit_inverse(eta: Floats) -> Floats:
    from scipy.special import ndtr, ndtri

    most = -float(ndtri(EPSILON))
    return np.asarray(ndtr(np.clip(eta, -most, most)))


def _normal_density(x: Floats) -> Floats:
    return np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi)


def _qnorm(mu: Floats) -> Floats:
    from scipy.special import ndtri

    return np.asarray(ndtri(mu))


def _cauchit_inverse(eta: Floats) -> Floats:
    most = 1.0 / np.tan(np.pi * EPSILON)
    x = np.clip(eta, -most, most)
    with np.errstate(divide="ignore"):
        tail = np.arctan(1.0 / x) / np.pi
    return np.where(np.abs(x) > 1.0, np.where(x > 0.0, 1.0 - tail, -tail), 0.5 + np.arctan(x) / np.pi)


def _cloglog_slope(eta: Floats) -> Floats:
    x = np.minimum(eta, 700.0)
    return np.maximum(np.exp(x) * np.exp(-np.exp(x)), EPSILON)


def _all_above_0(eta: Floats) -> bool:
    return bool(np.isfinite(eta).all() and (eta > 0.0).all())


def _none_0(eta: Floats) -> bool:
    return bool(np.isfinite(eta).all() and (eta != 0.0).all())


LINKS = {link.name: link for link in (
    Link("logit", lambda mu: np.log(mu / (1.0 - mu)), _expit, _expit_slope),
    Link("probit", _qnorm, _probit_inverse, lambda eta: np.maximum(_normal_density(eta), EPSILON)),
    Link("cauchit", lambda mu: np.tan(np.pi * (mu - 0.5)), _cauchit_inverse,
         lambda eta: np.maximum(1.0 / (np.pi * (1.0 + eta * eta)), EPSILON)),
    Link("cloglog", lambda mu: np.log(-np.log(1.0 - mu)),
         lambda eta: np.clip(-np.expm1(-np.exp(eta)), EPSILON, 1.0 - EPSILON), _cloglog_slope),
    Link("identity", lambda mu: mu, lambda eta: eta, np.ones_like),
    Link("log", np.log, lambda eta: np.maximum(np.exp(eta), EPSILON), lambda eta: np.maximum(np.exp(eta), EPSILON)),
    Link("sqrt", np.sqrt, lambda eta: eta * eta, lambda eta: 2.0 * eta, _all_above_0),
    Link("1/mu^2", lambda mu: 1.0 / (mu * mu), lambda eta: 1.0 / np.sqrt(eta),
         lambda eta: -1.0 / (2.0 * eta**1.5), _all_above_0),
    Link("inverse", lambda mu: 1.0 / mu, lambda eta: 1.0 / eta, lambda eta: -1.0 / (eta * eta), _none_0),
)}


def make_link(name: str) -> Link:
    """The link of that name. Raises ValueError for one that R's make.link does not know."""
    if not isinstance(name, str) or name not in LINKS:
        raise ValueError(f"link must be one of {', '.join(map(repr, LINKS))}, not {name!r:.60}")
    return LINKS[name]
