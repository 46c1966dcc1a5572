"""Figures of effects, predictions, checks and simulated residuals, as methods of `plot`."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from plotnine import ggplot


def effect_plot(table: Any) -> ggplot:
    """Fitted values along the first predictor, with their intervals; a panel for each combination of the others."""
    first, *others = table.focal
    return _along(pd.DataFrame(table), first, "fit", "lower", "upper", others, table.response)


def prediction_plot(table: Any) -> ggplot:
    """Predictions along x with their intervals, a colour for each group."""
    from plotnine import aes, labs

    frame = pd.DataFrame(table)
    plot = _along(frame, "x", "predicted", "conf.low", "conf.high", [], table.response,
                  "group" if len(table.focal) > 1 else None)
    named = {"x": table.focal[0]} | ({"color": table.focal[1], "fill": table.focal[1]} if len(table.focal) > 1 else {})
    return plot + labs(**named) + aes()


def _along(frame: pd.DataFrame, x: str, y: str, low: str, high: str, panels: list[str], response: str,
           group: str | None = None) -> ggplot:
    from plotnine import (
        aes,
        facet_wrap,
        geom_line,
        geom_linerange,
        geom_point,
        geom_ribbon,
        ggplot,
        labs,
        position_dodge,
    )

    from translations.figures.style import own_theme

    colours = {"color": group, "fill": group} if group else {}
    if group:
        frame = frame.assign(**{group: pd.Categorical(frame[group], list(dict.fromkeys(frame[group])))})
    if pd.api.types.is_numeric_dtype(frame[x]):
        plot = ggplot(frame, aes(x, y, group=group or 1, **colours))
        plot = plot + geom_ribbon(aes(ymin=low, ymax=high), alpha=0.2, color="none") + geom_line()
    else:
        frame = frame.assign(**{x: pd.Categorical(frame[x], list(dict.fromkeys(frame[x])))})
        beside = position_dodge(width=0.25 if group else 0.0)
        plot = ggplot(frame, aes(x, y, group=group or 1, **colours))
        plot = plot + geom_linerange(aes(ymin=low, ymax=high), position=beside) + geom_point(position=beside, size=2.0)
    if panels:
        plot = plot + facet_wrap(panels, labeller="label_both")
    return plot + labs(x=x, y=response) + own_theme()


def checks_plot(checks: Any) -> ggplot:
    """Four panels: residuals and their spread against fitted values, a Q-Q plot, Cook's distance against leverage."""
    from plotnine import aes, facet_wrap, geom_point, ggplot, labs

    from translations.figures.style import own_theme

    return (ggplot(checks.panels, aes("x", "y")) + geom_point(alpha=0.6, size=1.2)
            + facet_wrap("panel", scales="free") + labs(x="", y="") + own_theme())


def simulated_plot(s: Any) -> ggplot:
    """A Q-Q plot of simulated residuals against the uniform distribution."""
    from plotnine import aes, geom_abline, geom_point, ggplot, labs

    from translations.figures.style import own_theme

    n = len(s.scaledResiduals)
    frame = pd.DataFrame({"expected": np.arange(1, n + 1) / (n + 1.0), "observed": np.sort(s.scaledResiduals)})
    return (ggplot(frame, aes("expected", "observed")) + geom_abline(intercept=0.0, slope=1.0, linetype="dashed")
            + geom_point(size=1.2) + labs(x="Expected", y="Observed") + own_theme())
