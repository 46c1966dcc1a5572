"""What the chapter's figures are made of: the frame of panels, each subject's own line, the days to predict."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from plotnine import aes, facet_wrap, geom_point, ggplot, labs, scale_x_continuous

from translations.data import sleep2
from translations.stats.generics import coef

from .style import DATA, own_theme


def by_subject(sleep2: pd.DataFrame, days: Iterable[int], *lines: Any) -> ggplot:
    """The chapter's frame for its models: lines under the points, a panel a subject, a break a day."""
    plot = ggplot(sleep2, aes("days_deprived", "Reaction"))
    for layer in lines:
        plot += layer
    return (
        plot
        + geom_point(color=DATA, size=1.2)
        + scale_x_continuous(breaks=list(days))
        + facet_wrap("Subject")
        + labs(x="Days deprived of sleep (0 = baseline)", y="Reaction Time")
        + own_theme()
    )


def own_lines(np_model: Any) -> pd.DataFrame:
    """Each subject's line in the no-pooling model: Subject, intercept (ms), slope (ms a day), 18 rows."""
    b, subjects = coef(np_model), sleep2()["Subject"].cat.categories
    return pd.DataFrame(
        {
            "Subject": pd.Categorical(subjects, categories=subjects),
            "intercept": [b["(Intercept)"] + b.get(f"Subject{s}", 0.0) for s in subjects],
            "slope": [b["days_deprived"] + b.get(f"days_deprived:Subject{s}", 0.0) for s in subjects],
        }
    )


def grid_of(days: Iterable[int]) -> pd.DataFrame:
    """Every subject on each of `days`: Subject, days_deprived."""
    subjects = sleep2()["Subject"].cat.categories
    grid = pd.MultiIndex.from_product([subjects, list(days)], names=["Subject", "days_deprived"]).to_frame(index=False)
    return grid.assign(Subject=pd.Categorical(grid["Subject"], categories=subjects))
