"""What the cases on degrees of freedom share: every table of one model, and how many digits it must share with R."""
from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

import translations as r
from translations.lme4.model import LmerMod
from translations.parity.tolerances import Tolerance

SATTERTHWAITE = Tolerance(
    "SATTERTHWAITE", 6, 6, 9, 4,
    "lmerTest's derivatives are numerical: at one theta its degrees of freedom hold 6.4 to 10.3 digits of exact ones",
)
SATTERTHWAITE_P = Tolerance(
    "SATTERTHWAITE_P", 5, 5, 9, 4, "p magnifies the error of the degrees of freedom up to 30 times",
)
KENWARD_ROGER = Tolerance(
    "KENWARD_ROGER", 8, 8, 9, 4,
    "at one theta ours and pbkrtest's share 11 to 14 digits; what theta lacks at the optimum is lost on top",
    relative_to="item",
)
KENWARD_ROGER_P = Tolerance("KENWARD_ROGER_P", 7, 7, 9, 4, "as KENWARD_ROGER, magnified by the tail")
FIVE = Tolerance("FIVE", 5, 5, 9, 4, "the worst of five: percentiles of 99 refits, each with an optimizer's noise")
TOLERANCE = {
    "t_sat": SATTERTHWAITE, "p_sat": SATTERTHWAITE_P, "F_sat": SATTERTHWAITE,
    "t_kr": KENWARD_ROGER, "p_kr": KENWARD_ROGER_P, "F_kr": KENWARD_ROGER, "pF_kr": KENWARD_ROGER_P,
    "vcovAdj": KENWARD_ROGER,
}


def stopping(default: float, p_values: float) -> dict[str, Tolerance]:
    """TOLERANCE for a model whose default fit lme4 settles to fewer digits, as it shows with its rows reordered."""
    why = f"lme4 shares with itself {default:g} digits ({p_values:g} of p) once the rows stand in another order"
    value, p = Tolerance("STOPPING", default, 6, 9, 4, why), Tolerance("STOPPING_P", p_values, 5, 9, 4, why)
    return {name: replace(p if name.startswith("p") else value, tight=given.tight, relative_to=given.relative_to)
            for name, given in TOLERANCE.items()}


def ratios(likelihood: float = 12, ratio: float = 9, p: float = 8) -> dict[str, Tolerance]:
    """Tolerances of a table of likelihood ratios; fewer digits of default fits where lme4 shares fewer with itself."""
    why = "likelihoods hold 12 to 13 digits and are near 1400, their differences hold what is left"
    return {"logLik": Tolerance("LIKELIHOOD", likelihood, 12, 13, 7, why),
            "test": Tolerance("RATIO", ratio, 9, 10, 4, why), "p": Tolerance("RATIO_P", p, 8, 9, 4, why)}


def without_p(table: pd.DataFrame) -> pd.DataFrame:
    """All but the last column."""
    return pd.DataFrame(table).iloc[:, :-1]


def p_of(table: pd.DataFrame) -> pd.Series:
    """The last column, p-values."""
    return pd.Series(table.iloc[:, -1].to_numpy(), index=table.index)


def degrees_of_freedom(m: LmerMod) -> dict[str, Any]:
    """What `degrees_of_freedom` in fixtures/lme4/_df.R takes from R's model."""
    t_sat = r.summary(m, ddf="Satterthwaite").coefficients
    t_kr = r.summary(m, ddf="Kenward-Roger").coefficients
    answer: dict[str, Any] = {"t_sat": without_p(t_sat), "p_sat": p_of(t_sat), "t_kr": without_p(t_kr),
                              "p_kr": p_of(t_kr), "vcovAdj": r.vcovAdj(m)}
    if m.p > 1:
        f_kr = r.anova(m, ddf="Kenward-Roger")
        types = {roman: without_p(r.anova(m, type=roman)) for roman in ("I", "II", "III")}
        answer |= {"F_sat": types, "F_kr": without_p(f_kr), "pF_kr": p_of(f_kr)}
    return answer
