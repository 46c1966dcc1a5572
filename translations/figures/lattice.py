"""Plots of what a model gives, under the names of the lattice functions for which lme4 has methods.

Each returns a plotnine plot, which takes further layers, scales and themes by `+`. plotnine is imported when one is
called. The methods' drawing is in `profile_plots` and `effect_plots`.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from translations.generalized.model import Glm
from translations.generalized.profile import GlmProfile
from translations.lme4.inference.profiles.parameter_profile import Profile
from translations.lme4.model import LmerMod
from translations.lme4.results.ranef import Ranef
from translations.stats.dispatch import generic
from translations.stats.linear.boxcox import BoxCox
from translations.stats.linear.linear_model import Lm

from .catalogue import require_plotnine
from .profile_curves import CONF

if TYPE_CHECKING:
    from plotnine import ggplot


@generic
def xyplot(x: Any, /, conf: Sequence[float] = CONF, absVal: bool = False, which: Any = None) -> ggplot:  # noqa: N803
    """Zeta of each parameter of a profile, a panel a parameter. R: lme4's xyplot.thpr.

    The signed root of the deviance's rise is straight where a parameter's estimate behaves as a normal variable;
    verticals end at the intervals of the confidences `conf`.

    x: a profile. conf: confidences, between 0 and 1. absVal: zeta's absolute value, its intervals joined. which:
    parameters, as in `profile`.

    Returns a plotnine plot.

    Raises ValueError for a confidence that is not between 0 and 1, KeyError for an unknown parameter.

    >>> model = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    >>> type(r.xyplot(r.profile(model, which="beta_"))).__name__
    'ggplot'
    """


@generic
def densityplot(x: Any, /, npts: int = 201, upper: float = 0.999) -> ggplot:
    """The density that each parameter's profile implies: zeta's slope times the normal density. R: lme4's
    densityplot.thpr.

    x: a profile. npts: points of each curve, between the quantiles 1 - upper and upper.

    Returns a plotnine plot.

    Raises ValueError for an object that is no profile. Warns with `ProfileWarning`, naming parameters without a
    density.

    >>> model = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    >>> type(r.densityplot(r.profile(model, which="beta_"))).__name__
    'ggplot'
    """


@generic
def splom(x: Any, /, conf: Sequence[float] = CONF, which: Any = None) -> ggplot:
    """Pairs of a profile's parameters with joint confidence regions. R: lme4's splom.thpr.

    Above the diagonal in the parameters' units, below it as zetas: the traces along which one of the two is held, and
    contours of the regions. Where traces are straight and contours round, a covariance matrix says it all.

    x: a profile. conf: confidences, between 0 and 1. which: parameters, as in `profile`.

    Returns a plotnine plot.

    Raises ValueError for fewer than two parameters, a parameter without a spline, a confidence not between 0 and 1.

    >>> model = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    >>> type(r.splom(r.profile(model, which="beta_"))).__name__
    'ggplot'
    """


@generic
def dotplot(x: Any, /, scales: str = "same") -> dict[str, ggplot]:
    """Caterpillar plots of conditional modes, by grouping factor. R: lme4's dotplot.ranef.mer.

    A panel an effect, levels in the order of the first effect, and intervals of 1.96 conditional standard deviations
    either way.

    x: what `ranef` gives. scales: "same" x axes in all panels, or "free" ones.

    Returns {"Subject": plotnine plot}.

    Raises ValueError for an object that is none of a model's random effects.

    >>> model = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    >>> list(r.dotplot(r.ranef(model)))
    ['Subject']
    """


@generic
def qqmath(x: Any, /) -> ggplot | dict[str, ggplot]:
    """Normal quantiles of conditional modes, or of residuals. R: lme4's qqmath methods.

    x: what `ranef` gives: modes with intervals of 1.96 conditional standard deviations; or a mixed model: its
    standardized residuals, with the line through their quartiles.

    Returns {"Subject": plotnine plot}, or for a model one plot.

    Raises ValueError for an object that is neither.

    >>> model = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    >>> list(r.qqmath(r.ranef(model)))
    ['Subject']
    """


@generic
def plot(x: Any, /) -> ggplot:
    """A figure of what a function gave; of a mixed model, Pearson residuals against fitted values, of `lm` and `glm`
    R's four. R: lme4's plot.merMod, stats' plot.lm and plot.profile, and the plots of effects, ggeffects, performance
    and DHARMa.

    x: a mixed model; a model of `lm` or `glm` (residuals against fitted values, their quantiles, their spread, and
    residuals against leverage, with smooth curves and the labels of the three points furthest out); the profile of a
    `glm` (signed roots of each coefficient's deviance, a cross at its estimate); what `effect` or
    `ggpredict` gives (predictions and their intervals), `allEffects` (a dict of these), `check_model` (four panels),
    `simulateResiduals` (a Q-Q plot with its tests, and `plotResiduals`) or `boxcox` (the likelihood of powers).

    Returns a plotnine plot; of `lm` and `glm` a composition of plots, to all of which `&` adds.

    Raises ValueError for another object.

    >>> model = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    >>> type(r.plot(model)).__name__
    'ggplot'
    """


def _module(name: str) -> Any:
    require_plotnine()
    return import_module(f"translations.figures.{name}")


@xyplot.register(Profile)
def _zeta(x: Profile, conf: Sequence[float] = CONF, absVal: bool = False, which: Any = None) -> ggplot:  # noqa: N803
    return _module("profile_plots").zeta(x, conf, absVal, which)


@densityplot.register(Profile)
def _density(x: Profile, npts: int = 201, upper: float = 0.999) -> ggplot:
    return _module("profile_plots").density(x, npts, upper)


@splom.register(Profile)
def _pairs(x: Profile, conf: Sequence[float] = CONF, which: Any = None) -> ggplot:
    return _module("profile_plots").pairs(x, conf, which)


@dotplot.register(Ranef)
def _caterpillars(x: Ranef, scales: str = "same") -> dict[str, ggplot]:
    return _module("effect_plots").caterpillars(x, scales)


@qqmath.register(Ranef)
def _quantiles_of_modes(x: Ranef) -> dict[str, ggplot]:
    return _module("effect_plots").quantiles_of_modes(x)


@qqmath.register(LmerMod)
def _quantiles_of_residuals(x: LmerMod) -> ggplot:
    return _module("effect_plots").quantiles_of_residuals(x)


@plot.register(LmerMod)
def _residuals(x: LmerMod) -> ggplot:
    return _module("effect_plots").residuals_against_fitted(x)


@plot.register(Lm)
@plot.register(Glm)
def _of_linear(x: Lm | Glm) -> Any:
    return _module("linear_plots").four_plots(x)


@plot.register(GlmProfile)
def _roots(x: GlmProfile) -> ggplot:
    return _module("profile_plots").roots(x)


@plot.register(BoxCox)
def _powers(x: BoxCox) -> ggplot:
    return _module("effect_plots").powers(x)
