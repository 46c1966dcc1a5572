"""F test of a large against a small model on Kenward and Roger's degrees of freedom. R: pbkrtest::KRmodcomp."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.printing import Matrix, Vector, console, html
from translations.printing.deparse import deparse
from translations.printing.objects import Printed
from translations.printing.tables import ModelComparison
from translations.stats import generics

from ..arguments import require_mixed
from ..model import LmerMod
from ..results.update import update_mixed
from .kenward_roger import kenward_roger
from .restrictions import compared


@dataclass(frozen=True)
class KRComparison(Printed):
    """F test of a large against a small model.

    test: rows Ftest (scaled) and FtestU; aux: parts of the scaling; L (c, p): the hypothesis L (beta - beta_h) = 0.
    `str()` is what R prints.
    """

    large: str
    small: str | Floats
    beta_h: Floats | float
    test: pd.DataFrame
    aux: Vector
    L: Matrix

    @property
    def table(self) -> ModelComparison:
        """What R prints: the scaled test, or the unscaled one where the scaling is doubtful (0.2 or less)."""
        head = [_formula_line("large", self.large)]
        if isinstance(self.small, str):
            head.append(_formula_line("small", self.small))
        else:
            head += ["L = ", console(self.small)]
            head += ["betaH=", console(np.asarray(self.beta_h))] if np.any(self.beta_h) else []
        row = "Ftest" if self.aux["F.scaling"] > 0.2 else "FtestU"
        return ModelComparison(head, self.test.loc[[row]], (0, 1, 2))

    def __str__(self) -> str:
        return str(self.table)

    def _repr_html_(self) -> str:
        named = self.small if isinstance(self.small, str) else ""
        return html.comparison("F test with Kenward-Roger's approximation", self.table.table, self.large, named)

    def __repr__(self) -> str:
        F = self.test.loc["Ftest"]
        return f"<KRmodcomp: F = {F['stat']:.6g} on {F['ndf']:g} and {F['ddf']:.6g}, p = {F['p.value']:.4g}>"


@dataclass(frozen=True, repr=False)
class KRSummary(Printed):
    """Both tests of a comparison, scaled and not, and what R notes of the scaling. R: summary.KRmodcomp."""

    comparison: KRComparison

    @property
    def test(self) -> pd.DataFrame:
        """Rows Ftest (scaled) and FtestU."""
        return self.comparison.test

    def __str__(self) -> str:
        x = self.comparison
        scaling = x.aux["F.scaling"]
        lines = str(ModelComparison(x.table.heading, x.test, (0, 1, 2))).split("\n")
        if 0 < scaling < 0.2:
            lines += ["Note: The scaling factor for the F-statistic is smaller than 0.2 ",
                      "The Unscaled statistic might be more reliable "]
        elif scaling <= 0:
            lines += ["Note: The scaling factor for the F-statistic is negative ",
                      "Use the Unscaled statistic instead. "]
        return "\n".join(["F-test with Kenward-Roger approximation", *lines])

    def _repr_html_(self) -> str:
        x = self.comparison
        named = x.small if isinstance(x.small, str) else ""
        return html.comparison("F test with Kenward-Roger's approximation", x.test, x.large, named)

    def __repr__(self) -> str:
        return f"<summary of {self.comparison!r}>"


@generics.summary.register(KRComparison)
def _summary(x: KRComparison) -> KRSummary:
    """The scaled and the unscaled test. R: summary.KRmodcomp, which says how long they took too."""
    return KRSummary(x)


def _formula_line(name: str, formula: str) -> str:
    return f"{name} : " + "\n".join(deparse(formula))


def KRmodcomp(largeModel: LmerMod, smallModel: Any, betaH: Any = 0.0,  # noqa: N802, N803
              ignore_weights: bool | None = None) -> KRComparison:
    """Kenward and Roger's F test of a large against a nested small model. R: pbkrtest::KRmodcomp; Halekoh & Højsgaard
    (2014).

    largeModel: a mixed model. smallModel: a model fitted to the same data, a formula ('.' the large one's own sides),
    or a matrix L (c, p) of hypotheses L (beta - betaH) = 0. betaH: a number or (p,). ignore_weights: as in `vcovAdj`.
    Models fitted by maximum likelihood are refitted by REML. As in pbkrtest the hypothesis matrix of two models is
    rounded to seven decimals, which moves F in its ninth digit.

    Returns the test: `str()` is R's text.

    Raises ValueError for models that are not nested or have the same fixed effects.

    >>> print(r.KRmodcomp(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()), ". ~ . - Days"))
    large : Reaction ~ Days + (Days | Subject)
    small : Reaction ~ (Days | Subject)
            stat    ndf    ddf F.scaling   p.value
    Ftest 45.853  1.000 17.000         1 3.264e-06 ***
    ---
    Signif. codes:  0 ‘***’ 0.001 ‘**’ 0.01 ‘*’ 0.05 ‘.’ 0.1 ‘ ’ 1
    """
    require_mixed(largeModel, "KRmodcomp")
    large, small, L = compared(largeModel, smallModel)
    described: str | Floats = L if small is None else small.design.formula.text
    given = smallModel if large.p > largeModel.p else largeModel
    text = given.design.formula.text
    if not given.REML:  # R fits it again by update, which writes its terms out
        text = update_mixed(text, ". ~ .")
    F, q, ddf, p, FU, pU, parts = kenward_roger(large, ignore_weights).f_test(L, np.asarray(betaH, dtype=float))
    test = pd.DataFrame([[F, q, ddf, parts["F.scaling"], p], [FU, q, ddf, np.nan, pU]], index=["Ftest", "FtestU"],
                        columns=["stat", "ndf", "ddf", "F.scaling", "p.value"])
    hypothesis = Matrix(L, columns=large.design.names)
    return KRComparison(text, described, betaH, test, Vector(parts), hypothesis)
