"""Models on which degrees of freedom are tried, in R and here: the same data, and theta as R's optimizer left it."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

import translations as r
from translations.data import fixtures_path
from translations.lme4.model import LmerMod

SLEEP2 = 'sleep2 <- subset(read("sleepstudy"), Days >= 2); sleep2$days_deprived <- sleep2$Days - 2'


@dataclass(frozen=True)
class Model:
    """A formula, the frame, the R code that makes the frame `d`, and further arguments in both languages.

    f_digits: how many digits of F and of the mean squares R's own arithmetic leaves.
    """

    name: str
    formula: str
    frame: Callable[[], pd.DataFrame]
    code: str
    arguments: dict[str, Any] = field(default_factory=dict)
    r_arguments: str = ""
    f_digits: float = 10.0

    def fit(self) -> LmerMod:
        return r.lmer(self.formula, self.frame(), **self.arguments)

    def both(self, live: Any) -> LmerMod:
        """R's model as `m` in `live`, and ours with R's theta: what then differs is no optimizer's doing."""
        live.eval(f"suppressPackageStartupMessages({{library(lme4); library(lmerTest); library(pbkrtest)}})\n"
                  f"source('{fixtures_path() / 'data' / 'read.R'}')\n"
                  f"read <- function(name) read_fixture(name, '{fixtures_path() / 'data'}')\n"
                  f"{self.code}\nm <- suppressWarnings(suppressMessages(lmer({self.formula}, d{self.r_arguments})))")
        ours = self.fit()
        return replace(ours, optimum=replace(ours.optimum, theta=live.numbers("getME(m, 'theta')")))


def sleep2_uneven() -> pd.DataFrame:
    data = r.sleep2()
    return data[(data.index + 1) % 5 != 2]


def weighted() -> pd.DataFrame:
    data = r.sleep2()
    return data.assign(w=1 + (data.index + 1) % 5 / 4)


def cake_uneven() -> pd.DataFrame:
    return r.cake()[(r.cake().index + 1) % 7 != 0]


def cake_hole() -> pd.DataFrame:
    """One combination of recipe and temperature was never observed."""
    data = r.cake()
    return data[~((data["recipe"] == "C") & (data["temp"] == 225))]


def ham_uneven() -> pd.DataFrame:
    return r.load("ham")[(5 * r.load("ham").index + 5) % 13 > 3]


def crossed() -> pd.DataFrame:
    """Slopes by subject and by day at once: two blocks, one of them with two columns, unbalanced."""
    data = r.sleepstudy()
    return data.assign(day=pd.Categorical(data["Days"].astype(int).astype(str)))[(data.index + 1) % 4 != 0]


UNEVEN = "d <- sleep2[seq_len(nrow(sleep2)) %% 5 != 2, ]"
HOLE = 'd <- read("cake"); d <- d[!(d$recipe == "C" & d$temp == 225), ]'
CAKE = 'd <- read("cake"); d <- d[seq_len(nrow(d)) %% 7 != 0, ]'
MODELS = [
    Model("chapter", "Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2, f"{SLEEP2}; d <- sleep2"),
    Model("chapter intercepts", "Reaction ~ days_deprived + (1 | Subject)", r.sleep2, f"{SLEEP2}; d <- sleep2"),
    Model("chapter slopes", "Reaction ~ days_deprived + (0 + days_deprived | Subject)", r.sleep2,
          f"{SLEEP2}; d <- sleep2"),
    Model("chapter uncorrelated", "Reaction ~ days_deprived + (days_deprived || Subject)", r.sleep2,
          f"{SLEEP2}; d <- sleep2"),
    Model("chapter uneven", "Reaction ~ days_deprived + (days_deprived | Subject)", sleep2_uneven,
          f"{SLEEP2}; {UNEVEN}"),
    Model("sleepstudy", "Reaction ~ Days + (Days | Subject)", r.sleepstudy, 'd <- read("sleepstudy")'),
    Model("crossed slopes", "Reaction ~ Days + (Days | Subject) + (1 | day)", crossed,
          'd <- read("sleepstudy"); d$day <- factor(d$Days); d <- d[seq_len(nrow(d)) %% 4 != 0, ]'),
    Model("cake", "angle ~ recipe * temperature + (1 | recipe:replicate)", r.cake, 'd <- read("cake")'),
    Model("cake uneven", "angle ~ recipe * temperature + (1 | recipe:replicate)", cake_uneven, CAKE),
    Model("cake covariate", "angle ~ recipe * temp + (1 | recipe:replicate)", cake_uneven, CAKE),
    Model("cake no intercept", "angle ~ 0 + recipe + temp + (1 | recipe:replicate)", cake_uneven, CAKE,
          # 8.0 measured; with temp - 200 for temp, which leaves this F as it is, R gives our 12 digits.
          f_digits=7.9),
    Model("cake sums", "angle ~ recipe * temperature + (1 | recipe:replicate)", cake_uneven, CAKE,
          {"contrasts": {"recipe": "contr_sum"}}, ", contrasts = list(recipe = 'contr.sum')"),
    Model("penicillin", "diameter ~ 1 + (1 | plate) + (1 | sample)", r.Penicillin, 'd <- read("Penicillin")'),
    Model("pastes", "strength ~ 1 + (1 | batch/cask)", r.Pastes, 'd <- read("Pastes")'),
    Model("machines", "score ~ Machine + (Machine | Worker)", lambda: r.load("Machines"), 'd <- read("Machines")'),
    Model("machines nested", "score ~ Machine + (1 | Worker) + (1 | Worker:Machine)",
          lambda: r.load("Machines").iloc[:-7], 'd <- head(read("Machines"), -7)'),
    Model("ham", "Informed.liking ~ Product * Information + (1 | Consumer) + (1 | Consumer:Product)",
          lambda: r.load("ham"), 'd <- read("ham")'),
    Model("ham uneven", "Informed.liking ~ Product * Information * Gender + Age + (1 | Consumer)", ham_uneven,
          'd <- read("ham"); d <- d[(5 * seq_len(nrow(d))) %% 13 > 3, ]'),
    Model("carrots", "Preference ~ sens2 * Homesize + (1 + sens2 | Consumer)", lambda: r.load("carrots"),
          'd <- read("carrots")'),
    Model("oats", "yield ~ nitro * Variety + (1 | Block/Variety)", lambda: r.load("Oats"), 'd <- read("Oats")'),
    Model("orthodont", "distance ~ age * Sex + (age | Subject)", lambda: r.load("Orthodont"), 'd <- read("Orthodont")'),
    Model("weights", "Reaction ~ days_deprived + (days_deprived | Subject)", weighted,
          f"{SLEEP2}; d <- transform(sleep2, w = 1 + (seq_len(144) %% 5) / 4)", {"weights": "w"}, ", weights = w"),
    Model("maximum likelihood", "Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2,
          f"{SLEEP2}; d <- sleep2", {"REML": False}, ", REML = FALSE"),
]


def digits(ours: Any, theirs: Any, scale: Any = None) -> float:
    """The fewest digits that two arrays share, relative to each value of `theirs`, or to `scale`."""
    ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    assert ours.shape == theirs.shape
    assert (np.isnan(ours) == np.isnan(theirs)).all()
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.abs(ours - theirs) / np.abs(theirs if scale is None else scale)
    return float(-np.log10(np.nanmax(gap, initial=1e-17)))
