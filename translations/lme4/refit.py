"""Fits of a model's design anew: to another response, and by maximum likelihood."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.optim.bobyqa import bobyqa
from translations.settings import since
from translations.stats.arguments import as_numbers

from . import checks, generalized
from .arguments import require_mixed
from .control import ConvergenceWarning, FollowedWarning, LmerControl, as_control
from .convergence import Diagnosis
from .criterion.minimizers import Optimum
from .model import LmerMod
from .optimum import minimized, optimize


def refit(m: LmerMod, newresp: Any = None, control: LmerControl | str | None = None) -> LmerMod:
    """The model fitted to another response. R: lme4::refit.

    m: a mixed model. newresp: (n,), or with values for the rows left out as missing too, or a frame of one column, as
    of `simulate`. control: as in `lmer`; without one, as in lme4, the fit's optimizer with its usual settings and
    checks, whatever those of the fit were, and with one that has no `optCtrl`, the fit's.

    As in lme4 the optimizer starts from the fitted theta.

    Before 1.1-33 lme4's refit takes the REML criterion's degrees of freedom to be n - 1 where they are n - p, so that
    even the model's own response gives it other variances. Where that release is followed so does this, with a
    `FollowedWarning`, but for "newton", which goes to the optimum of the REML criterion.

    Returns a model.

    Raises ValueError for a response of another length or not finite.

    >>> model = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy(), REML=False)
    >>> print(r.fixef(r.refit(model, 2 * r.sleepstudy()["Reaction"])))
    (Intercept)        Days
      502.81021    20.93457
    """
    require_mixed(m, "refit")
    if m.generalized:
        return generalized.refitted(m, newresp, control)
    y = m.y if newresp is None else as_response(newresp)
    frame = m.design.frame
    if len(frame.omitted) and len(y) == len(frame.rows) + len(frame.omitted):
        y = y[np.isin(np.sort(np.concatenate([frame.rows, frame.omitted])), frame.rows)]
    if y.shape != (m.n,):
        raise ValueError(f"newresp must have {m.n} values, one an observation; it has shape {y.shape}")
    checks.check_response(y, "newresp")
    settings = control_of_refit(m, control)
    pls = m.pls.with_response(y)
    df = refit_df(m, settings)
    warn_of_refit(m, settings)
    criterion = None if settings.optimizer == "newton" else pls.lme4_criterion(m.REML, df)
    optimum, diagnosis = minimized(pls, m.REML, settings.without_edge, settings, m.par, df, criterion)
    kept = m.control if control is None else settings
    return replace(m, y=y, control=kept, pls=pls, optimum=optimum, diagnosis=diagnosis, criterion_df=df)


def control_of_refit(m: LmerMod, control: LmerControl | str | None = None) -> LmerControl:
    """What a refit goes by: with no `control`, R's refit forgets that of the fit but for its optimizer."""
    own = m.control
    if control is None:
        usual = LmerControl(own.optimizer, calc_derivs=own.calc_derivs)
        return own if own.optimizer == "newton" else usual
    given = as_control(control)
    return replace(given, optCtrl=given.optCtrl or own.optCtrl) if given.optimizer == own.optimizer else given


def as_response(newresp: Any) -> Floats:
    """A new response as numbers (n,) or, of successes and failures, (n, 2): a frame of one column is that column, a
    factor of two levels 0 and 1.

    Raises ValueError for anything else, and for a frame of several simulated responses.
    """
    if isinstance(newresp, pd.DataFrame):
        if "sim_2" in newresp.columns.get_level_values(0):
            raise ValueError(f"refit takes one response, newresp has {newresp.shape[1]} columns: "
                             "[r.refit(m, newresp[name]) for name in newresp]")
        newresp = newresp.iloc[:, 0] if newresp.shape[1] == 1 else newresp
    if isinstance(getattr(newresp, "dtype", None), pd.CategoricalDtype) and len(newresp.dtype.categories) == 2:
        newresp = np.where((codes := pd.Categorical(newresp).codes) < 0, np.nan, codes)
    return as_numbers(newresp, "newresp")


def refit_df(m: LmerMod, control: LmerControl) -> int | None:
    """The degrees of freedom in the REML criterion of lme4's refit, where they are not n - p: before 1.1-33 n - 1 (R
    passes on `REML = TRUE`, a 1, for the p that lmer passes).
    """
    newer = since("1.1-37") or m.design.random.parameters.structured
    return None if newer or not m.REML or control.optimizer == "newton" else m.n - 1


def warn_of_refit(m: LmerMod, control: LmerControl) -> None:
    """Warn with `FollowedWarning` where refits of m are not by its REML criterion."""
    if refit_df(m, control) not in (None, m.n - m.p):
        warnings.warn("refitted as by lme4 1.1-31, whose REML criterion then has n - 1 degrees of freedom for n - p: "
                      "not the REML estimates of variances, which control='newton' and options(lme4='1.1-37') give",
                      FollowedWarning, stacklevel=3)


def refitML(m: LmerMod) -> LmerMod:  # noqa: N802
    """The model by maximum likelihood, from the fitted theta. R: lme4::refitML.

    m: a mixed model.

    As in lme4 by minqa's BOBYQA whatever fitted the model, or by Newton's method where that was used. (Rounding is
    amplified on BOBYQA's way: lme4's own theta changes by 1e-8 to 1e-6 when its start is moved by 1e-15, and so ours
    agrees with it to no more than that.)

    Returns a model; the same where it was fitted by maximum likelihood already.

    Raises ValueError for an object that is no mixed model.

    >>> print(r.logLik(r.refitML(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))))
    'log Lik.' -875.9697 (df=6)
    """
    require_mixed(m, "refitML")
    if not m.REML:
        return m
    if m.control.optimizer == "newton":
        optimum = optimize(m.pls, False, m.control, m.par)
    else:
        # lme4's optwrap moves a start of zeros, from which BOBYQA could take no first step.
        parameters = m.design.random.parameters
        start = m.par if m.par.any() else np.full(len(m.par), 0.001)
        criterion = m.pls.lme4_criterion(False)
        best = bobyqa(criterion, start, parameters.lower, parameters.upper)
        if getattr(criterion, "failed", False):
            raise np.linalg.LinAlgError("the downdated X'X is not positive definite on the way to the estimates")
        optimum = Optimum(parameters.theta(best.x), best.value, best.evaluations, best.code, best.message, "bobyqa",
                          par=best.x if parameters.structured else None)
    if optimum.code:
        warnings.warn(
            f"convergence code {optimum.code} from {optimum.optimizer}: {optimum.message}",
            ConvergenceWarning,
            stacklevel=2,
        )
    return replace(
        m, REML=False, optimum=optimum, diagnosis=Diagnosis(), criterion_df=None
    )  # lme4 makes no checks of a refit either
