"""Figures 5.1 to 5.7 of the chapter.

Each is built as the chapter builds it: points by subject, and under them the lines that a model lays through them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from plotnine import aes, facet_wrap, geom_abline, geom_line, geom_point, ggplot, labs, scale_x_continuous

import translations as r
from translations.figures.style import DATA, MODEL, house

PARTIAL = "Reaction ~ days_deprived + (days_deprived | Subject)"


def figure_5_1() -> ggplot:
    """One subject's data."""
    sleepstudy = r.sleepstudy()
    return (
        ggplot(sleepstudy[sleepstudy["Subject"] == "308"], aes("Days", "Reaction"))
        + geom_point(color=DATA)
        + scale_x_continuous(breaks=range(10))
        + house()
    )


def figure_5_2() -> ggplot:
    """All 18 subjects, a panel each."""
    return (
        ggplot(r.sleepstudy(), aes("Days", "Reaction"))
        + geom_point(color=DATA, size=1.2)
        + scale_x_continuous(breaks=range(10))
        + facet_wrap("Subject")
        + house()
    )


def figure_5_3() -> ggplot:
    """Baseline and the seven days of deprivation."""
    return by_subject(range(8))


def figure_5_4() -> ggplot:
    """Complete pooling: one line for everybody."""
    cp_model = r.lm("Reaction ~ days_deprived", r.sleep2())
    intercept, slope = r.coef(cp_model)
    return by_subject(range(8), geom_abline(intercept=intercept, slope=slope, color=MODEL))


def figure_5_5() -> ggplot:
    """No pooling: each subject's own line."""
    return by_subject(range(8), geom_abline(aes(intercept="intercept", slope="slope"), own_lines(), color=MODEL))


def figure_5_6(control: Any = None) -> ggplot:
    """Partial pooling: what the mixed model predicts of each subject."""
    return by_subject(range(8), geom_line(data=predictions(range(8), control), color=MODEL))


def figure_5_7(control: Any = None) -> ggplot:
    """The same, three days beyond the data."""
    return by_subject(range(11), geom_line(data=predictions(range(11), control), color=MODEL))


def by_subject(days: Iterable[int], *lines: Any) -> ggplot:
    """The chapter's frame for its models: lines under sleep2's points, a panel a subject, a break a day."""
    plot = ggplot(r.sleep2(), aes("days_deprived", "Reaction"))
    for layer in lines:
        plot += layer
    return (
        plot
        + geom_point(color=DATA, size=1.2)
        + scale_x_continuous(breaks=list(days))
        + facet_wrap("Subject")
        + labs(x="Days deprived of sleep (0 = baseline)", y="Reaction Time")
        + house()
    )


def own_lines() -> pd.DataFrame:
    """Each subject's own regression: Subject, intercept (ms), slope (ms a day), 18 rows."""
    sleep2 = r.sleep2()
    b = r.coef(r.lm("Reaction ~ days_deprived + Subject + days_deprived:Subject", sleep2))
    subjects = sleep2["Subject"].cat.categories
    return pd.DataFrame(
        {
            "Subject": pd.Categorical(subjects, categories=subjects),
            "intercept": [b["(Intercept)"] + b.get(f"Subject{s}", 0.0) for s in subjects],
            "slope": [b["days_deprived"] + b.get(f"days_deprived:Subject{s}", 0.0) for s in subjects],
        }
    )


def predictions(days: Iterable[int], control: Any = None) -> pd.DataFrame:
    """What the chapter's mixed model predicts: Subject, days_deprived, Reaction (ms), one row a subject and day."""
    sleep2 = r.sleep2()
    pp_mod = r.lmer(PARTIAL, sleep2, control=control)
    subjects = sleep2["Subject"].cat.categories
    grid = pd.MultiIndex.from_product([subjects, list(days)], names=["Subject", "days_deprived"]).to_frame(index=False)
    grid["Subject"] = pd.Categorical(grid["Subject"], categories=subjects)
    return grid.assign(Reaction=r.predict(pp_mod, grid).to_numpy())
