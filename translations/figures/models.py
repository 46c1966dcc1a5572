"""Figures of the chapter's model that the chapter has no picture of: shrinkage, conditional modes, profiles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from plotnine import (
    aes,
    arrow,
    geom_point,
    geom_segment,
    geom_text,
    ggplot,
    labs,
    scale_color_manual,
    scale_shape_manual,
    scale_x_continuous,
)

import translations as r
from translations.figures import lattice
from translations.figures.chapter import PARTIAL, own_lines
from translations.figures.style import DATA, MODEL, OTHER, QUIET, house

LABELS_OFF = np.array([4.2, 0.8])  # how far beyond its arrow's start a subject's number stands: ms, ms a day
POOLING = ["no pooling", "partial pooling", "average"]


def shrinkage(control: Any = None) -> ggplot:
    """Each subject's intercept and slope, from its own regression to the mixed model, and the model's average."""
    lines = shrinking(control)
    return (
        ggplot(lines, aes("intercept", "slope"))
        + geom_segment(
            aes(xend="partial_intercept", yend="partial_slope"), color=QUIET, arrow=arrow(length=0.06, type="closed")
        )
        + geom_point(aes(color="pooling", shape="pooling"), points(lines, control), size=2.4)
        + geom_text(aes("label_x", "label_y", label="Subject"), size=6.5, color="#5c636c")
        + scale_color_manual(values=dict(zip(POOLING, (OTHER, MODEL, DATA), strict=True)), name=" ")
        + scale_shape_manual(values=dict(zip(POOLING, ("o", "o", "D"), strict=True)), name=" ")
        + scale_x_continuous(expand=(0.06, 0))
        + labs(x="Intercept: reaction time at baseline (ms)", y="Slope: increase per day of deprivation (ms)")
        + house()
    )


def shrinking(control: Any = None) -> pd.DataFrame:
    """Subject, intercept and slope of no pooling, partial_intercept and partial_slope, label_x and label_y; ms and ms a
    day, 18 rows.
    """
    lines = own_lines()
    own = lines[["intercept", "slope"]].to_numpy()
    partial = r.coef(r.lmer(PARTIAL, r.sleep2(), control=control))["Subject"].to_numpy()
    back = (own - partial) / LABELS_OFF
    label = own + LABELS_OFF * back / np.hypot(*back.T)[:, None]
    lines[["partial_intercept", "partial_slope"]] = partial
    lines[["label_x", "label_y"]] = label
    return lines


def points(lines: pd.DataFrame, control: Any = None) -> pd.DataFrame:
    """intercept, slope and how they were pooled: a row a subject without pooling, one with, and one on average."""
    average = r.fixef(r.lmer(PARTIAL, r.sleep2(), control=control))
    partial = lines[["partial_intercept", "partial_slope"]].set_axis(["intercept", "slope"], axis=1)
    middle = pd.DataFrame({"intercept": [average["(Intercept)"]], "slope": [average["days_deprived"]]})
    found = pd.concat([lines[["intercept", "slope"]], partial, middle], keys=POOLING, names=["pooling", None])
    return found.reset_index("pooling").assign(pooling=lambda all: pd.Categorical(all["pooling"], categories=POOLING))


def caterpillar(control: Any = None) -> ggplot:
    """The subjects' conditional modes with 95 % intervals."""
    modes = r.ranef(r.lmer(PARTIAL, r.sleep2(), control=control))
    plot: ggplot = lattice.dotplot(modes, scales="free")["Subject"]
    return plot


def profile_zeta(control: Any = None) -> ggplot:
    """Zeta of the six parameters."""
    plot: ggplot = lattice.xyplot(profile(control))
    return plot


def profile_density(control: Any = None) -> ggplot:
    """The densities that they imply."""
    plot: ggplot = lattice.densityplot(profile(control))
    return plot


def profile_pairs(control: Any = None) -> ggplot:
    """Pairs of them."""
    plot: ggplot = lattice.splom(profile(control))
    return plot


def profile(control: Any = None) -> Any:
    """The profile of the chapter's model, its parameters named by what they are."""
    return r.profile(r.lmer(PARTIAL, r.sleep2(), control=control), signames=False)
