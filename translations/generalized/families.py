"""Families of distributions for generalized linear models. R: stats::family."""
from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from translations.printing import NA
from translations.stats.arguments import as_number, require_choice
from translations.stats.language.factors import Factor
from translations.stats.language.poly import Columns

from . import begin
from .densities import LOG_2PI, log_binomial, log_gamma, log_poisson
from .links import Floats, Link, make_link, of_numbers

Response = Floats | Factor | Columns


@dataclass(frozen=True, eq=False, repr=False)
class Family:
    """A distribution with its link.

    name:       R's ("binomial", "Gamma", "Negative Binomial(2)")
    variance:   V(mu), from (n,) to (n,)
    dev_resids: squared deviance residuals of y, mu, prior weights, each (n,)
    aic:        -2 log-likelihood from y, n (trials), mu, weights, deviance; 2 more where there is a dispersion
    validmu:    whether all of mu may be means
    initialize: `begin.Start` from the response and the prior weights; raises ValueError outside the family's range
    dispersion: 1 where it is known, else None
    written:    the call that makes it, in R
    theta, of:  the size of a negative binomial family; the variance of a quasi one, as its argument has it

    R's functions of a family take numbers, lists, arrays and Series: `linkfun`, `linkinv`, `mu_eta`, `valideta`,
    `variance`, `dev_resids(y, mu, wt)`, `validmu`; `aic(y, n, mu, wt, dev)` takes arrays.
    """

    name: str
    link: Link
    variance: Callable[[Floats], Floats]
    dev_resids: Callable[[Floats, Floats, Floats], Floats]
    aic: Callable[[Floats, Floats, Floats, Floats, float], float]
    validmu: Callable[[Floats], bool]
    initialize: Callable[[Response, Floats, str, str], begin.Start]
    dispersion: float | None
    written: str
    theta: float | None = None
    of: str | None = None

    family = property(lambda self: self.name)
    linkfun = property(lambda self: of_numbers(self.link.linkfun))
    linkinv = property(lambda self: of_numbers(self.link.linkinv))
    mu_eta = property(lambda self: of_numbers(self.link.mu_eta))
    valideta = property(lambda self: of_numbers(self.link.valideta))

    def __post_init__(self) -> None:
        for name in ("variance", "dev_resids", "validmu"):
            object.__setattr__(self, name, of_numbers(getattr(self, name)))

    def __str__(self) -> str:
        return f"\nFamily: {self.name} \nLink function: {self.link.name} \n"

    def __repr__(self) -> str:
        return f"<Family {self.name}, link {self.link.name}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return made_again, (self.maker, self.arguments)

    @property
    def maker(self) -> str:
        """The name of the function here that makes it."""
        return "negative_binomial" if self.theta is not None else self.name.replace(".", "_")

    @property
    def arguments(self) -> dict[str, Any]:
        """What that function is given."""
        theta = {} if self.theta is None else {"theta": self.theta}
        variance = {} if self.of is None else {"variance": self.of}
        return {**theta, "link": self.link.name, **variance}


def y_log(y: Floats, mu: Floats) -> Floats:
    """y log(y / mu), 0 where y is, (n,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(y != 0.0, y * np.log(y / mu), 0.0)


def _binomial_deviance(y: Floats, mu: Floats, w: Floats) -> Floats:
    return 2.0 * w * (y_log(y, mu) + y_log(1.0 - y, 1.0 - mu))


def _binomial_aic(y: Floats, n: Floats, mu: Floats, w: Floats, dev: float) -> float:
    m = n if (n > 1.0).any() else w
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(m > 0.0, w / m, 0.0)
    return float(-2.0 * np.sum(share * log_binomial(np.round(m * y), np.round(m), mu)))


def _poisson_deviance(y: Floats, mu: Floats, w: Floats) -> Floats:
    return 2.0 * np.where(y > 0.0, w * (y_log(y, mu) - (y - mu)), mu * w)


def _gamma_deviance(y: Floats, mu: Floats, w: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return -2.0 * w * (np.log(np.where(y == 0.0, 1.0, y / mu)) - (y - mu) / mu)


def _poisson_aic(y: Floats, n: Floats, mu: Floats, w: Floats, dev: float) -> float:
    """Infinite where a response is no whole number, with a warning for each in R's words. R: dpois."""
    whole = np.abs(y - np.round(y)) <= 1e-7 * np.maximum(1.0, np.abs(y))
    for value in y[~whole]:
        warnings.warn(f"non-integer x = {value:f}", stacklevel=5)
    return float(-2.0 * np.sum(np.where(whole, log_poisson(np.round(y), mu), -np.inf) * w))


def _gamma_aic(y: Floats, n: Floats, mu: Floats, w: Floats, dev: float) -> float:
    dispersion = dev / w.sum()
    return float(-2.0 * np.sum(log_gamma(y, 1.0 / dispersion, mu * dispersion) * w) + 2.0)


def _inverse_gaussian_deviance(y: Floats, mu: Floats, w: Floats) -> Floats:
    return w * (y - mu) ** 2 / (y * mu**2)


