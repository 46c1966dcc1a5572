"""F test of a large against a small model on Satterthwaite's degrees of freedom. R: pbkrtest::SATmodcomp."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.printing import Matrix, html, layout
from translations.printing.deparse import deparse
from translations.printing.dispatch import render
from translations.printing.objects import Printed
from translations.printing.style import Style
from translations.printing.tables import CoefTable
from translations.printing.values import as_values
from translations.settings import since
from translations.stats.distributions import pf

from ..arguments import require_mixed
from ..model import LmerMod
from .restrictions import compared
from .satterthwaite import satterthwaite


@dataclass(frozen=True, repr=False, eq=False)
class SatComparison(Printed):
    """F test of a large against a small model. `str()` is R's text.

    large, small: formulas, the small one None where a matrix was given
    test: one row with statistic, ndf, ddf and p.value;  L (c, p): the hypothesis L (beta - betaH) = 0
    """

    large: str
    small: str | None
    test: pd.DataFrame
    L: Matrix

    def _repr_html_(self) -> str:
        return html.comparison("F test with Satterthwaite's approximation", self.test, self.large, self.small or "")

    def __repr__(self) -> str:
        F = self.test.iloc[0]
        return f"<SATmodcomp: F = {F['statistic']:.6g} on {F['ndf']:g} and {F['ddf']:.6g}, p = {F['p.value']:.4g}>"


@render.register(SatComparison)
def _lines(x: SatComparison, style: Style) -> list[str]:
    lines = _formula("large", x.large)
    if x.small is not None and since("1.1-37"):
        lines += _formula("small", x.small)
    else:  # pbkrtest 0.5.2 shows no formula
        columns = [as_values(x.L.iloc[:, j].to_numpy()) for j in range(x.L.shape[1])]
        rows = layout.matrix(columns, style, [""] * len(x.L), [""] * len(columns))
        lines += ["small (restriction matrix) : ", *rows]
    return lines + render(CoefTable(x.test.set_axis(["[1,]"]), True), style)


def _formula(name: str, formula: str) -> list[str]:
    first, *rest = deparse(formula)
    return [f"{name} : {first}", *rest]


def SATmodcomp(largeModel: LmerMod, smallModel: Any, betaH: Any = 0.0) -> SatComparison:  # noqa: N802, N803
    """F test of a large against a nested small model on Satterthwaite's degrees of freedom. R: pbkrtest::SATmodcomp;
    Fai & Cornelius (1996).

    largeModel: a mixed model. smallModel: a model fitted to the same data, a formula ('.' the large one's own sides),
    or a matrix L (c, p) of hypotheses L (beta - betaH) = 0. betaH: a number or (p,). Models fitted by maximum
    likelihood are refitted by REML.

    Returns the test, `.test` and `.L`: `str()` is R's text.

    Raises ValueError for models that are not nested or have the same fixed effects.

    >>> print(r.SATmodcomp(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()), ". ~ . - Days").test.round(3))
       statistic  ndf   ddf  p.value
    1     45.853    1  17.0      0.0
    """
    require_mixed(largeModel, "SATmodcomp")
    large, small, L = compared(largeModel, smallModel)
    held: Floats = np.broadcast_to(np.asarray(betaH, dtype=float), (large.p,))
    F, q, ddf = satterthwaite(large).f_test(L, L @ held)
    test = pd.DataFrame([[F, q, ddf, pf(F, q, ddf, lower_tail=False)]], index=["1"],
                        columns=["statistic", "ndf", "ddf", "p.value"])
    described = None if small is None else small.design.formula.text
    return SatComparison(large.design.formula.text, described, test, Matrix(L, columns=large.design.names))
