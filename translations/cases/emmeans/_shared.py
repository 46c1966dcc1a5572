"""What the cases on marginal means share: the data, and how many digits each piece of a table shares with R."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

import translations as r
from translations.parity.tolerances import Tolerance

LM = Tolerance("LM", 10, 10, 10, 6, "a least-squares solve, and rows of coefficients added up", relative_to="item")
LMER = Tolerance(
    "LMER", 8, 8, 9, 4, "standard errors feel where the optimizer stopped: 8.3 digits or more here", relative_to="item",
)
DF = Tolerance("DF", 7, 7, 9, 4, "as LMER, squared twice")
SATTERTHWAITE = Tolerance(
    "SATTERTHWAITE", 6, 6, 9, 4,
    "lmerTest's derivatives are numerical: at one theta its degrees of freedom hold 6.4 to 10.3 digits of exact ones",
)
P = Tolerance(
    "P", 7, 7, 9, 4, "tail areas magnify the error of t and of the degrees of freedom; R takes Tukey's as one less the "
    "area below, to 1e-14", relative_to="item",
)
P_SATTERTHWAITE = replace(P, name="P_SATTERTHWAITE", default=5, tight=5)
MVT = Tolerance(
    "MVT", 2.5, 2.5, 2.5, 2.5,
    "R integrates multivariate t on a random lattice until its error estimate is 1e-3: of these p-values and limits "
    "twelve answers in one session share 2.7 digits with each other", relative_to="item",
)
GLMER_FIT = Tolerance(
    "GLMER_FIT", 8, 8, 9, 4, "what of a generalized mixed model comes of the fit alone: R itself repeats theta of cbpp "
    "to 8.1 digits and more when rows are permuted, fixed effects to 9.1, in each release", relative_to="item",
)
HESSIAN = Tolerance(
    "HESSIAN", 5.7, 5.7, 9, 4, "lme4's Hessian is from differences of a deviance that holds 13 digits: R itself "
    "repeats these standard errors to 5.9 to 7.1 digits when cbpp's rows are permuted, in each release",
    relative_to="item",
)
WALD = replace(HESSIAN, name="WALD", default=5.4, tight=5.4, why="as HESSIAN: a variance has twice its root's error")
HESSIAN_P = replace(HESSIAN, name="HESSIAN_P", default=4.3, tight=4.3, relative_to="value",
                    why="as WALD, times half of chi-squared: at 25 p loses 1.1 digits more")
COLUMNS_OF_DF = ("df", "df1", "df2")
NOT_NUMBERS = (*COLUMNS_OF_DF, "t.ratio", "z.ratio", "p.value")


def parts(**tables: Any) -> dict[str, Any]:
    """What `parts` in fixtures/emmeans/_setup.R makes of R's tables."""
    out: dict[str, Any] = {}
    for name, table in tables.items():
        frame = pd.DataFrame(table if isinstance(table, pd.DataFrame) else r.summary(table))
        out[name] = frame[[one for one in frame.columns if one not in NOT_NUMBERS]]
        out |= {f"{name}_{one}": frame[one] for one in COLUMNS_OF_DF if one in frame}
        if "p.value" in frame:
            out[f"{name}_p"] = frame["p.value"]
    return out


def tolerances(kind: str, *names: str) -> Mapping[str, Tolerance]:
    """Those of the pieces of tables so named, of a model by "lm" or "lmer"."""
    numbers, df = (LM, LM) if kind == "lm" else (LMER, DF)
    out: dict[str, Tolerance] = {}
    for name in names:
        out |= {name: numbers, f"{name}_p": P} | {f"{name}_{one}": df for one in COLUMNS_OF_DF}
    return out


def gaps() -> pd.DataFrame:
    """The cakes without every seventh row: nothing is balanced."""
    cake = r.cake()
    return cake[(cake.index + 1) % 7 != 0]


def holes() -> pd.DataFrame:
    """The cakes without recipe B at 185 and 195 degrees: two cells that were never seen."""
    cake = r.cake()
    kept = cake[~((cake.recipe == "B") & cake.temperature.isin(["185", "195"]))]
    return kept.assign(temperature=pd.Categorical(kept.temperature, r.cake().temperature.cat.categories))
