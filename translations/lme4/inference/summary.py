"""`summary` of a fitted mixed model: lme4's own, or lmerTest's where degrees of freedom are asked for."""

from __future__ import annotations

from dataclasses import replace

from translations.settings import option
from translations.stats import generics

from ..model import LmerMod
from ..results.summary import MerModSummary, lme4_summary


@generics.summary.register(LmerMod)
def _summary(m: LmerMod, ddf: str | None = None, correlation: bool | None = None) -> MerModSummary:
    """R: summary(m), or lmerTest's summary(m, ddf = "Satterthwaite" | "Kenward-Roger").

    correlation: whether the correlations of the fixed effects are shown (of up to 12). Raises ValueError for an unknown
    `ddf`.
    """
    if ddf is None and option("lmerTest"):
        ddf = "Satterthwaite"
    if ddf in (None, "lme4"):
        made = lme4_summary(m)
    else:
        from .lmertest import summary_with_df  # loaded where asked for

        made = summary_with_df(m, ddf)
    return replace(made, correlation=correlation is None or correlation)
