"""`update` of a fitted mixed model. R: update.merMod."""
from __future__ import annotations

from dataclasses import replace
from typing import Any

from translations.stats import generics
from translations.stats.calls import called
from translations.stats.formulas.terms import update_formula
from translations.stats.language.expressions import Call, Name, Node, as_text, deparse, read

from ..formula import is_structured
from ..lmer import lmer
from ..model import LmerMod

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
    return replace(again, data_name=m.data_name if same else called(data, again.data_name, "update", 2, "data"))


def update_mixed(old: str, new: str) -> str:
    """`new`, each '.' standing for `old`'s own side, simplified: main effects, random-effects terms, interactions.

    R: update.formula, to which (effects | group) is one term, as is (effects || group) where `old` has it. "~ . - (x |
    g)" takes a term away.
    """
    bars: dict[str, str] = {}

    def hide(node: Node) -> Node:
        if is_structured(node):
            return Name(bars.setdefault(deparse(node), f"bar{len(bars)}.."))
        if isinstance(node, Call) and node.function in ("|", "||"):
            return Name(bars.setdefault(f"({deparse(node)})", f"bar{len(bars)}.."))
        if isinstance(node, Call):
            return Call(node.function, tuple(hide(a) for a in node.args), node.names)
        return node

    tree, change = read(as_text(old)), read(as_text(new))
    text = update_formula(deparse(hide(tree)), deparse(hide(change)))
    for label, name in bars.items():
        text = text.replace(name, label)
    return text
