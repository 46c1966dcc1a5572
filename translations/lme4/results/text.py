"""Fitted mixed models as the plain records that `translations.printing` prints."""

from __future__ import annotations

import numpy as np
import pandas as pd

from translations.printing import html, tables
from translations.printing.dispatch import as_html, render
from translations.printing.style import Style
from translations.settings import option

from .. import checks
from ..model import LmerMod
from .extract import AIC_table, fixef, ngrps
from .varcorr import VarCorr, varcorr_table


def method_title(m: LmerMod) -> str:
    """R: lme4's methTitle."""
    return "Linear mixed model fit by REML" if m.REML else "Linear mixed model fit by maximum likelihood "


def call_of(m: LmerMod, as_written: bool = False) -> tables.Call:
    """The call's arguments that lme4 prints; lmerTest keeps the formula's double bars `as_written`."""
    arguments = {"formula": m.design.formula.written if as_written else m.design.formula.text, "data": m.data_name}
    for name in ("weights", "offset", "subset"):
        value = m.arguments.get(name)
        if isinstance(value, str):
            arguments[name] = value
        elif value is not None:
            arguments[name] = name
    if (control := m.control.call_text()) is not None:
        arguments["control"] = control
    return tables.Call("lmer", arguments)


def convergence_of(m: LmerMod) -> tables.Convergence:
    found = m.optimum
    return tables.Convergence(found.optimizer, found.code, found.message, m.diagnosis.messages, found.warnings)


def fit_messages(m: LmerMod) -> tuple[str, ...]:
    """R: .merMod.msgs, what building the model matrix had to say."""
    dropped = (checks.dropped_message(len(m.design.dropped)),) if m.design.dropped else ()
    return dropped + ((m.design.scale_message,) if m.design.scale_message else ())


def model_text(m: LmerMod) -> tables.MerModText:
    """What `print(m)` shows."""
    return tables.MerModText(
        method_title(m),
        "lmerModLmerTest" if option("lmerTest") else "lmerMod",
        call_of(m, as_written=option("lmerTest")),
        AIC_table(m),
        varcorr_table(VarCorr(m)),
        m.n,
        group_sizes(m),
        fixef(m),
        fit_messages(m),
        convergence_of(m),
    )


def model_html(m: LmerMod, coefficients: pd.DataFrame | None = None, method: str = "", family: str = "") -> str:
    """A model or its summary as tables for a notebook."""
    fixed = pd.DataFrame({"Estimate": fixef(m)}) if coefficients is None else pd.DataFrame(coefficients)
    groups = ", ".join(f"{name} {size}" for name, size in group_sizes(m).items())
    notes = [family, f"{m.design.formula.text}; observations {m.n}, groups: {groups}", *fit_messages(m)]
    parts = [html.components(varcorr_table(VarCorr(m), variances=True)), html.table(fixed, "Fixed effects")]
    return html.page((method or method_title(m)).strip(), parts, notes)


@as_html.register(LmerMod)
def _tables(m: LmerMod) -> str:
    return model_html(m)


@render.register(LmerMod)
def _lines(m: LmerMod, style: Style) -> list[str]:
    return render(model_text(m), style)


def group_sizes(m: LmerMod) -> dict[str, int]:
    """Levels by grouping factor."""
    return {str(name): int(count) for name, count in ngrps(m).items()}


def correlation_of(V: np.ndarray) -> np.ndarray:
    """Correlation matrix (p, p) of a covariance matrix; its diagonal is 1 but for rounding."""
    s = np.sqrt(np.diagonal(V))
    return V / s[:, None] / s