def _inverse_gaussian_aic(y: Floats, n: Floats, mu: Floats, w: Floats, dev: float) -> float:
    total = w.sum()
    return float(total * (1.0 + np.log(dev / total) + LOG_2PI) + 3.0 * np.sum(np.log(y) * w) + 2.0)


def _gaussian_aic(y: Floats, n: Floats, mu: Floats, w: Floats, dev: float) -> float:
    with np.errstate(divide="ignore"):
        return float(len(y) * (np.log(dev / len(y)) + LOG_2PI + 1.0) + 2.0 - np.sum(np.log(w)))


def _no_aic(y: Floats, n: Floats, mu: Floats, w: Floats, dev: float) -> float:
    return NA


def _anything(mu: Floats) -> bool:
    return True


def _probabilities(mu: Floats) -> bool:
    return bool(np.isfinite(mu).all() and ((mu > 0.0) & (mu < 1.0)).all())


def _positive(mu: Floats) -> bool:
    return bool(np.isfinite(mu).all() and (mu > 0.0).all())


def _proportion_variance(mu: Floats) -> Floats:
    return mu * (1.0 - mu)


def _squares(y: Floats, mu: Floats, w: Floats) -> Floats:
    return w * (y - mu) ** 2


def _written(name: str, link: str, default: str, more: str = "") -> str:
    parts = [f'link = "{link}"'] * (link != default) + [more] * bool(more)
    return f"{name}({', '.join(parts)})"


def binomial(link: str = "logit") -> Family:
    """Successes in trials: 0 and 1, proportions with weights, or `cbind(successes, failures)`. R: stats::binomial.

    link: "logit", "probit", "cauchit", "cloglog", "log", or another of R's links.

    Returns the family, for `glm` and `glmer`.

    Raises ValueError for an unknown link.

    >>> print(r.binomial(link="probit"))
    <BLANKLINE>
    Family: binomial
    Link function: probit
    <BLANKLINE>
    """
    return Family("binomial", make_link(link), _proportion_variance, _binomial_deviance, _binomial_aic, _probabilities,
                  begin.binomial, 1.0, _written("binomial", link, "logit"))


def poisson(link: str = "log") -> Family:
    """Counts whose variance is their mean. R: stats::poisson.

    link: "log", "identity", "sqrt", or another of R's links.

    Returns the family, for `glm` and `glmer`.

    Raises ValueError for an unknown link.

    >>> r.poisson()
    <Family poisson, link log>
    """
    return Family("poisson", make_link(link), lambda mu: mu, _poisson_deviance,
                  _poisson_aic, _positive, begin.counts, 1.0,
                  _written("poisson", link, "log"))


def Gamma(link: str = "inverse") -> Family:  # noqa: N802
    """Positive numbers with a constant coefficient of variation. R: stats::Gamma.

    link: "inverse", "log", "identity", or another of R's links.

    Returns the family, for `glm` and `glmer`.

    Raises ValueError for an unknown link.

    >>> r.Gamma(link="log")
    <Family Gamma, link log>
    """
    return Family("Gamma", make_link(link), lambda mu: mu * mu, _gamma_deviance, _gamma_aic, _positive, begin.positive,
                  None, _written("Gamma", link, "inverse"))


def inverse_gaussian(link: str = "1/mu^2") -> Family:
    """Positive numbers whose variance is the cube of their mean. R: stats::inverse.gaussian.

    link: "1/mu^2", "inverse", "log", "identity", or another of R's links.

    Returns the family, for `glm` and `glmer`.

    Raises ValueError for an unknown link.

    >>> r.inverse_gaussian()
    <Family inverse.gaussian, link 1/mu^2>
    """
    return Family("inverse.gaussian", make_link(link), lambda mu: mu**3, _inverse_gaussian_deviance,
                  _inverse_gaussian_aic, _anything, begin.positive, None,
                  _written("inverse.gaussian", link, "1/mu^2"))


def gaussian(link: str = "identity") -> Family:
    """Numbers with constant variance. R: stats::gaussian.

    link: "identity", "log", "inverse", or another of R's links.

    Returns the family, for `glm` and `glmer`.

    Raises ValueError for an unknown link.

    >>> r.gaussian()
    <Family gaussian, link identity>
    """
    return Family("gaussian", make_link(link), np.ones_like, _squares, _gaussian_aic, _anything, begin.gaussian, None,
                  _written("gaussian", link, "identity"))


def quasibinomial(link: str = "logit") -> Family:
    """As `binomial`, with a dispersion that is estimated. R: stats::quasibinomial.

    link: as for `binomial`.

    Returns the family, for `glm`; it has no likelihood, and so no AIC.

    Raises ValueError for an unknown link.

    >>> r.quasibinomial()
    <Family quasibinomial, link logit>
    """
    return replace(binomial(link), name="quasibinomial", aic=_no_aic, dispersion=None,
                   initialize=partial(begin.binomial, quasi=True),
                   written=_written("quasibinomial", link, "logit"))


