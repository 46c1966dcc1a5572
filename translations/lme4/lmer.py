"""`lmer`: from formula and data to a fitted linear mixed model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from translations.stats.calls import data_called

from . import checks
from .control import LmerControl, as_control
from .covariance import identified
from .criterion.pls import PLS
from .design import build_design
from .fit import fit
from .formula import split
from .model import LmerMod


def lmer(
    formula: str,
    data: Any,
    REML: bool = True,
    control: LmerControl | str | None = None,
    start: Any = None,  # noqa: N803
    subset: Any = None,
    weights: Any = None,
    na_action: str = "na.omit",
    offset: Any = None,
    contrasts: Mapping[str, Any] | None = None,
) -> LmerMod:
    """Fit a linear mixed model by REML or maximum likelihood. R: lme4::lmer; Bates et al. (2015), JSS 67(1).

    formula: "response ~ fixed effects + (effects | group)", R's grammar. As in lme4 2.1, `us(effects | group)`,
    `diag(...)`, `cs(...)` and `ar1(...)`, with `hom = TRUE` or `FALSE`, are terms whose effects have a covariance
    structure; they are fitted and printed as by 2.1 whatever `options(lme4=)` says, since other releases have none.
    data: DataFrame or mapping of columns, n rows. REML: the restricted likelihood, else maximum likelihood. control:
    `lmerControl(...)` or an optimizer's name. start: theta (m,), also as {"theta": ...}. subset: boolean (n,) or a
    condition as text. weights, offset: (n,) or a column's name. na_action: "na.omit", "na.exclude", "na.fail".
    contrasts: of the fixed effects, by factor.

    Returns the model: `str()` is R's text; `summary`, `fixef`, `VarCorr`, `confint`, ... take it.

    Raises KeyError naming a missing column; ValueError naming the term, factor or response that cannot be fitted.
    Warns with `SingularFitWarning`, `ConvergenceWarning`, `RankDeficiencyWarning`, `ScaleWarning`, whose texts are
    R's messages.

    >>> sleepstudy = r.sleepstudy()
    >>> print(r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy))
    Linear mixed model fit by REML ['lmerMod']
    Formula: Reaction ~ Days + (Days | Subject)
       Data: sleepstudy
    REML criterion at convergence: 1743.628
    Random effects:
     Groups   Name        Std.Dev. Corr
     Subject  (Intercept) 24.741
              Days         5.922   0.07
     Residual             25.592
    Number of obs: 180, groups:  Subject, 18
    Fixed Effects:
    (Intercept)         Days
         251.41        10.47
    """
    if not isinstance(REML, bool | int | np.bool_):
        raise ValueError(f"REML must be True or False, not {REML!r:.60}")
    settings = as_control(control)
    terms = split(formula)
    built = build_design(terms, data, settings, subset, weights, na_action, offset, contrasts)
    y = built.frame.response
    checks.check_response(y, built.frame.formula.response or "")
    first = checks.checked_start(start, built.random)
    pls = PLS.of(built.random, built.X_fitted, y, built.frame.weights, built.frame.offset)
    identified.warn(built.random)
    arguments = {
        "start": start,
        "subset": subset,
        "weights": weights,
        "na_action": na_action,
        "offset": offset,
        "contrasts": contrasts,
    }
    name = data_called(data, "lmer")
    # Without fixed effects the two criteria are one, which R calls maximum likelihood.
    return fit(built, y, REML and pls.p > 0, settings, pls, first, name, data, arguments)
