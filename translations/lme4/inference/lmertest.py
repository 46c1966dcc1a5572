"""Tests of fixed effects with Satterthwaite's or Kenward and Roger's degrees of freedom. R: lmerTest.

Source: Kuznetsova, Brockhoff & Christensen (2017), J. Stat. Softw. 82(13).
"""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.printing import Matrix
from translations.stats import generics
from translations.stats.arguments import as_number, as_numbers, require_choice, require_level

from ..arguments import require_linear, require_mixed
from ..model import LmerMod
from ..results.summary import MerModSummary
from ..results.text import method_title
from .hypotheses import hypotheses, labelled
from .kenward_roger import KenwardRoger, kenward_roger
from .ranova import AnovaFrame, anova_frame
from .restrictions import as_contrasts, full_rank
from .satterthwaite import Satterthwaite, satterthwaite

METHODS = {"Satterthwaite": "Satterthwaite's", "Kenward-Roger": "Kenward-Roger's"}
KENWARD_ROGER_HERE = (
    'lmerTest says "Unable to compute Kenward-Roger t-test: using Satterthwaite instead" here, since pbkrtest cannot '
    "invert the information in the units of these data; the numbers here are Kenward-Roger's, which units do not change"
)
F_COLUMNS = ["Sum Sq", "Mean Sq", "NumDF", "DenDF", "F value", "Pr(>F)"]


def machinery(m: LmerMod, ddf: str) -> Satterthwaite | KenwardRoger:
    """What a method needs of a model, computed once for many tests.

    Raises ValueError for an unknown method, and for Kenward-Roger on a model fitted by maximum likelihood.
    """
    require_choice(ddf, METHODS, "ddf")
    require_linear(m, "a test with ddf=")
    if ddf == "Satterthwaite":
        return satterthwaite(m)
    if not m.REML:
        raise ValueError("Kenward-Roger's method is only available for REML model fits: refit the model with REML=True")
    found = kenward_roger(m)
    if found.beyond_pbkrtest:
        warnings.warn(KENWARD_ROGER_HERE, UserWarning, stacklevel=5)
    return found


def t_table(L: Floats, method: Satterthwaite | KenwardRoger, rhs: float = 0.0) -> Floats:
    """Estimate, standard error, degrees of freedom, t and two-sided p (c, 5) of every row of L (c, p). R: contest1D."""
    from scipy.special import stdtr

    covariance = method.vcov if isinstance(method, Satterthwaite) else method.adjusted
    estimate = L @ method.beta
    se = np.sqrt(np.einsum("ci,ij,cj->c", L, covariance, L))
    df = method.df(L) if isinstance(method, Satterthwaite) else np.array([method.df(row[None]) for row in L])
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (estimate - rhs) / se
    return np.column_stack([estimate, se, df, t, 2.0 * stdtr(df, -np.abs(t))])


def f_row(L: Floats, rhs: Floats, sigma: float, method: Satterthwaite | KenwardRoger) -> list[float]:
    """One row of an F table for L beta = rhs, L (c, p): sum and mean of squares, both df, F and p. R: contestMD.

    The mean square is sigma² times F, before Kenward and Roger's scaling.
    """
    from scipy.special import fdtrc

    if isinstance(method, Satterthwaite):
        F, ndf, ddf = method.f_test(L, rhs)
        p = float(fdtrc(ndf, ddf, F)) if ndf else np.nan
        return [F * sigma**2 * ndf, F * sigma**2, ndf, ddf, F, p]
    test = method.f_test(full_rank(L), np.linalg.pinv(L) @ rhs if rhs.any() else 0.0)
    mean_square = test.F_unscaled * sigma**2
    return [mean_square * test.q, mean_square, test.q, test.ddf, test.F, test.p]


def summary_with_df(m: LmerMod, ddf: str = "Satterthwaite") -> MerModSummary:
    """The summary with degrees of freedom and p-values; standard errors are Kenward-Roger's with that method.

    R: summary.lmerModLmerTest. Raises ValueError for an unknown method, or Kenward-Roger on a fit by ML.
    """
    table = t_table(np.eye(m.p), machinery(m, ddf))
    columns = ["Estimate", "Std. Error", "df", "t value", "Pr(>|t|)"]
    coefficients = Matrix(table, index=m.design.names, columns=columns)
    title = f"{method_title(m)}. t-tests use {METHODS[ddf]} method"
    return MerModSummary(m, coefficients, generics.vcov(m), title, "lmerModLmerTest")


def anova_table(m: LmerMod, ddf: str = "Satterthwaite", type: int | str = 3) -> AnovaFrame:
    """F tests of the fixed part, one row a term; `.hypotheses` holds the matrices L. R: anova.lmerModLmerTest.

    type: 1, 2, 3 or "I", "II", "III". A term without fitted columns has a row of NaN, at the end as in lmerTest. Raises
    ValueError for an unknown type or method, and for Kenward-Roger on a fit by maximum likelihood.
    """
    tested = hypotheses(m, type)
    method = machinery(m, ddf)
    full = [label for label, L in tested.items() if len(L)]
    empty = [label for label, L in tested.items() if not len(L)]
    rows = [f_row(tested[label], np.zeros(len(tested[label])), m.sigma, method) for label in full]
    roman = {"1": "I", "2": "II", "3": "III"}.get(str(type), str(type))
    heading = f"Type {roman} Analysis of Variance Table with {METHODS[ddf]} method"
    table = anova_frame(rows + [[np.nan] * 6 for _ in empty], full + empty, F_COLUMNS, (heading,))
    table.hypotheses = labelled(m, tested)
    return table