def quasipoisson(link: str = "log") -> Family:
    """As `poisson`, with a dispersion that is estimated. R: stats::quasipoisson.

    link: as for `poisson`.

    Returns the family, for `glm`; it has no likelihood, and so no AIC.

    Raises ValueError for an unknown link.

    >>> r.quasipoisson()
    <Family quasipoisson, link log>
    """
    return replace(poisson(link), name="quasipoisson", aic=_no_aic, dispersion=None, initialize=begin.quasi_counts,
                   written=_written("quasipoisson", link, "log"))


def _tested(y: Floats, mu: Floats) -> Floats:
    return np.where(y == 0.0, 1.0, y / mu)


# Each variance with its squared deviance residuals, the means it allows and how its fit begins. R: stats::quasi.
QUASI: dict[str, tuple[Any, Any, Any, Any]] = {
    "constant": (np.ones_like, _squares, _anything, begin.as_it_is),
    "mu(1-mu)": (_proportion_variance, _binomial_deviance, lambda mu: bool(((mu > 0) & (mu < 1)).all()),
                 begin.inside_unit),
    "mu": (lambda mu: mu, lambda y, mu, w: 2.0 * w * (y * np.log(_tested(y, mu)) - (y - mu)),
           lambda mu: bool((mu > 0).all()), begin.above_0),
    "mu^2": (lambda mu: mu * mu,
             lambda y, mu, w: np.maximum(-2.0 * w * (np.log(np.where(y == 0, 1.0, y) / mu) - (y - mu) / mu), 0.0),
             lambda mu: bool((mu > 0).all()), begin.above_0),
    "mu^3": (lambda mu: mu**3, _inverse_gaussian_deviance, lambda mu: bool((mu > 0).all()), begin.above_0),
}


def quasi(link: str = "identity", variance: str = "constant") -> Family:
    """A variance that is a function of the mean, times a dispersion. R: stats::quasi. Source: Wedderburn (1974).

    link: one of R's links. variance: "constant", "mu(1-mu)", "mu", "mu^2" or "mu^3".

    Returns the family, for `glm`; it has no likelihood, and so no AIC.

    Raises ValueError for an unknown link or variance.

    >>> r.quasi(link="log", variance="mu")
    <Family quasi, link log>
    """
    require_choice(variance, QUASI, "variance")
    function, deviance, valid, initialize = QUASI[variance]
    more = "" if variance == "constant" else f'variance = "{variance}"'
    return Family("quasi", make_link(link), function, deviance, _no_aic, valid, initialize, None,
                  _written("quasi", link, "identity", more), of=variance)


def negative_binomial(theta: float, link: str = "log") -> Family:
    """Counts whose variance is mu + mu² / theta, theta known. R: MASS::negative.binomial.

    theta: above 0. link: "log", "sqrt", "identity", or another of R's links.

    Returns the family, for `glm` and `glmer`.

    Raises ValueError for a theta that is not above 0, or an unknown link.

    >>> r.negative_binomial(2)
    <Family Negative Binomial(2), link log>
    """
    from scipy.special import gammaln

    from translations.printing.numbers import format_number

    theta = as_number(theta, "theta")
    if not theta > 0.0:
        raise ValueError(f"theta must be above 0, not {theta}")

    def deviance(y: Floats, mu: Floats, w: Floats) -> Floats:
        return 2.0 * w * (y * np.log(np.maximum(1.0, y) / mu) - (y + theta) * np.log((y + theta) / (mu + theta)))

    def aic(y: Floats, n: Floats, mu: Floats, w: Floats, dev: float) -> float:
        term = ((y + theta) * np.log(mu + theta) - y * np.log(mu) + gammaln(y + 1.0) - theta * np.log(theta)
                + gammaln(theta) - gammaln(theta + y))
        return float(2.0 * np.sum(term * w))

    return Family(f"Negative Binomial({format_number(round(theta, 4))})", make_link(link),
                  lambda mu: mu + mu**2 / theta, deviance, aic, _positive, begin.overdispersed_counts, None,
                  f"negative.binomial({format_number(theta, 15)})", theta)


FAMILIES: dict[str, Callable[..., Family]] = {
    "binomial": binomial, "poisson": poisson, "Gamma": Gamma, "gaussian": gaussian, "quasibinomial": quasibinomial,
    "inverse.gaussian": inverse_gaussian, "quasipoisson": quasipoisson, "quasi": quasi,
}


def made_again(maker: str, arguments: dict[str, Any]) -> Family:
    """The family of a `Family.maker` and its `arguments`: a family is stored as the call that makes it."""
    makers = {one.__name__: one for one in (*FAMILIES.values(), negative_binomial)}
    return makers[maker](**arguments)


def as_family(family: Any) -> tuple[Family, str]:
    """The family meant by a `Family`, a function that makes one, or a name, and what R's call would say.

    Raises ValueError for anything else.
    """
    if isinstance(family, Family):
        return family, family.written
    if callable(family) and family in FAMILIES.values():
        return family(), next(name for name, one in FAMILIES.items() if one is family)
    name = family.replace("_", ".") if isinstance(family, str) else None
    if name not in FAMILIES:
        raise ValueError(f"family must be one of {', '.join(FAMILIES)}, such as r.binomial(link='probit'), not "
                         f"{family!r:.60}")
    return FAMILIES[name](), f'"{name}"'
