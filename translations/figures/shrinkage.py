"""Shrinkage plotted: where each subject stands without pooling, and where partial pooling puts it."""

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

from translations.lme4.results.extract import fixef
from translations.stats.generics import coef

from .chapter import own_lines
from .style import DATA, MODEL, OTHER, QUIET, own_theme

LABELS_OFF = np.array([4.2, 0.8])  # how far beyond its arrow's start a subject's number stands: ms, ms a day
COLORS = {"no pooling": OTHER, "partial pooling": MODEL, "average": DATA}
SHAPES = {"no pooling": "o", "partial pooling": "o", "average": "D"}


def shrinkage_plot(np_model: Any, pp_mod: Any) -> ggplot:
    """Each subject's intercept and slope, from its own regression to the mixed model, and the model's average."""
    lines = shrinking(np_model, pp_mod)
    return (
        ggplot(lines, aes("intercept", "slope"))
        + geom_segment(
            aes(xend="partial_intercept", yend="partial_slope"), color=QUIET, arrow=arrow(length=0.06, type="closed")
        )
        + geom_point(aes(color="pooling", shape="pooling"), points(lines, pp_mod), size=2.4)
        + geom_text(aes("label_x", "label_y", label="Subject"), size=6.5, color="#5c636c")
        + scale_color_manual(values=COLORS, name=" ")
        + scale_shape_manual(values=SHAPES, name=" ")
        + scale_x_continuous(expand=(0.06, 0))
        + labs(x="Intercept: reaction time at baseline (ms)", y="Slope: increase per day of deprivation (ms)")
        + own_theme()
    )


def shrinking(np_model: Any, pp_mod: Any) -> pd.DataFrame:
    """Subject, intercept and slope of no pooling, partial_intercept and partial_slope, label_x and label_y; ms and ms a
    day, 18 rows.
    """
    lines = own_lines(np_model)
    own, partial = lines[["intercept", "slope"]].to_numpy(), coef(pp_mod)["Subject"].to_numpy()
    back = (own - partial) / LABELS_OFF
    lines[["partial_intercept", "partial_slope"]] = partial
    lines[["label_x", "label_y"]] = own + LABELS_OFF * back / np.hypot(*back.T)[:, None]
    return lines


def points(lines: pd.DataFrame, pp_mod: Any) -> pd.DataFrame:
    """intercept, slope and how they were pooled: a row a subject without pooling, one with, and one on average."""
    average = fixef(pp_mod)
    partial = lines[["partial_intercept", "partial_slope"]].set_axis(["intercept", "slope"], axis=1)
    middle = pd.DataFrame({"intercept": [average["(Intercept)"]], "slope": [average["days_deprived"]]})
    found = pd.concat([lines[["intercept", "slope"]], partial, middle], keys=list(COLORS), names=["pooling", None])
    return found.reset_index("pooling").assign(pooling=lambda all: pd.Categorical(all["pooling"], list(COLORS)))