def contest(m: LmerMod, L: Any, rhs: Any = 0.0, joint: bool = True, ddf: str = "Satterthwaite",  # noqa: N803
            confint: bool = True, level: float = 0.95) -> pd.DataFrame:
    """Tests of contrasts by hand: L beta = rhs. R: lmerTest::contest; Kuznetsova et al. (2017), JSS 82(13).

    m: a mixed model. L: (p,) or (c, p), whose labels name the rows. rhs: a number or (c,), in units of L beta. joint:
    one F test of all rows (`contestMD`), else a t-test of every row (`contest1D`). ddf: "Satterthwaite" or
    "Kenward-Roger". confint, level: intervals of each row.

    Returns a frame, a row a test.

    Raises ValueError when L has not p columns, for an unknown method, or for Kenward-Roger on a fit by ML.

    >>> model = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> print(r.contest(model, [[0, 1]], joint=False))
        Estimate  Std. Error         df   t value     lower      upper  Pr(>|t|)
    1  10.467286     1.54579  16.999984  6.771481  7.205955  13.728617  0.000003
    """
    require_mixed(m, "contest")
    if joint:
        return contestMD(m, L, rhs, ddf)
    rows = as_contrasts(m, L)
    table = t_table(rows, machinery(m, ddf), as_number(rhs, "rhs"))
    index = list(L.index) if isinstance(L, pd.DataFrame) else [str(i) for i in range(1, len(rows) + 1)]
    out = pd.DataFrame(table, index=index, columns=["Estimate", "Std. Error", "df", "t value", "Pr(>|t|)"])
    if confint:
        for at, (name, bound) in enumerate(zip(("lower", "upper"), t_interval(table, level), strict=True)):
            out.insert(4 + at, name, bound)
    return out


def contest1D(m: LmerMod, L: Any, rhs: float = 0.0, ddf: str = "Satterthwaite", confint: bool = False,  # noqa: N802, N803
              level: float = 0.95) -> pd.DataFrame:
    """The t-test of one contrast. R: lmerTest::contest1D; Kuznetsova et al. (2017), JSS 82(13).

    m: a mixed model. L: (p,). rhs: what L beta is under the hypothesis. ddf: "Satterthwaite" or "Kenward-Roger".
    confint, level: an interval too.

    Returns a frame of one row: estimate, standard error, df, t value and p-value.

    Raises ValueError when L has not p columns, for an unknown method, or for Kenward-Roger on a fit by ML.

    >>> model = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> print(r.contest1D(model, [0, 1]))
        Estimate  Std. Error         df   t value  Pr(>|t|)
    1  10.467286     1.54579  16.999984  6.771481  0.000003
    """
    return contest(m, L, rhs, joint=False, ddf=ddf, confint=confint, level=level)


def contestMD(m: LmerMod, L: Any, rhs: Any = 0.0, ddf: str = "Satterthwaite") -> pd.DataFrame:  # noqa: N802, N803
    """The F test of all rows of L at once. R: lmerTest::contestMD; Kuznetsova et al. (2017), JSS 82(13).

    m: a mixed model. L: (c, p). rhs: what L beta is under the hypothesis, a number or (c,). ddf: "Satterthwaite" or
    "Kenward-Roger".

    Returns a frame of one row: sum and mean of squares, degrees of freedom, F value and p-value.

    Raises ValueError when L has not p columns, for an unknown method, or for Kenward-Roger on a fit by ML.

    >>> model = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> print(r.contestMD(model, [[0, 1]]))
            Sum Sq      Mean Sq  NumDF      DenDF    F value    Pr(>F)
    1  30030.93902  30030.93902      1  16.999984  45.852962  0.000003
    """
    require_mixed(m, "contestMD")
    rows = as_contrasts(m, L)
    given = as_numbers(rhs, "rhs")
    if given.shape not in ((), (1,), (len(rows),)):
        raise ValueError(f"rhs must be one number, or {len(rows)}, one a row of L; it has shape {given.shape}")
    values = np.broadcast_to(given, len(rows))
    return pd.DataFrame([f_row(rows, values, m.sigma, machinery(m, ddf))], index=["1"], columns=F_COLUMNS)


def t_interval(table: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """Lower and upper ends (c,) of the t intervals of a `t_table`. Raises ValueError for a level outside (0, 1)."""
    from scipy.special import stdtrit

    require_level(level)
    half = table[:, 1] * stdtrit(table[:, 2], (1.0 + level) / 2.0)
    return table[:, 0] - half, table[:, 0] + half
