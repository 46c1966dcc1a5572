"""The largest studentized residuals, tested with Bonferroni's correction: car's `outlierTest`."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from translations.generalized.model import Glm
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.model import LmerMod
from translations.printing import Style, Vector, html, render
from translations.printing.frames import data_frame
from translations.printing.numbers import format_number
from translations.printing.objects import Textual
from translations.stats import generics
from translations.stats.arguments import as_count, as_labels, as_number
from translations.stats.distributions import pnorm, pt
from translations.stats.linear.linear_model import Lm


@dataclass(frozen=True, eq=False, repr=False)
class OutlierTest(Textual):
    """Studentized residuals and their p-values, by row (R: class outlierTest). `str()` is R's text.

    rstudent, p, bonf_p: Vectors (k,), bonf_p above 1 where that is n times p;  signif: whether any is at most `cutoff`,
    else the largest residual stands alone
    """

    rstudent: Vector
    p: Vector
    bonf_p: Vector
    signif: bool
    cutoff: float

    def __repr__(self) -> str:
        return f"<outlierTest: {len(self.p) if self.signif else 'none'} of Bonferroni p <= {self.cutoff:g}>"

    def _repr_html_(self) -> str:
        return html.page("Outlier test", [html.table(_table(self))], _heading(self))


def _table(x: OutlierTest) -> pd.DataFrame:
    """The columns that are printed, p-values to five significant digits."""
    rounded = [np.array([float(f"{one:.4e}") for one in p]) for p in (x.p, x.bonf_p.where(x.bonf_p <= 1))]
    return pd.DataFrame({"rstudent": x.rstudent.to_numpy(), "unadjusted p-value": rounded[0],
                         "Bonferroni p": rounded[1]}, index=x.rstudent.index)


def _heading(x: OutlierTest) -> list[str]:
    none = [f"No Studentized residuals with Bonferroni p < {format_number(x.cutoff)}", "Largest |rstudent|:"]
    return [] if x.signif else none


@render.register(OutlierTest)
def _lines(x: OutlierTest, style: Style) -> list[str]:
    return [*_heading(x), *data_frame(_table(x), style)]


def outlierTest(m: Any, cutoff: float = 0.05, n_max: int = 10, order: bool = True,  # noqa: N802
                labels: Sequence[str] | None = None) -> OutlierTest:
    """Is the largest residual too large for one of n? R: car::outlierTest; Cook & Weisberg (1982), Weisberg (2014).

    m: a model by `lm`, `glm` or `lmer`. cutoff: residuals are told whose p-value, times the n of all, is at most this.
    n_max: at most so many. order: by p-value, else by row. labels: of the rows, (n,); by default the data's.

    A linear model's studentized residual has a t distribution on its residual degrees of freedom less one, a
    generalized one's a normal one. Of a mixed model car takes lme4's residuals, each over the whole fit's sigma, and
    that t distribution too, which is not derived for them.

    Returns an OutlierTest; its `str()` is R's text.

    Raises ValueError for another model, for labels that are not one a residual, and for a model without degrees of
    freedom.

    >>> print(r.outlierTest(r.lm("Reaction ~ Days", r.sleepstudy())))
    No Studentized residuals with Bonferroni p < 0.05
    Largest |rstudent|:
       rstudent unadjusted p-value Bonferroni p
    57 3.009425          0.0029996      0.53992
    """
    if not isinstance(m, Lm | Glm | LmerMod) or isinstance(m, GlmerMod):
        raise ValueError(f"outlierTest needs a model by lm, glm or lmer, not {type(m).__name__}; simulateResiduals and "
                         "testOutliers take one by glmer")
    cutoff, n_max = as_number(cutoff, "cutoff"), as_count(n_max, "n_max")
    t = generics.rstudent(m)
    if labels is not None:
        t = _called(t, as_labels(labels, "labels"))
    t = Vector(t[t.notna()])
    df = generics.df_residual(m) - 1
    if not len(t) or df <= 0:
        raise ValueError("no residual degree of freedom is left: outlierTest needs more rows than coefficients")
    size = np.abs(t.to_numpy(float))
    p = 2.0 * np.asarray(pnorm(size, lower_tail=False) if isinstance(m, Glm) else pt(size, df, lower_tail=False))
    bonf = len(t) * p
    rows = np.argsort(bonf, kind="stable") if order else np.arange(len(t))
    rows = rows[bonf[rows] <= cutoff][:n_max]
    found = len(rows) > 0
    if not found:
        rows = np.array([np.argmax(size)])
    rstudent, unadjusted, adjusted = (Vector(x[rows], index=t.index[rows]) for x in (t.to_numpy(float), p, bonf))
    return OutlierTest(rstudent, unadjusted, adjusted, found, cutoff)


def _called(t: Vector, labels: list[str]) -> Vector:
    if len(labels) != len(t):
        raise ValueError(f"labels are {len(labels)} and the residuals {len(t)}: one for each")
    return Vector(t.to_numpy(float), index=labels)
