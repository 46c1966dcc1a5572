"""The four plots of a linear or generalized linear model: R's plot.lm."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from plotnine import (
    aes,
    coord_cartesian,
    element_text,
    geom_abline,
    geom_hline,
    geom_line,
    geom_point,
    geom_text,
    ggplot,
    labs,
    scale_x_continuous,
)

from translations.generalized.model import Glm
from translations.settings import since
from translations.stats import deletion_generics, generics
from translations.stats.distributions import qnorm
from translations.stats.linear.linear_model import Lm

from .lowess import lowess
from .style import DATA, MODEL, OTHER, QUIET, own_theme

NAMED = 3  # the points furthest out, which bear their labels
LEVELS = (0.5, 1.0)  # of Cook's distance
QUARTILES = (0.25, 0.75)
CURVE = 101  # points of a contour


def four_plots(m: Lm | Glm) -> Any:
    """A plotnine composition, two by two: residuals against fitted values, normal quantiles, their spread against
    fitted values, residuals against leverage. Where all leverages are equal the last is by levels of the factors, and
    left out where there are none, as in R.
    """
    of = _Observations(m)
    last = against_levels(of) if of.constant_leverage else against_leverage(of)
    return (against_fitted(of) | quantiles(of)) / (spread(of) if last is None else (spread(of) | last))


@dataclass(frozen=True)
class _Observations:
    """What the plots need to know of a model's observations."""

    m: Lm | Glm

    @property
    def generalized(self) -> bool:
        """Whether the model is one of `glm`."""
        return isinstance(self.m, Glm)

    @cached_property
    def used(self) -> np.ndarray:
        """Which rows have a weight, (n,)."""
        weights = self.m.weights if isinstance(self.m, Lm) else self.m.fit.prior
        return np.ones(self.m.frame.n, dtype=bool) if weights is None else np.asarray(weights) != 0

    @cached_property
    def frame(self) -> pd.DataFrame:
        """fitted (of a generalized model its link's), residual (Pearson's), standardized, leverage, cook, label; a row
        an observation with a weight.
        """
        found = pd.DataFrame({
            "fitted": generics.predict(self.m),
            "residual": generics.residuals(self.m, type="pearson" if self.generalized else "response"),
            "standardized": deletion_generics.rstandard(self.m, **({"type": "pearson"} if self.generalized else {})),
            "leverage": deletion_generics.hatvalues(self.m),
            "cook": deletion_generics.cooks_distance(self.m),
        }).loc[self.m.labels][self.used]  # without what na.exclude filled up
        return found.assign(label=found.index.astype(str))

    @property
    def constant_leverage(self) -> bool:
        """Whether all leverages are equal, as in balanced designs."""
        low, high = self.frame["leverage"].min(), self.frame["leverage"].max()
        return bool(high == 0.0 or high - low < 1e-10 * self.frame["leverage"].mean())

    @property
    def words(self) -> tuple[str, str]:
        """What fitted values and standardized residuals are called on the axes."""
        if self.generalized:
            return "Predicted values", "Std. Pearson resid."
        return "Fitted values", "Standardized residuals"

    def smooth(self, frame: pd.DataFrame, x: str, y: str) -> pd.DataFrame:
        """The curve through two columns; of a generalized model without weighing outlying points down, as in R."""
        there = frame[[x, y]].dropna()
        at, curve = lowess(there[x].to_numpy(), there[y].to_numpy(), iterations=0 if self.generalized else 3)
        return pd.DataFrame({x: at, y: curve})


def against_fitted(of: _Observations) -> ggplot:
    """Residuals against fitted values, with a smooth curve."""
    plot = _plot(of, of.frame, ("fitted", "residual"), "residual", "Residuals vs Fitted")
    return plot + geom_hline(yintercept=0, color=QUIET, linetype="dotted") + labs(x=of.words[0], y="Residuals")


def quantiles(of: _Observations) -> ggplot:
    """Standardized residuals against normal quantiles, and the line through both quartiles; of a generalized model as R
    4.3 and later have it: absolute deviance residuals against half-normal quantiles.
    """
    half = of.generalized and since("1.1-37")
    values = deletion_generics.rstandard(of.m, type="deviance") if half else of.frame["standardized"]
    frame = of.frame.assign(standardized=values.abs() if half else values).dropna(subset=["standardized"])
    n = len(frame)
    offset = 0.375 if n <= 10 else 0.5  # R: ppoints
    rank = np.argsort(np.argsort(frame["standardized"].to_numpy(), kind="stable"))
    frame["quantile"] = _quantile((rank + 1 - offset) / (n + 1 - 2 * offset), half)
    ends, at = np.quantile(frame["standardized"], QUARTILES), _quantile(np.array(QUARTILES), half)
    slope = (ends[1] - ends[0]) / (at[1] - at[0])
    line = geom_abline(intercept=ends[0] - at[0] * slope, slope=slope, color=QUIET, linetype="dotted")
    plot = _plot(of, frame, ("quantile", "standardized"), "standardized", "Q-Q residuals", smooth=False)
    return plot + line + labs(x="Theoretical quantiles", y="|Std. deviance resid.|" if half else of.words[1])


