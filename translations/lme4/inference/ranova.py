"""Tests of random-effects terms by leaving them out. R: lmerTest::ranova."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Matrix, html
from translations.printing.dispatch import render
from translations.printing.style import Style
from translations.printing.tables import AnovaTable
from translations.settings import since
from translations.stats import generics
from translations.stats.formulas.terms import parse, update_formula
from translations.stats.language.expressions import Call, Node, call, deparse, read

from ..arguments import require_mixed
from ..lmer import lmer
from ..model import LmerMod
from ..results.update import update_mixed


class AnovaFrame(pd.DataFrame):
    """An analysis-of-variance table with R's labels, whose `str()` is what R prints; the heading is in `.attrs`.

    hypotheses: the matrix L (c, p) that each row tests, by row, for F tables; {} for others.
    """

    _metadata = ["hypotheses"]
    hypotheses: Mapping[str, Matrix] = {}

    @property
    def _constructor(self) -> type[AnovaFrame]:
        return AnovaFrame

    def __str__(self) -> str:
        return str(AnovaTable(self.attrs.get("heading", ()), pd.DataFrame(self)))

    def __repr__(self) -> str:
        return f"<AnovaFrame {len(self)} x {self.shape[1]}: {', '.join(map(str, self.index))}>"

    def _repr_html_(self) -> str:
        return html.headed(self.attrs.get("heading", ()), pd.DataFrame(self))


@render.register(AnovaFrame)
def _lines(table: AnovaFrame, style: Style) -> list[str]:
    return render(AnovaTable(table.attrs.get("heading", ()), pd.DataFrame(table)), style)


def anova_frame(rows: Any, index: list[str], columns: list[str], heading: tuple[str, ...]) -> AnovaFrame:
    """Rows (r, c) of numbers under a heading."""
    table = AnovaFrame(np.array(rows, dtype=float).reshape(len(index), len(columns)), index=index, columns=columns)
    table.attrs["heading"] = heading
    return table


def reductions(m: LmerMod, reduce_terms: bool = True) -> dict[str, str]:
    """The formulas that leave out, or reduce, one random-effects term each, by the row label that lmerTest gives them.

    A term with effects that can be dropped (by marginality) loses each in turn, down to `(1 | g)`; others go.
    """
    full = full_formula(m)
    out = {}
    for bar in m.design.formula.bars:
        term, effects = f"({bar.label})", f"~ {bar.effects}"
        terms = parse(effects).terms
        droppable = [t.label for t in terms if not any(set(t.variables) < set(o.variables) for o in terms)]
        if not (reduce_terms and droppable):
            out[term] = update_mixed(full, f"~ . - {term}")
            continue
        for label in droppable:
            rest = "~1" if len(terms) == 1 else update_formula(effects, f"~ . - {label}")
            out[f"{label} in {term}"] = update_mixed(full, f"~ . - {term} + ({rest.removeprefix('~')} | {bar.group})")
    return out


def full_formula(m: LmerMod, simplified: bool = True) -> str:
    """The model's formula with each random-effects term by itself; `simplified` term by term, as R's update writes it.
    """
    fixed = read(m.design.formula.fixed)
    assert isinstance(fixed, Call)
    right: Node = fixed.args[1]
    for bar in m.design.formula.bars:
        right = call("+", right, read(f"({bar.label})"))
    text = deparse(call("~", fixed.args[0], right))
    return update_mixed(text, ". ~ .") if simplified else text


def ranova(m: LmerMod, reduce_terms: bool = True) -> AnovaFrame:
    """Likelihood-ratio tests of every random-effects term, the fixed effects kept. R: lmerTest::ranova.

    m: a mixed model. reduce_terms: terms such as (x | g) are reduced to (1 | g), else left out like the others.

    Returns a frame with columns npar, logLik, AIC, LRT, Df, Pr(>Chisq), its first row "<none>", the model. Likelihoods
    are restricted when the model's is. As R's, the p-values take no account of a variance's lying on the bound of its
    values, and so are too large there.

    Raises ValueError for an object that is no mixed model.

    >>> print(r.ranova(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())))
    ANOVA-like table for random-effects: Single term deletions
    <BLANKLINE>
    Model:
    Reaction ~ Days + (Days | Subject)
                             npar  logLik    AIC    LRT Df Pr(>Chisq)
    <none>                      6 -871.81 1755.6
    Days in (Days | Subject)    4 -893.23 1794.5 42.837  2   4.99e-10 ***
    ---
    Signif. codes:  0 ‘***’ 0.001 ‘**’ 0.01 ‘*’ 0.05 ‘.’ 0.1 ‘ ’ 1
    """
    require_mixed(m, "ranova")
    if m.design.random.parameters.written:
        raise ValueError("ranova leaves out terms of plain bars, and the model has covariance structures: compare it "
                         "by anova with the models without them")
    from scipy.special import chdtrc

    rows = [[m.p + len(m.par) + 1, float(generics.logLik(m))]]
    forms = reductions(m, reduce_terms)
    for formula in forms.values():
        rows.append(_likelihood(m, formula))
    npar, logLik = np.array(rows, dtype=float).T
    df = npar[0] - npar
    with np.errstate(invalid="ignore"):
        LRT = 2.0 * (logLik[0] - logLik)
        p = np.where(df > 0, chdtrc(df, np.maximum(LRT, 0.0)), np.nan)
    LRT[0] = df[0] = p[0] = np.nan
    shown = full_formula(m, simplified=not since("2.1"))
    heading = ("ANOVA-like table for random-effects: Single term deletions", "\nModel:", shown)
    columns = ["npar", "logLik", "AIC", "LRT", "Df", "Pr(>Chisq)"]
    rows_of = np.column_stack([npar, logLik, -2.0 * logLik + 2.0 * npar, LRT, df, p])
    return anova_frame(rows_of, ["<none>", *forms], columns, heading)


def rand(m: LmerMod, reduce_terms: bool = True) -> AnovaFrame:
    """`ranova` under its older name. R: lmerTest::rand.

    m: a mixed model. reduce_terms: terms such as (x | g) are reduced to (1 | g), else left out like the others.

    Returns a frame with columns npar, logLik, AIC, LRT, Df, Pr(>Chisq), its first row "<none>", the model.

    Raises ValueError for an object that is no mixed model.

    >>> print(r.rand(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())).round(2))
    ANOVA-like table for random-effects: Single term deletions
    <BLANKLINE>
    Model:
    Reaction ~ Days + (1 | Subject)
                  npar  logLik    AIC   LRT Df Pr(>Chisq)
    <none>           4 -893.23 1794.5
    (1 | Subject)    3 -946.83 1899.7 107.2  1  < 2.2e-16 ***
    ---
    Signif. codes:  0 ‘***’ 0.001 ‘**’ 0.01 ‘*’ 0.05 ‘.’ 0.1 ‘ ’ 1
    """
    return ranova(m, reduce_terms)


def _likelihood(m: LmerMod, formula: str) -> list[float]:
    """Number of parameters and the log-likelihood of the model with another random part, or with none."""
    if "|" not in formula:
        # With every theta at zero the criterion is that of the linear model.
        return [m.p + 1, -m.pls.deviance(np.zeros(len(m.theta)), m.REML) / 2.0]
    arguments = {k: v for k, v in m.arguments.items() if k != "start"}
    small = lmer(formula, m.data, REML=m.REML, control=m.control, **arguments)
    if small.n != m.n:
        raise ValueError(f"{formula} uses {small.n} rows, the model {m.n}: remove the rows with missing values first")
    return [small.p + len(small.par) + 1, float(generics.logLik(small))]
