"""What to report of a model, as tables of the American Psychological Association's manual (2020) have it."""
from __future__ import annotations

from typing import Any

import pandas as pd

from translations.generalized.model import Glm
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.model import LmerMod
from translations.stats.arguments import require_level
from translations.stats.linear.linear_model import Lm

from .broom import tidy


def apa_table(m: Any, ddf: str = "Satterthwaite", conf_level: float = 0.95, digits: int = 2) -> pd.DataFrame:
    """A model's coefficients as text that a paper prints: estimate, interval, statistic, df and p. R has no such
    function of its own; apaTables and papaja lay out theirs so.

    m: a model by `lm`, `glm`, `lmer` or `glmer`. ddf: of a linear mixed model, "Satterthwaite" or "Kenward-Roger", for
    p-values. conf_level: of the intervals, Wald's. digits: after the point; p has three and no zero before it, and is
    "< .001" below that.

    Returns a frame of text, a row a coefficient: Term, b, SE, the interval, t or z, df where there is one, and p. Any
    table tool takes it: `.to_html()`, `.to_latex()`, great_tables' `GT`.

    Raises ValueError for another model or an unknown ddf. Source: APA (2020), Publication manual, chapter 7.

    >>> print(r.apa_table(r.lm("Reaction ~ Days", r.sleepstudy())).to_string(index=False))
           Term      b   SE           95% CI     t  df      p
    (Intercept) 251.41 6.61 [238.36, 264.45] 38.03 178 < .001
           Days  10.47 1.24    [8.02, 12.91]  8.45 178 < .001
    """
    require_level(conf_level, "conf_level")
    if not isinstance(m, Lm | Glm | LmerMod):
        raise ValueError(f"apa_table needs a model by lm, glm, lmer or glmer, not {type(m).__name__}")
    settings: dict[str, Any] = {"conf_int": True, "conf_level": conf_level}
    if isinstance(m, LmerMod):
        settings["effects"] = "fixed"
        if not isinstance(m, GlmerMod):
            settings["ddf"] = ddf
    found = tidy(m, **settings)
    known = isinstance(m, Glm | GlmerMod) and m.family.dispersion is not None

    def numbers(column: str) -> list[str]:
        return [f"{value:.{digits}f}" for value in found[column]]

    table = {
        "Term": found["term"].astype(str), "b": numbers("estimate"), "SE": numbers("std.error"),
        f"{100 * conf_level:.15g}% CI": [f"[{low}, {high}]" for low, high in
                                         zip(numbers("conf.low"), numbers("conf.high"), strict=True)],
        "z" if known else "t": numbers("statistic"),
    }  # fmt: skip
    if "df" in found:
        table["df"] = numbers("df")
    elif isinstance(m, Lm) or (isinstance(m, Glm) and not known):
        table["df"] = [f"{m.df_residual if isinstance(m, Lm) else m.fit.df_residual:.0f}"] * len(found)
    table["p"] = ["< .001" if p < 0.001 else f"{p:.3f}".removeprefix("0") for p in found["p.value"]]
    return pd.DataFrame(table)
