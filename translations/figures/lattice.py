"""Plots of what a model gives, under the names of the lattice functions for which lme4 has methods.

Each returns a plotnine plot, which takes further layers, scales and themes by `+`. plotnine is imported when one is
called. The methods' drawing is in `profile_plots` and `effect_plots`.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from translations.figures.catalogue import require_plotnine
from translations.figures.profile_curves import CONF
from translations.lme4.model import LmerMod
from translations.lme4.profile import Profile
from translations.lme4.ranef import Ranef
from translations.stats.generics import generic

if TYPE_CHECKING:
    from plotnine import ggplot

xyplot = generic("xyplot", """Zeta of each parameter of a profile, a panel a parameter. R: lme4's xyplot.thpr.

xyplot(profile, conf=(0.5, 0.8, 0.9, 0.95, 0.99), absVal=False, which=None): the signed root of the deviance's rise,
straight where a parameter's estimate behaves as a normal variable; verticals end at the intervals of the confidences
`conf`. absVal: zeta's absolute value, its intervals joined. which: parameters, as in `profile`.

Raises ValueError for a confidence that is not between 0 and 1, KeyError for an unknown parameter.
""")

densityplot = generic("densityplot", """The density that each parameter's profile implies. R: lme4's densityplot.thpr.

densityplot(profile, npts=201, upper=0.999): that of zeta, were it standard normal, times zeta's slope, at `npts` values
between the quantiles 1 - upper and upper. Warns with ProfileWarning, naming parameters that have none.
""")

splom = generic("splom", """Pairs of a profile's parameters with joint confidence regions. R: lme4's splom.thpr.

splom(profile, conf=(0.5, 0.8, 0.9, 0.95, 0.99), which=None): above the diagonal in the parameters' units, below it as
zetas; the traces along which one of the two is held, and contours of the regions. Where the traces are straight and the
contours round, a covariance matrix says it all.

Raises ValueError for fewer than two parameters, a parameter without a spline, a confidence not between 0 and 1.
""")

dotplot = generic("dotplot", """Caterpillar plots of conditional modes, by grouping factor. R: lme4's dotplot.ranef.mer.

dotplot(ranef, scales="same"): {"Subject": plot}; a panel an effect, levels in the order of the first effect, and
intervals of 1.96 conditional standard deviations either way. scales: "same" x axes in all panels or "free" ones.
""")

qqmath = generic("qqmath", """Normal quantiles of conditional modes, or of residuals. R: lme4's qqmath methods.

qqmath(ranef): {"Subject": plot}, modes with intervals of 1.96 conditional standard deviations against normal quantiles;
qqmath(model): one plot, standardized residuals with the line through their quartiles.
""")

plot = generic("plot", """Pearson residuals against fitted values. R: lme4's plot.merMod.""")


def _room(name: str) -> Any:
    require_plotnine()
    return import_module(f"translations.figures.{name}")


@xyplot.register(Profile)
def _zeta(x: Profile, conf: Sequence[float] = CONF, absVal: bool = False, which: Any = None) -> ggplot:  # noqa: N803
    return _room("profile_plots").zeta(x, conf, absVal, which)


@densityplot.register(Profile)
def _density(x: Profile, npts: int = 201, upper: float = 0.999) -> ggplot:
    return _room("profile_plots").density(x, npts, upper)


@splom.register(Profile)
def _pairs(x: Profile, conf: Sequence[float] = CONF, which: Any = None) -> ggplot:
    return _room("profile_plots").pairs(x, conf, which)


@dotplot.register(Ranef)
def _caterpillars(x: Ranef, scales: str = "same") -> dict[str, ggplot]:
    return _room("effect_plots").caterpillars(x, scales)


@qqmath.register(Ranef)
def _quantiles_of_modes(x: Ranef) -> dict[str, ggplot]:
    return _room("effect_plots").quantiles_of_modes(x)


@qqmath.register(LmerMod)
def _quantiles_of_residuals(x: LmerMod) -> ggplot:
    return _room("effect_plots").quantiles_of_residuals(x)


@plot.register(LmerMod)
def _residuals(x: LmerMod) -> ggplot:
    return _room("effect_plots").residuals_against_fitted(x)
