"""`lmer`: from formula and data to a fitted linear mixed model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from translations.arrays import Floats
from translations.stats.calls import called

from . import checks
from .control import LmerControl, as_control
from .covariance import identified
from .criterion.minimizers import Optimum
from .criterion.pls import PLS
from .design import Design, build_design
from .model import LmerMod
from .optimum import optimize
from .structure import RandomStructure


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
    built = build_design(formula, data, settings, subset, weights, na_action, offset, contrasts)
    y = built.frame.response
    checks.check_response(y, built.frame.formula.response or "")
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
    name = called(data, str(getattr(data, "attrs", {}).get("name", "data")), "lmer", 1, "data")
    # Without fixed effects the two criteria are one, which R calls maximum likelihood.
    return fit(built, y, REML and pls.p > 0, settings, pls, name, data, arguments)


def fit(
    built: Design,
    y: Floats,
    REML: bool,
    control: LmerControl,
    pls: PLS,
    data_name: str,
    data: Any,  # noqa: N803
    arguments: dict[str, Any],
) -> LmerMod:
    """Optimize theta and check the result."""
    start = arguments.get("start")
    if start is not None:
        start = checks.check_start(start, built.random)
    else:
        start = variance_ratio_start(built.random, y)
    optimum, diagnosis = minimized(pls, REML, control, control, start)
    return LmerMod(built, y, REML, control, pls, optimum, diagnosis, data_name, data, arguments)


def minimized(
    pls: PLS, REML: bool, control: LmerControl, checked: LmerControl, start: Floats | None,  # noqa: N803
    df: int | None = None,
) -> tuple[Optimum, checks.Diagnosis]:
    """`optimize`, and what the checks of the control `checked` find. Raises ValueError where the criterion cannot be
    computed, as lme4 stops there.
    """
    criterion = None if control.optimizer == "newton" else pls.lme4_criterion(REML, df)
    try:
        optimum = optimize(pls, REML, control, start, df, criterion)
        if math.isfinite(optimum.value):
            return optimum, checks.diagnose(pls, optimum, REML, checked, df, criterion)
        reason = f"the downdated X'X is not positive definite at theta {optimum.theta}"
    except np.linalg.LinAlgError as error:
        reason = str(error)
    raise ValueError(f"the criterion cannot be computed: {reason}; rescale the predictors, whose scales may be too far "
                     "apart (lme4 says: Downdated VtV is not positive definite)")


def variance_ratio_start(random: RandomStructure, y: Floats) -> Floats | None:
    """Where lme4 starts a model of scalar intercepts only, one a factor: variances of the levels' means over what
    they leave of y's.

    None where lme4 starts from identity templates. R: mkLmerDevfun.
    """
    if any(t.names != ["(Intercept)"] for t in random.terms) or len({t.group for t in random.terms}) < len(
        random.terms
    ):
        return None
    between = [_variance(_means(y, term.codes, len(term.levels))[term.codes]) for term in random.terms]
    left = _variance(y) - sum(between)
    return np.sqrt(np.array(between) / left) if left > 0 else None


def _means(y: Floats, codes: np.ndarray, n_levels: int) -> Floats:
    """Means (n_levels,) as R's `mean` takes them: in extended precision, corrected by the mean of what is left."""
    counts, total = np.bincount(codes, minlength=n_levels), np.zeros(n_levels, dtype=np.longdouble)
    np.add.at(total, codes, y.astype(np.longdouble))
    mean, rest = total / counts, np.zeros_like(total)
    np.add.at(rest, codes, y - mean[codes])
    return (mean + rest / counts).astype(float)


def _variance(y: Floats) -> float:
    """R's `var`, in extended precision too: the start's last bit decides where BOBYQA stops."""
    deviations = y - _means(y, np.zeros(len(y), dtype=int), 1).astype(np.longdouble)
    return float(np.cumsum(deviations * deviations)[-1] / (len(y) - 1))
