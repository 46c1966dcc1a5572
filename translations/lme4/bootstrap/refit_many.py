"""Many responses fitted on one design: BOBYQA from the fitted theta for each, with nothing of Python between them.

That is for models computed in lme4's own order (`lme4_order.py`). Other models are fitted one by one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from translations.arrays import Floats, Ints

from ..control import LmerControl
from ..criterion.lme4_criterion import Lme4Criterion
from ..criterion.optimize import nlopt_search, nloptwrap
from ..criterion.pls import PLS
from ..optimum import optimize
from ..refit import refit_df
from .newton_many import NewtonBatch


@dataclass(frozen=True)
class Fits:
    """B fits of one design. theta (B, m), or the parameters of covariance structures (B, npar); beta (B, p), se (B, p):
    its standard errors, sigma (B,), value (B,): the criterion, evaluations (B,).

    derivatives (B, m, m + 1): where asked for, the criterion's Hessian and gradient as lme4's checks take them, else
    NaN. A fit that failed, as R's fails with "Downdated VtV is not positive definite", is NaN throughout.
    """

    theta: Floats
    beta: Floats
    se: Floats
    sigma: Floats
    value: Floats
    evaluations: Ints
    derivatives: Floats

    def __len__(self) -> int:
        return len(self.sigma)


def refit_many(m: Any, Y: Floats, checked: bool = False) -> Fits:
    """`refit(m, Y[:, i])` for every column of Y (n, B), by the model's own optimizer from its theta. R: lme4::refit.

    checked: take the derivatives that lme4's checks need (by "nloptwrap", of models in lme4's order).
    """
    return fit_many(m.pls, Y, m.REML, m.control.without_edge, m.par, refit_df(m, m.control), checked)


def fit_many(
    pls: PLS, Y: Floats, REML: bool, control: LmerControl, start: Floats | None = None,  # noqa: N803
    df: int | None = None, checked: bool = False,
) -> Fits:  # noqa: N803
    """Fit every column of Y (n, B) on the design of `pls`, from `start` (m,), by default lme4's start.

    Each fit depends on its own column alone, so columns may be split among batches and processes at will.
    df: the criterion's degrees of freedom where they are not n or n - p, see `model.refit`.
    Raises ValueError for another number of rows, or values that are not finite.
    """
    Y = np.asarray(Y, dtype=float)
    if Y.ndim != 2 or Y.shape[0] != pls.n:
        raise ValueError(f"responses must be the columns of a matrix of {pls.n} rows; the shape is {Y.shape}")
    if not np.isfinite(Y).all():
        raise ValueError("responses must be finite")
    parameters = pls.structure.parameters
    start = parameters.start if start is None else np.asarray(start, dtype=float)
    responses = np.ascontiguousarray(Y.T)
    if not leaves_lock(pls, control):
        return _one_by_one(pls, responses, REML, control, start, df)
    return _in_one_loop(pls, responses, REML, control, start, df, checked)


def leaves_lock(pls: PLS, control: LmerControl) -> bool:
    """Whether many fits of such a model run without Python, so that other threads can run beside them."""
    parameters = pls.structure.parameters
    compiled = pls.lme4_order is not None and (not parameters.structured or parameters.template() is not None)
    return compiled and control.optimizer == "nloptwrap"


def _one_by_one(
    pls: PLS, responses: Floats, REML: bool, control: LmerControl, start: Floats, df: int | None  # noqa: N803
) -> Fits:
    """Newton's fits, and those of larger models, whose criterion costs far more than Python does."""
    residual_df = pls.n - pls.p if REML else pls.n
    fits, structured = _empty(len(responses), len(start), pls.p), pls.structure.parameters.structured
    at_once = control.optimizer == "newton" and not structured and not pls.trailing.q
    batch = NewtonBatch(pls, REML, start) if at_once else None
    for i, y in enumerate(responses):
        if batch is not None and (known := batch.fit(y, fits.beta[i], fits.se[i])) is not None:
            theta, value, pwrss, evaluations = known
            sigma = math.sqrt(pwrss / pls.n * (pls.n / residual_df))
            _set(fits, i, theta, fits.beta[i], sigma * fits.se[i], sigma, value, evaluations)
            continue
        own = pls.with_response(y)
        try:
            best = optimize(own, REML, control, start, df)
            found = own.solve(best.theta)
        except np.linalg.LinAlgError:
            continue
        sigma = math.sqrt(found.criterion.pwrss / pls.n * (pls.n / residual_df))
        inverse = np.linalg.inv(found.RX)
        se = sigma * np.sqrt((inverse * inverse).sum(axis=1))
        moved = best.theta if best.par is None else best.par
        _set(fits, i, moved, found.beta, se, sigma, best.value, best.evaluations)
    return fits


def _in_one_loop(
    pls: PLS, responses: Floats, REML: bool, control: LmerControl, start: Floats,  # noqa: N803
    df: int | None, checked: bool,
) -> Fits:
    """Those of "nloptwrap" on a model that is computed in lme4's order: nothing of Python between them."""
    n, p, B = pls.n, pls.p, len(responses)
    bounds = pls.structure.parameters.lower, pls.structure.parameters.upper
    criterion, fits = cast(Lme4Criterion, pls.lme4_criterion(REML, df)), _empty(B, len(start), p)
    fits.theta[:] = start
    failed, pwrss = np.zeros(B, np.uint8), np.empty(B)
    arrays = (fits.theta, fits.beta, fits.se, pwrss, fits.value, fits.evaluations, fits.derivatives, failed)
    search = nlopt_search(*bounds, control=control)
    criterion.fit_many(search, True, responses, checked, *arrays)
    for i in np.flatnonzero(_at_boundary(fits.theta, bounds, control)):
        best = nloptwrap(criterion.load(responses[i]), start, bounds[0], control, bounds[1])
        own = slice(i, i + 1)
        fits.theta[i], fits.evaluations[i], failed_before = best.theta, criterion.evaluations, criterion.failed
        criterion.fit_many(search, False, responses[own], checked, *(each[own] for each in arrays))
        failed[i] |= failed_before
    sigma = np.sqrt(pwrss / n * (n / (n - p if REML else n)))  # in R's order
    fits.sigma[:] = sigma
    fits.se[:] *= sigma[:, None]
    for each in (fits.theta, fits.beta, fits.se, fits.sigma, fits.value, fits.derivatives):
        each[failed > 0] = np.nan
    fits.evaluations[failed > 0] = 0
    return fits


def _at_boundary(theta: Floats, bounds: tuple[Floats, Floats], control: LmerControl) -> NDArray[np.bool_]:
    """Which of these results (B, m) lme4 looks at again (R: restart_edge, check.boundary)."""
    found = np.zeros(len(theta), dtype=bool)
    for bound in bounds:
        distance = np.abs(theta - bound)
        found |= (distance == 0.0).any(axis=1) & control.restart_edge
        found |= ((distance > 0.0) & (distance < control.boundary_tol)).any(axis=1)
    return found


def _empty(count: int, m: int, p: int) -> Fits:
    nan = np.nan
    return Fits(
        np.full((count, m), nan),
        np.full((count, p), nan),
        np.full((count, p), nan),
        np.full(count, nan),
        np.full(count, nan),
        np.zeros(count, np.int64),
        np.full((count, m, m + 1), nan),
    )


def _set(fits: Fits, i: int, *values: Any) -> None:
    for f, value in zip(fields(fits), values, strict=False):
        getattr(fits, f.name)[i] = value
