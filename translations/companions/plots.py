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


def residual_plot(pattern: Any) -> ggplot:
    """Simulated residuals along a predictor, with the curves of their quantiles; a box for each group instead."""
    from plotnine import ggplot, labs

    layers = _pattern_layers(pattern, "")
    return ggplot() + layers + labs(x=pattern.xlab, y="DHARMa residual", title="\n".join(pattern.said)) + _plain()


def simulated_plot(residuals: np.ndarray, tests: Any, pattern: Any) -> ggplot:
    """A Q-Q plot of simulated residuals with their three tests, beside the residuals along the predictions."""
    from plotnine import aes, facet_wrap, geom_abline, geom_point, ggplot, labs

    n = len(residuals)
    said = [f"{name} test: p= {round(test.p_value, 5):g}, deviation {'significant' if test.p_value < 0.05 else 'n.s.'}"
            for name, test in tests.items()]
    titles = pd.Series(["\n".join(["QQ plot residuals", *said]), "\n".join(pattern.said)])
    panel = pd.Categorical(titles.iloc[:1], titles)
    frame = pd.DataFrame({"x": np.arange(1, n + 1) / (n + 1.0), "y": np.sort(residuals), "panel": panel.repeat(n)})
    line = pd.DataFrame({"intercept": [0.0], "slope": [1.0], "panel": panel})
    return (ggplot() + geom_abline(aes(intercept="intercept", slope="slope"), line, linetype="dashed")
            + geom_point(aes("x", "y"), frame, size=1.2)
            + _pattern_layers(pattern, pd.Categorical(titles.iloc[1:], titles)) + facet_wrap("panel", scales="free_x")
            + labs(x=f"Expected | {pattern.xlab}", y="Observed | DHARMa residual") + _plain())


def _plain() -> Any:
    from plotnine import theme

    from translations.figures.style import own_theme

    return own_theme() + theme(legend_position="none")


def _pattern_layers(pattern: Any, panel: Any) -> list[Any]:
    """Points and curves, or boxes; red where a test is below 0.05, as in R."""
    from plotnine import aes, geom_boxplot, geom_hline, geom_line, geom_point, geom_ribbon, scale_color_manual

    def of(**columns: Any) -> pd.DataFrame:
        found = pd.DataFrame(columns)
        return found.assign(panel=panel if isinstance(panel, str) else panel.repeat(len(found)))

    quantiles = geom_hline(aes(yintercept="y"), of(y=list(pattern.quantiles)), linetype="dashed", size=0.3)
    rows = of(x=pattern.pred, y=pattern.residuals)
    if pattern.levels is not None:
        group = pattern.pred.astype(int)
        where = pd.Categorical.from_codes(group, pattern.levels) if isinstance(panel, str) else group + 1
        rows = rows.assign(x=where, group=group, low=(pattern.test.p_value_cor < 0.05)[group].astype(str))
        boxes = geom_boxplot(aes("x", "y", color="low", group="group"), rows, fill="lightgrey")
        return [quantiles, boxes, _red(scale_color_manual)]
    end = ((pattern.residuals == 0.0) | (pattern.residuals == 1.0)).astype(bool)
    layers = [quantiles, geom_point(aes("x", "y", color="low"), rows.assign(low=end.astype(str)), size=1.2)]
    for i, p in enumerate([] if pattern.test is None else pattern.test.pvals):
        curves = pattern.test.predictions
        fit, se = curves[str(2 * i + 1)].to_numpy(), curves[str(2 * i + 2)].to_numpy()
        curve = of(x=curves["pred"].to_numpy(), y=fit, low=str(bool(p <= 0.05)), ymin=fit - se, ymax=fit + se)
        layers += [geom_ribbon(aes("x", ymin="ymin", ymax="ymax"), curve, alpha=0.15),
                   geom_line(aes("x", "y", color="low"), curve, size=1.0)]
    return [*layers, _red(scale_color_manual)]


def _red(scale: Any) -> Any:
    return scale(values={"True": "red", "False": "black"})
