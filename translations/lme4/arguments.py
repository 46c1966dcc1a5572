"""What the functions of mixed models are given, where no generic dispatches on it."""

from __future__ import annotations

from typing import Any

import pandas as pd

INSTEAD = {
    "fixef": "an lm's coefficients are coef(m)",
    "REMLcrit": "an lm has deviance(m) and logLik(m)",
    "refit": "an lm is fitted again by update(m, ...)",
    "refitML": "an lm is by maximum likelihood already",
    "profile": "an lm's intervals are confint(m)",
    "contest": "an lm's tests are summary(m) and anova(m)",
    "ranova": "compare an lm with a mixed model by anova(mixed, m)",
}
OF_LINEAR = {"KRmodcomp", "SATmodcomp", "contest", "contestMD", "exact_zeta", "five_ways", "get_Lb_ddf", "ls_means",
             "ranova", "step", "vcovAdj"}  # R has no method of these for a glmerMod


def require_linear(m: Any, name: str) -> None:
    """Raise ValueError, saying what to do, where `m`, given to the function `name`, is a generalized mixed model."""
    if type(m).__name__ == "GlmerMod":
        raise ValueError(f"{name} needs a model fitted by lmer, not one by glmer: it rests on normal errors; use "
                         'anova(m, smaller), drop1(m, test="Chisq") or PBmodcomp(m, smaller)')


def require_mixed(m: Any, name: str) -> None:
    """Raise ValueError, saying what to do, where `m`, given to the function `name`, is no mixed model."""
    kind = type(m)
    if hasattr(kind, "theta") or "theta" in getattr(kind, "__dataclass_fields__", ()):
        if kind.__name__ == "GlmerMod" and name in OF_LINEAR:
            raise ValueError(f"{name}() needs a model fitted by lmer, not one by glmer: it rests on normal errors; use "
                             'anova(m, smaller) or drop1(m, test="Chisq")')
        return
    if kind.__name__ == "Lm":
        instead = INSTEAD.get(name, "an lm has no random effects")
        raise ValueError(f"{name}() needs a model fitted by lmer, not one by lm: {instead}")
    given = f"the data {kind.__name__}" if isinstance(m, pd.DataFrame | pd.Series) else f"{m!r:.60}"
    how = f'm = lmer("y ~ x + (1 | g)", data), {name}(m)'
    raise ValueError(f"{name}() needs a model fitted by lmer, not {given}: {how}")
