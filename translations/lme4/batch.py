"""Many responses fitted on one design: BOBYQA from the fitted theta for each, with nothing of Python inside the loop.

Models with one grouping factor have a work space (`work_space.py`) which NLopt's C functions read through a pointer,
calling compiled code directly; where these cannot be reached, the same code is called through Python, with the same
result to the bit.
"""

from __future__ import annotations

import math
from contextlib import nullcontext
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from . import nlopt_c
from .control import LmerControl
from .model import refit_df
from .optimize import bobyqa, nloptwrap, optimize
from .pls import PLS
from .sequential import Sequential
from .structure import Floats, Ints
from .work_space import EVALUATIONS, FAILED, HEAD, compiled_criterion, derivatives, estimate, load


@dataclass(frozen=True)
class Fits:
    """B fits of one design. theta (B, m), beta (B, p), se (B, p): its standard errors, sigma (B,), value (B,): the
    criterion, evaluations (B,).

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

    checked: take the derivatives that lme4's checks need (of models with one grouping factor, by "nloptwrap").
    """
    control = replace(m.control, restart_edge=False, boundary_tol=0.0)
    return fit_many(m.pls, Y, m.REML, control, m.theta, refit_df(m, control), checked)


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
    start = pls.structure.start if start is None else np.asarray(start, dtype=float)
    responses = np.ascontiguousarray(Y.T)
    if pls.sequential is None or len(pls.structure.blocks) > 1 or control.optimizer != "nloptwrap":
        return _one_by_one(pls, responses, REML, control, start, df)
    return _in_work_space(pls.sequential, responses, REML, control, start, df, checked)


def _one_by_one(
    pls: PLS, responses: Floats, REML: bool, control: LmerControl, start: Floats, df: int | None  # noqa: N803
) -> Fits:
    """Newton's fits, and those of larger models, whose criterion costs far more than Python does."""
    residual_df = pls.n - pls.p if REML else pls.n
    fits = _empty(len(responses), len(start), pls.p)
    for i, y in enumerate(responses):
        own = pls.with_response(y)
        try:
            best = optimize(own, REML, control, start, df)
            exact = own.sequential if control.optimizer == "nloptwrap" else None
            found: Any = own.solve(best.theta) if exact is None else exact.parts(best.theta)
        except np.linalg.LinAlgError:
            continue
        pwrss = found.criterion.pwrss if exact is None else found.pwrss
        sigma = math.sqrt(pwrss / pls.n * (pls.n / residual_df))
        inverse = np.linalg.inv(found.RX)
        se = sigma * np.sqrt((inverse * inverse).sum(axis=1))
        _set(fits, i, best.theta, found.beta, se, sigma, best.value, best.evaluations)
    return fits


def _in_work_space(
    model: Sequential, responses: Floats, REML: bool, control: LmerControl, start: Floats,  # noqa: N803
    df: int | None, checked: bool,
) -> Fits:
    (n, p), lower = model.X.shape, model.structure.lower
    residual_df = n - p if REML else n
    criterion = compiled_criterion(model, REML, df or residual_df)
    work = criterion.work
    count = work[:HEAD].view(np.int64)
    fits, estimates = _empty(len(responses), len(start), p), np.empty((2, p + 1))
    by_callback = nullcontext(lambda start: bobyqa(criterion, start, lower, control=control))
    with nlopt_c.minimizer(criterion, lower, control=control) if nlopt_c.library() else by_callback as minimize:
        for i, y in enumerate(responses):
            load(work, y)
            theta = minimize(start).theta
            if _at_boundary(theta, lower, control):
                theta = nloptwrap(criterion, start, lower, control).theta
            evaluations = count[EVALUATIONS]
            value = estimate(theta, work, estimates)
            if checked:
                derivatives(theta, work, value, fits.derivatives[i])
            if count[FAILED]:
                fits.derivatives[i] = np.nan
                continue
            sigma = math.sqrt(estimates[0, p] / n * (n / residual_df))  # in R's order
            _set(fits, i, theta, estimates[0, :p], sigma * estimates[1, :p], sigma, value, evaluations)
    return fits


def _at_boundary(theta: Floats, lower: Floats, control: LmerControl) -> bool:
    """Whether lme4 looks again at such a result (R: restart_edge, check.boundary)."""
    return (control.restart_edge and bool((theta == lower).any())) or bool(
        (abs(theta - lower - control.boundary_tol / 2) < control.boundary_tol / 2).any()
    )


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
