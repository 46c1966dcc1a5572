"""Backward elimination of random and of fixed terms, R: lmerTest::step; of linear models by AIC, R: stats::step."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from translations.generalized.model import Glm
from translations.parallel.progress import Progress, bar
from translations.printing import html
from translations.printing.deparse import deparse
from translations.printing.dispatch import as_html, render
from translations.printing.objects import Printed
from translations.printing.style import Style
from translations.stats import generics
from translations.stats.arguments import as_count, as_labels, as_number, require_choice
from translations.stats.linear.linear_model import Lm
from translations.stats.stepwise import steps_by_aic

from ..arguments import require_mixed
from ..model import LmerMod
from .deletions import drop1_table
from .lmertest import METHODS
from .ranova import AnovaFrame, anova_frame, ranova, reductions

RANDOM = ["npar", "logLik", "AIC", "LRT", "Df", "Pr(>Chisq)"]


@dataclass(frozen=True, repr=False, eq=False)
class Steps(Printed):
    """What was eliminated, and what was left (R: class step_list). `str()` is R's text.

    random, fixed: tables whose column Eliminated says in which step a term went, 0 for those that stayed
    model: the model found, a linear model where no random term was left
    """

    random: AnovaFrame
    fixed: AnovaFrame
    model: LmerMod | Lm = field(repr=False)

    def __repr__(self) -> str:
        return f"<Steps to {generics.formula(self.model)}>"


@as_html.register(Steps)
def _html(x: Steps) -> str:
    parts = [html.table(x.random, "Random effects"), html.table(x.fixed, "Fixed effects")]
    return html.page("Backward elimination", parts, [f"Model found: {generics.formula(x.model)}"])


@render.register(Steps)
def _lines(x: Steps, style: Style) -> list[str]:
    found = " ".join(line.strip() for line in deparse(generics.formula(x.model)))
    return [*render(x.random, style), "", *render(x.fixed, style), "", "Model found:", found]


def step(m: LmerMod | Lm | Glm, ddf: str = "Satterthwaite", alpha_random: float = 0.1, alpha_fixed: float = 0.05,
         reduce_fixed: bool = True, reduce_random: bool = True, keep: Sequence[str] | str = (),
         progress: Progress = None, *, scope: Any = None, direction: str | None = None, trace: bool = True,
         steps: int = 1000, scale: float = 0.0, k: float = 2.0) -> Any:
    """Backward elimination: of random terms by likelihood ratios (`ranova`), then of fixed terms by F tests (`drop1`),
    the one with the largest p-value first. R: lmerTest::step. Of a linear or generalized linear model steps by AIC
    instead. R: stats::step.

    m: a mixed model. ddf: "Satterthwaite" or "Kenward-Roger". alpha_random, alpha_fixed: p-values above which a term
    goes. reduce_fixed, reduce_random: whether terms of the kind may go. keep: labels of fixed terms that stay.
    progress: as in `bootMer`, by the two kinds of terms.

    By AIC: scope: the largest model's formula, or {"lower": ..., "upper": ...}; None: the model itself. direction:
    "both", "backward" or "forward"; None: both where there is a scope, else backward. trace: whether each step is
    printed, R's text. steps: how many at most. scale: a linear model's residual variance where that is known. k: what a
    degree of freedom costs, log(n) for BIC.

    Returns the steps, with `.random`, `.fixed` and `.model`, which `get_model` takes out: `str()` is R's text. By AIC
    the model found, with `.anova`, a row a step. Tests after a selection on the same data claim too much; the tables
    show how the model was found, not how sure it is.

    Raises ValueError for an unknown method or direction, a level outside 0 to 1, a term in `keep` that the model lacks,
    an argument of the other kind of steps, a scope that does not fit the model, or rows that a step would change.

    >>> steps = r.step(r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", r.cake()))
    >>> print(r.formula(steps.model))
    angle ~ temp + (1 | recipe:replicate)
    >>> m = r.step(r.lm("angle ~ recipe * temp", r.cake()), trace=False)
    >>> print(r.formula(m))
    angle ~ temp
    """
    tested = {"ddf": ddf != "Satterthwaite", "alpha_random": alpha_random != 0.1, "alpha_fixed": alpha_fixed != 0.05,
              "reduce_fixed": not reduce_fixed, "reduce_random": not reduce_random, "keep": len(keep) > 0}
    by_aic = {"scope": scope is not None, "direction": direction is not None, "scale": scale != 0.0, "k": k != 2.0}
    if isinstance(m, Lm | Glm):
        _refuse(tested, "of a mixed model; of this one there are scope=, direction=, trace=, steps=, scale=, k=")
        return steps_by_aic(m, scope, direction, trace, as_count(steps, "steps"), as_number(scale, "scale"),
                            as_number(k, "k"))
    require_mixed(m, "step")
    _refuse(by_aic, "by AIC, of lm and glm; a mixed model's are by tests")
    require_choice(ddf, METHODS, "ddf")
    for name, level in (("alpha_random", alpha_random), ("alpha_fixed", alpha_fixed)):
        if not 0 <= as_number(level, name) <= 1:
            raise ValueError(f"{name} must lie between 0 and 1, not {level}")
    kept, labels = as_labels(keep, "keep"), [t.label for t in m.design.X.formula.terms]
    if wrong := [one for one in kept if one not in labels]:
        raise ValueError(f"keep names no term of the model: {', '.join(wrong)}; there are {', '.join(labels)}")
    with bar(progress, 2, "kinds of terms") as advance:
        random, model = _random_steps(m, alpha_random if reduce_random else 1.0)
        advance(1)
        fixed, model = _fixed_steps(model, ddf, alpha_fixed if reduce_fixed else 1.0, kept)
        advance(1)
    return Steps(random, fixed, model)


def _refuse(given: Mapping[str, bool], whose: str) -> None:
    if wrong := [name for name, there in given.items() if there]:
        raise ValueError(f"{', '.join(wrong)}: for steps {whose}")


def get_model(steps: Steps) -> LmerMod | Lm:
    """The model that `step` found. R: lmerTest::get_model.

    steps: what `step` returned.

    Returns a mixed model, or a linear one where no random term was left.

    Raises ValueError for anything else.

    >>> steps = r.step(r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", r.cake()))
    >>> r.formula(r.get_model(steps))
    'angle ~ temp + (1 | recipe:replicate)'
    """
    if not isinstance(steps, Steps):
        raise ValueError(f"get_model needs what step() returned, not {type(steps).__name__}")
    return steps.model


def _largest(table: pd.DataFrame, column: str, alpha: float, among: Sequence[str]) -> str | None:
    """The row of `among` with the largest p-value, where that is above alpha."""
    p = table.loc[list(among), column]
    p = p[p.notna()]
    return str(p.idxmax()) if len(p) and p.max() > alpha else None


def _random_steps(m: LmerMod, alpha: float) -> tuple[AnovaFrame, LmerMod | Lm]:
    tested, model = ranova(m), m
    rows, names = [[np.nan, *tested.iloc[0]]], ["<none>"]
    found: LmerMod | Lm = m
    while (gone := _largest(tested.iloc[1:], "Pr(>Chisq)", alpha, list(tested.index[1:]))) is not None:
        rows.append([float(len(names)), *tested.loc[gone]])
        names.append(gone)
        formula = reductions(model)[gone]
        if "|" not in formula:
            found, tested = _linear(model, formula), tested.iloc[:1]
            break
        found = model = generics.update(model, formula)
        tested = ranova(model)
    rows += [[0.0, *row] for row in tested.iloc[1:].to_numpy()]
    names += list(tested.index[1:])
    table = anova_frame(rows, _unique(names), ["Eliminated", *RANDOM], ("Backward reduced random-effect table:\n",))
    return table, found


def _linear(m: LmerMod, formula: str) -> Lm:
    """The linear model without random effects, of the same data and settings."""
    from translations.stats.linear.lm import lm

    taken = {name: m.arguments[name] for name in ("weights", "subset", "na_action", "contrasts", "offset")
             if m.arguments.get(name) is not None}
    return replace(lm(formula, m.data, **taken), data_name=m.data_name)


def _fixed_steps(model: LmerMod | Lm, ddf: str, alpha: float, keep: Sequence[str]) -> tuple[AnovaFrame, Any]:
    mixed = isinstance(model, LmerMod)

    def tests(m: Any) -> pd.DataFrame:
        return drop1_table(m, ddf=ddf) if mixed else generics.drop1(m, test="F").iloc[1:]

    tested = tests(model)
    columns, rows, names = list(tested.columns), [], []
    while (gone := _largest(tested, "Pr(>F)", alpha, [t for t in tested.index if t not in keep])) is not None:
        names.append(gone)
        rows.append([float(len(names)), *tested.loc[gone]])
        model = generics.update(model, f". ~ . - {gone}")
        tested = tests(model)
    rows += [[0.0, *row] for row in tested.to_numpy()]
    names += list(tested.index)
    heading: tuple[str, ...] = ("Backward reduced fixed-effect table:",)
    if mixed:
        heading += (f"Degrees of freedom method: {ddf} \n",)
    return anova_frame(rows, _unique(names), ["Eliminated", *columns], heading), model


def _unique(names: Sequence[str]) -> list[str]:
    """Names as R makes them differ: a, a1, a2."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        count = seen[name] = seen.get(name, -1) + 1
        out.append(f"{name}{count}" if count else name)
    return out
