"""Plots of conditional modes and of residuals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from plotnine import (
    aes,
    facet_wrap,
    geom_abline,
    geom_hline,
    geom_point,
    geom_segment,
    geom_vline,
    ggplot,
    labs,
    scale_y_discrete,
)

from translations.lme4.model import LmerMod
from translations.lme4.results.ranef import Ranef
from translations.stats import generics
from translations.stats.distributions import qnorm
from translations.stats.linear.boxcox import BoxCox

from .style import DATA, MODEL, QUIET, own_theme

HALF_WIDTH = 1.96  # conditional standard deviations either way, as lme4 draws them
QUARTILES = (0.25, 0.75)


def intervals(modes: Ranef, group: str) -> pd.DataFrame:
    """A factor's modes with the ends of their intervals: grp, term, condval, condsd, low, high; grp's categories are in
    the order of the first effect.
    """
    table = modes.as_data_frame().query("grpvar == @group").drop(columns="grpvar")
    first = modes[group].iloc[:, 0]
    order = first.index[np.argsort(first.to_numpy(), kind="stable")]
    reach = HALF_WIDTH * table["condsd"]
    return table.assign(
        low=table["condval"] - reach,
        high=table["condval"] + reach,
        grp=pd.Categorical(table["grp"], categories=order),
        term=pd.Categorical(table["term"], categories=modes[group].columns),
    )


def caterpillars(modes: Ranef, scales: str) -> dict[str, ggplot]:
    """By grouping factor: modes with intervals, a panel an effect. Raises ValueError for unknown scales."""
    if scales not in ("same", "free"):
        raise ValueError(f"scales={scales!r}: use 'same' or 'free'")
    return {group: caterpillar(intervals(modes, group), group, scales) for group in modes}


def caterpillar(table: pd.DataFrame, group: str, scales: str) -> ggplot:
    """One grouping factor's."""
    return (
        ggplot(table, aes("condval", "grp"))
        + geom_vline(xintercept=0, color=QUIET)
        + geom_segment(aes(x="low", xend="high", yend="grp"), color=MODEL, size=0.9)
        + geom_point(color=DATA, size=1.8)
        + facet_wrap("term", scales="free_x" if scales == "free" else "fixed")
        + scale_y_discrete(limits=list(table["grp"].cat.categories))
        + labs(x="", y=group)
        + own_theme()
    )


def quantiles_of_modes(modes: Ranef) -> dict[str, ggplot]:
    """By grouping factor: modes in order against the quantiles that as many normal draws have in the mean."""
    plots = {}
    for group in modes:
        table = intervals(modes, group).sort_values(["term", "condval"], kind="stable")
        rank = table.groupby("term", observed=True).cumcount()
        table["quantile"] = qnorm((rank.to_numpy() + 0.5) / len(modes[group]))
        plots[group] = (
            ggplot(table, aes("condval", "quantile"))
            + geom_vline(xintercept=0, color=QUIET)
            + geom_segment(aes(x="low", xend="high", yend="quantile"), color=MODEL, size=0.9)
            + geom_point(color=DATA, size=1.8)
            + facet_wrap("term", scales="free_x")
            + labs(x=group, y="Standard normal quantiles")
            + own_theme()
        )
    return plots


def quantiles_of_residuals(m: LmerMod) -> ggplot:
    """Standardized residuals in order against normal quantiles, and the line through both quartiles."""
    values = np.sort(generics.residuals(m, type="pearson", scaled=True).dropna().to_numpy())
    n = len(values)
    offset = 0.375 if n <= 10 else 0.5  # R: ppoints
    quantiles = qnorm((np.arange(1, n + 1) - offset) / (n + 1 - 2 * offset))
    ends, at = np.quantile(values, QUARTILES), qnorm(np.array(QUARTILES))
    slope = (ends[1] - ends[0]) / (at[1] - at[0])
    return (
        ggplot(pd.DataFrame({"quantile": quantiles, "residual": values}), aes("quantile", "residual"))
        + geom_abline(intercept=ends[0] - at[0] * slope, slope=slope, color=MODEL)
        + geom_point(color=DATA, size=1.2)
        + labs(x="Standard normal quantiles", y="Standardized residuals")
        + own_theme()
    )


def residuals_against_fitted(m: LmerMod) -> ggplot:
    """Pearson residuals against fitted values, both in the response's units (residuals times the weights' roots)."""
    points = pd.DataFrame({"fitted": generics.fitted(m), "residual": generics.residuals(m, type="pearson")}).dropna()
    return (
        ggplot(points, aes("fitted", "residual"))
        + geom_hline(yintercept=0, color=MODEL)
        + geom_point(color=DATA, size=1.2)
        + labs(x="fitted", y="Pearson residuals")
        + own_theme()
    )


def powers(x: BoxCox) -> ggplot:
    """The likelihood of powers of a response, with the best one and its 95 percent interval. R: MASS::boxcox."""
    from plotnine import aes, geom_hline, geom_line, geom_vline, ggplot, labs

    ends = pd.DataFrame({"at": [one for one in (x.best, *x.interval) if np.isfinite(one)]})
    return (ggplot(pd.DataFrame(x), aes("x", "y")) + geom_line() + geom_hline(yintercept=x.limit, linetype="dotted")
            + geom_vline(aes(xintercept="at"), ends, linetype="dotted") + labs(x="lambda", y="log-Likelihood")
            + own_theme())
