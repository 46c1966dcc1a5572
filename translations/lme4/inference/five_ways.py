"""One page, five ways: the tests and intervals that a mixed model's coefficient can have, side by side.

The chapter shows the first, and sends the reader to Luke (2017, Behav. Res. Methods 49, 1494-1502) for the others.
"""
from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import NamedTuple

import numpy as np
import pandas as pd

from translations.stats import generics

from ..arguments import require_mixed
from ..lmer import lmer
from ..model import LmerMod
from ..refit import refitML
from ..results.update import update_mixed
from .lmertest import machinery, t_interval, t_table
from .restrictions import as_reml

RIGHT_WHEN = {
    "t as z": "there are so many groups that t is as good as normal",
    "likelihood ratio": "there are many groups; where they are few its p-value is too small",
    "Satterthwaite": "groups are few and the design is near balance",
    "Kenward-Roger": "as Satterthwaite's and for the smallest samples; exact where an exact F test exists",
    "parametric bootstrap": "the model's distributions hold and nsim is large: p is a multiple of 1 / (nsim + 1)",
}
COLUMNS = ["estimate", "statistic", "df", "p.value", "lower", "upper", "seconds", "right when"]


class Way(NamedTuple):
    """One row: the estimate, the test's statistic (t; a chi-square for the ratio), df and p-value, the interval."""

    estimate: float
    statistic: float
    df: float
    p: float
    lower: float
    upper: float


def five_ways(m: LmerMod, term: str, nsim: int = 1000, seed: int | None = None, level: float = 0.95) -> pd.DataFrame:
    """Test and interval of a coefficient in five ways, one row each, with the seconds that each took. R has no such
    function; sources: those of `summary`, `anova`, `KRmodcomp` and `PBmodcomp`.

    m: a mixed model. term: the coefficient's. nsim: data sets of the bootstrap, 0 for none. seed: as in `set_seed`.
    level: of the intervals.

    t as z: the normal distribution for the t value, and Wald's interval. likelihood ratio: both models by maximum
    likelihood, and the interval in which the profiled likelihood is not significantly lower. Satterthwaite,
    Kenward-Roger: t with those degrees of freedom (and with the latter's standard error), the model by REML.
    parametric bootstrap: the ratio's own distribution in `nsim` data sets simulated without the term, and the
    percentiles of the estimate in as many simulated with it.

    Returns a frame of four or five rows, the estimate in its units.

    Raises KeyError when the model has no such fixed effect, ValueError when it is not a term of its own (a factor's,
    the intercept's).

    >>> list(r.five_ways(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()), "Days", nsim=0).index)
    ['t as z', 'likelihood ratio', 'Satterthwaite', 'Kenward-Roger']
    """
    require_mixed(m, "five_ways")
    if term not in m.design.names:
        raise KeyError(f"no fixed effect {term!r}; there are {', '.join(m.design.names)}")
    if term not in {t.label for t in m.design.X.formula.terms}:
        raise ValueError(f"{term!r} is not a term of {m.design.formula.fixed!r} with one coefficient")
    ways: dict[str, Callable[[], Way]] = {
        "t as z": lambda: t_as_z(m, term, level),
        "likelihood ratio": lambda: likelihood_ratio(m, term, level),
        "Satterthwaite": lambda: approximate(m, term, "Satterthwaite", level),
        "Kenward-Roger": lambda: approximate(m, term, "Kenward-Roger", level),
    }
    if nsim:
        ways["parametric bootstrap"] = lambda: parametric_bootstrap(m, term, nsim, seed, level)
    rows = []
    for name, way in ways.items():
        start = perf_counter()
        row = way()
        rows.append([*row, perf_counter() - start, RIGHT_WHEN[name]])
    return pd.DataFrame(rows, index=list(ways), columns=COLUMNS)


def t_as_z(m: LmerMod, term: str, level: float) -> Way:
    """The t value referred to the normal distribution."""
    from scipy.special import ndtr

    at = m.design.names.index(term)
    estimate, se = float(m.beta[at]), float(m.sigma * np.sqrt(m.unscaled_vcov[at, at]))
    lower, upper = generics.confint(m, parm=term, level=level, method="Wald").to_numpy()[0]
    return Way(estimate, estimate / se, np.inf, float(2.0 * ndtr(-abs(estimate / se))), lower, upper)


def likelihood_ratio(m: LmerMod, term: str, level: float) -> Way:
    """The model against the one without the term, both by maximum likelihood. R: anova(small, large)."""
    from scipy.special import chdtrc

    large = refitML(m)
    small = without(m, term)
    statistic = small.criterion(REML=False) - large.criterion(REML=False)
    lower, upper = generics.confint(large, parm=term, level=level, quiet=True).to_numpy()[0]
    p = float(chdtrc(1.0, max(statistic, 0.0)))
    return Way(float(large.beta[m.design.names.index(term)]), statistic, 1.0, p, lower, upper)


def approximate(m: LmerMod, term: str, ddf: str, level: float) -> Way:
    """The t-test with Satterthwaite's or Kenward-Roger's degrees of freedom, for the model by REML."""
    m = as_reml(m)
    table = t_table(np.eye(m.p)[[m.design.names.index(term)]], machinery(m, ddf))
    (lower,), (upper,) = t_interval(table, level)
    estimate, _, df, t, p = (float(v) for v in table[0])
    return Way(estimate, t, df, p, float(lower), float(upper))


def parametric_bootstrap(m: LmerMod, term: str, nsim: int, seed: int | None, level: float) -> Way:
    """pbkrtest's PBmodcomp for the test, lme4's bootMer for the percentile interval."""
    from ..bootstrap.pbmodcomp import PBmodcomp

    large = refitML(m)
    test = PBmodcomp(large, without(m, term), nsim=nsim, seed=seed).test.to_numpy()
    interval = generics.confint(m, parm=term, level=level, method="boot", nsim=nsim, seed=seed, quiet=True)
    lower, upper = interval.to_numpy()[0]
    estimate, stat, p = float(m.beta[m.design.names.index(term)]), float(test[1, 0]), float(test[1, 2])
    return Way(estimate, stat, np.nan, p, lower, upper)


def without(m: LmerMod, term: str) -> LmerMod:
    """The model without a fixed term, by maximum likelihood."""
    arguments = {k: v for k, v in m.arguments.items() if k != "start"}
    formula = update_mixed(m.design.formula.text, f". ~ . - {term}")
    return lmer(formula, m.data, REML=False, control=m.control, **arguments)
