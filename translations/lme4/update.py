"""`update` of a fitted mixed model, and what its caller calls things. R: update.merMod."""
from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

from translations.stats import generics

from .model import LmerMod, lmer
from .ranova import update_mixed

ARGUMENTS = ("REML", "control", "start", "subset", "weights", "na_action", "offset", "contrasts")


@generics.update.register(LmerMod)
def _update(m: LmerMod, formula: str | None = None, data: Any = None, **changes: Any) -> LmerMod:
    """The model fitted again with a formula, data or other arguments of `lmer` changed. R: update.merMod.

    formula: each `.` stands for the model's own side, random-effects terms included: ". ~ . - x", "log(.) ~ .", ". ~
    . - (1 | g)".

    Raises ValueError for an argument that `lmer` does not have, or a formula that leaves no random-effects term.
    """
    unknown = sorted(set(changes) - set(ARGUMENTS))
    if unknown:
        raise ValueError(f"lmer has no argument {', '.join(unknown)}; it has formula, data, {', '.join(ARGUMENTS)}")
    old = m.design.formula.text
    call = {"REML": m.REML, "control": m.control, **m.arguments, **changes}
    again = lmer(old if formula is None else update_mixed(old, formula), m.data if data is None else data, **call)
    same = data is None or data is m.data
    return replace(again, data_name=m.data_name if same else caller_name(data) or again.data_name)


def caller_name(value: Any) -> str | None:
    """The variable that is bound to `value` where the user called: the nearest scope outside lme4, stats."""
    scope = sys._getframe(1)
    while scope.f_back is not None and _inside(scope.f_globals.get("__name__", "")):
        scope = scope.f_back
    for names in (scope.f_locals, scope.f_globals):
        for name, bound in names.items():
            if bound is value and not name.startswith("_"):
                return name
    return None


def _inside(module: str) -> bool:
    rooms = ("translations.lme4", "translations.stats", "functools")
    return module.startswith(rooms) and not module.startswith("translations.lme4.cases")