def _quantile(p: np.ndarray, half: bool) -> np.ndarray:
    return np.asarray(qnorm((p + 1.0) / 2.0 if half else p))


def spread(of: _Observations) -> ggplot:
    """Square roots of absolute standardized residuals against fitted values, with a smooth curve."""
    frame = of.frame.assign(root=np.sqrt(of.frame["standardized"].abs()))
    plot = _plot(of, frame, ("fitted", "root"), "standardized", "Scale-Location")
    return plot + labs(x=of.words[0], y=f"Root of |{of.words[1].lower()}|")


def against_leverage(of: _Observations) -> ggplot:
    """Standardized residuals against leverage, with the contours of Cook's distance and, before R 4.6, a curve."""
    leverage = of.frame["leverage"]
    frame = of.frame.assign(leverage=leverage.where(of.frame["standardized"].notna()))  # those of leverage 1 have none
    end = 1.04 * frame["leverage"].max()  # of R's axis
    at = np.linspace(min(leverage.min(), leverage.max() / 100.0), end, CURVE)
    edge = 0.08 * np.ptp(frame["standardized"].dropna())
    plot = _plot(of, frame, ("leverage", "standardized"), "cook", "Residuals vs Leverage", smooth=not since("2.1"))
    for level, sign in product(LEVELS, (1.0, -1.0)):
        reach = sign * np.sqrt(level * of.m.rank * np.maximum(1.0 - at, 0.0) / at)
        plot += geom_line(data=pd.DataFrame({"leverage": at, "standardized": reach}), color=OTHER, linetype="dashed")
    return (plot + labs(x="Leverage", y=of.words[1], caption="dashed: Cook's distances of 0.5 and 1")
            + coord_cartesian(xlim=(0.0, end),
                              ylim=(frame["standardized"].min() - edge, frame["standardized"].max() + edge)))


def against_levels(of: _Observations) -> ggplot | None:
    """Where all leverages are equal: standardized residuals against the combinations of the factors' levels, a number
    each, the first factor's named on the axis; None without a factor.
    """
    levels = of.m.X.xlevels
    if not levels:
        return None
    first, *others = levels
    steps = np.cumprod([1, *(len(levels[name]) for name in reversed(others))])[::-1]
    variables: dict[str, Any] = {name: of.m.frame.variables[name] for name in levels}  # factors
    codes = [np.asarray(each.codes)[of.used] for each in variables.values()]
    frame = of.frame.assign(combination=sum(step * code for step, code in zip(steps, codes, strict=True)))
    middles = steps[0] * (np.arange(len(levels[first])) + 0.5) - 0.5
    plot = _plot(of, frame, ("combination", "standardized"), "cook", "Residuals vs Factor Levels")
    return (plot + geom_hline(yintercept=0, color=QUIET, linetype="dotted") + labs(x=first, y=of.words[1])
            + scale_x_continuous(breaks=list(middles), labels=list(levels[first])))


def _plot(of: _Observations, frame: pd.DataFrame, along: tuple[str, str], by: str, title: str,
          smooth: bool = True) -> ggplot:
    """Points, a smooth curve through them, and the labels of those furthest out by a column."""
    plot = ggplot(frame, aes(*along)) + geom_point(color=DATA, size=1.2)
    if smooth:
        plot += geom_line(data=of.smooth(frame, *along), color=MODEL)
    named = geom_text(aes(label="label", ha="side"), extreme(frame, along[0], by), size=7.5, color=OTHER)
    return plot + named + labs(title=title) + own_theme(plot_title=element_text(size=10.5))


def extreme(frame: pd.DataFrame, x: str, by: str) -> pd.DataFrame:
    """The rows with the largest absolute values of the column `by`, the largest first, and on which `side` of the
    point the label has room.
    """
    found = frame.iloc[np.argsort(-frame[by].abs().to_numpy(), kind="stable")[:NAMED]]
    middle = (frame[x].min() + frame[x].max()) / 2.0
    return found.assign(side=np.where(found[x] > middle, "right", "left"), label=" " + found["label"] + " ")
