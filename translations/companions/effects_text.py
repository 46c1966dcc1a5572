"""R's text of effects: tables of fitted values, a dimension a predictor. R: effects' print.eff and summary.eff."""
from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from translations.printing.arrays import array_lines
from translations.printing.deparse import deparse
from translations.printing.dispatch import render
from translations.printing.frames import label_text
from translations.printing.objects import Textual
from translations.printing.style import Style
from translations.stats import generics

from .effects import EffectDict, EffectFrame


@dataclass(frozen=True, repr=False)
class EffectSummary(Textual):
    """Fitted values and their intervals, of one effect or of several. `str()` is R's text."""

    effects: tuple[EffectFrame, ...]
    formula: str = ""

    def __repr__(self) -> str:
        return f"<summary of {len(self.effects)} effects>"


def _table(x: EffectFrame, column: str, style: Style) -> list[str]:
    """One column as an array: the first predictor along the rows."""
    names = {name: [label_text(one) for one in dict.fromkeys(x[name].tolist())] for name in x.focal}
    shape = [len(own) for own in names.values()]
    return array_lines(x[column].to_numpy(float).reshape(shape, order="F"), names, style)


def _head(x: EffectFrame) -> list[str]:
    return ["", f" {'*'.join(x.focal)} effect"]


@render.register(EffectFrame)
def _lines(x: EffectFrame, style: Style) -> list[str]:
    if x.kind != "effect" or "fit" not in x:
        return render(pd.DataFrame(x), style)
    return [*_head(x), *_table(x, "fit", style)]


def _model(formula: str) -> list[str]:
    first, *rest = deparse(formula)
    return [f" model: {first}", *rest]


@render.register(EffectDict)
def _dict_lines(x: EffectDict, style: Style) -> list[str]:
    return [*_model(x.formula), *(line for one in x.values() for line in _lines(one, style))]


@render.register(EffectSummary)
def _summary_lines(x: EffectSummary, style: Style) -> list[str]:
    lines = _model(x.formula) if x.formula else []
    for one in x.effects:
        level = f"{100.0 * one.level:.4g} Percent Confidence Limits"
        lines += [*_head(one), *_table(one, "fit", style), "", f" Lower {level}", *_table(one, "lower", style), "",
                  f" Upper {level}", *_table(one, "upper", style)]
    return lines


@generics.summary.register(EffectFrame)
def _summary(x: EffectFrame) -> EffectSummary:
    return EffectSummary((x,))


@generics.summary.register(EffectDict)
def _summary_of_all(x: EffectDict) -> EffectSummary:
    return EffectSummary(tuple(x.values()), x.formula)
