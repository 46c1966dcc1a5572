"""Many responses fitted on one design: BOBYQA from the fitted theta for each, with nothing of Python inside the loop.

What the fits share (cross-products, template, factors) lies in one flat work space. The criterion reads it through a
pointer, so that NLopt calls compiled code directly; where NLopt's C functions cannot be reached, the same code is called
through Python, with the same result to the bit. Numba's cache: after a change to `kernels.single_block`, touch this file.
"""
from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

import nlopt
import numpy as np
from numba import carray, cfunc, njit, types
from scipy.linalg import solve_triangular

from . import kernels
from .control import LmerControl
from .model import refit_df
from .optimize import bobyqa, nloptwrap, optimize, stopping
from .pls import PLS
from .structure import Floats, Ints

compiled = njit(cache=True, error_model="numpy")
HEAD = 8  # words before the sections: levels, k, p, entries of the template, REML, failed, evaluations, size of the whole
SCALARS = 3  # after the head: df, log|R|^2, log of the weights
FAILED, EVALUATIONS = 5, 6


@dataclass(frozen=True)
class Fits:
    """B fits of one design. theta (B, m), beta (B, p), sigma (B,), value (B,): the criterion, evaluations (B,).

    A fit that failed, as R's fails with "Downdated VtV is not positive definite", is NaN throughout.
    """

    theta: Floats
    beta: Floats
    sigma: Floats
    value: Floats
    evaluations: Ints

    def __len__(self) -> int:
        return len(self.sigma)


def refit_many(m: Any, Y: Floats) -> Fits:
    """`refit(m, Y[:, i])` for every column of Y (n, B), by the model's own optimizer from its theta. R: lme4::refit."""
    control = replace(m.control, restart_edge=False, boundary_tol=0.0)
    return fit_many(m.pls, Y, m.REML, control, m.theta, refit_df(m, control))


def fit_many(pls: PLS, Y: Floats, REML: bool, control: LmerControl, start: Floats | None = None, df: int | None = None) -> Fits:  # noqa: N803
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
    if pls.tail.q or control.optimizer != "nloptwrap":
        return _one_by_one(pls, responses, REML, control, start, df)
    return _in_work_space(pls, responses, REML, control, start, df)


def _one_by_one(pls: PLS, responses: Floats, REML: bool, control: LmerControl, start: Floats,
            df: int | None) -> Fits:  # noqa: N803
    """Fits of models with several grouping factors, whose criterion costs far more than Python does, and Newton's."""
    residual_df = pls.n - pls.p if REML else pls.n
    fits = _empty(len(responses), len(start), pls.p)
    for i, y in enumerate(responses):
        own = pls.with_response(y)
        try:
            best = optimize(own, REML, control, start, df)
            solution = own.solve(best.theta)
        except np.linalg.LinAlgError:
            continue
        sigma = math.sqrt(solution.criterion.pwrss / residual_df)
        _set(fits, i, best.theta, solution.beta, sigma, best.value, best.evaluations)
    return fits


def _in_work_space(pls: PLS, responses: Floats, REML: bool, control: LmerControl, start: Floats,
            df: int | None) -> Fits:  # noqa: N803
    p, lower = pls.p, pls.structure.lower
    residual_df = pls.n - p if REML else pls.n
    block, work = pls._blocks[0], work_space(pls, REML, df or residual_df)
    count = work[:HEAD].view(np.int64)
    fits = _empty(len(responses), len(start), p)
    estimates = np.empty(p + 1)
    beta0, betas = np.empty((len(responses), p)), np.empty((len(responses), p))
    with _minimizer(work, lower, control) as minimize:
        for i, y in enumerate(_adjusted(pls, responses)):
            load(work, block.codes, block.Z, pls.Q, y, beta0[i])
            theta = minimize(start)
            if _at_boundary(theta, lower, control):
                theta = nloptwrap(lambda x: value_at(x, work), start, lower, control).theta
            evaluations = count[EVALUATIONS]
            value = estimate(theta, work, estimates)
            betas[i] = estimates[:p]
            if count[FAILED]:
                betas[i] = np.nan
                continue
            _set(fits, i, theta, 0.0, math.sqrt(estimates[p] / residual_df), value, evaluations)
    if p:
        fits.beta[:] = solve_triangular(pls.R, (beta0 + betas).T, check_finite=False).T
    return fits


def _adjusted(pls: PLS, responses: Floats) -> Floats:
    """Responses (B, n) less the offset, times the roots of the weights."""
    if pls.offset is not None:
        responses = responses - pls.offset
    return responses if pls.root_weights is None else responses * pls.root_weights


def _at_boundary(theta: Floats, lower: Floats, control: LmerControl) -> bool:
    """Whether lme4 looks again at such a result (R: restart_edge, check.boundary)."""
    return (control.restart_edge and bool((theta == lower).any())) or bool((abs(theta - lower - control.boundary_tol / 2)
                                                                           < control.boundary_tol / 2).any())


def _empty(count: int, m: int, p: int) -> Fits:
    nan = np.nan
    return Fits(np.full((count, m), nan), np.full((count, p), nan), np.full(count, nan), np.full(count, nan), np.zeros(count, np.int64))


def _set(fits: Fits, i: int, *values: Any) -> None:
    for f, value in zip(fields(fits), values, strict=True):
        getattr(fits, f.name)[i] = value


# --- the work space -----------------------------------------------------------------------------------------

def work_space(pls: PLS, REML: bool, df: int) -> Floats:  # noqa: N803
    """Everything that `value_at` reads and writes, in one array: a model of one block only. `df` are the criterion's."""
    levels, k, w = pls.D.shape
    block, p = pls._blocks[0], pls.p
    integers = [block.rows, block.cols, np.zeros(levels + 1, np.int64)]
    scalars = np.array([df, pls._log_det_R if p else 0.0, pls.log_weights])
    floats = [scalars, np.zeros(k * k), pls.A, pls.D, pls.S0.T, np.zeros(w * w), np.zeros(levels * k * k), np.zeros(levels * k * w), np.zeros(3)]
    body = np.concatenate([x.astype(np.int64).view(np.float64) for x in integers] + [np.ravel(x) for x in floats])
    work = np.concatenate([np.zeros(HEAD), body])
    work[:HEAD].view(np.int64)[:] = levels, k, p, len(block.rows), REML, 0, 0, len(work)
    return work


@compiled
def sections(work):
    """rows, cols, ptr, scalars, T, A, D, S0, S, L, BD, out: views of the work space."""
    head = work[:8].view(np.int64)
    levels, k, w, entries = head[0], head[1], head[2] + 1, head[3]
    a = 8
    b = a + entries
    rows = work[a:b].view(np.int64)
    a, b = b, b + entries
    cols = work[a:b].view(np.int64)
    a, b = b, b + levels + 1
    ptr = work[a:b].view(np.int64)
    a, b = b, b + 3
    scalars = work[a:b]
    a, b = b, b + k * k
    T = work[a:b].reshape((k, k))
    a, b = b, b + levels * k * k
    A = work[a:b].reshape((levels, k, k))
    a, b = b, b + levels * k * w
    D = work[a:b].reshape((levels, k, w))
    a, b = b, b + w * w
    S0 = work[a:b].reshape((w, w)).T
    a, b = b, b + w * w
    S = work[a:b].reshape((w, w)).T
    a, b = b, b + levels * k * k
    L = work[a:b].reshape((levels, k, k))
    a, b = b, b + levels * k * w
    BD = work[a:b].reshape((levels, k, w))
    return rows, cols, ptr, scalars, T, A, D, S0, S, L, BD, work[b : b + 3]


@compiled
def load(work, codes, Z, Q, y, effects):
    """Put the response y (n,) into the work space as its residual on Q; effects (p,) = Q'y."""
    _, _, _, _, _, _, D, S0, _, _, _, _ = sections(work)
    head = work[:8].view(np.int64)
    head[5] = 0
    head[6] = 0
    n, p = Q.shape
    residual = y.copy()
    for j in range(p):
        s = 0.0
        for i in range(n):
            s += Q[i, j] * y[i]
        effects[j] = s
        for i in range(n):
            residual[i] -= Q[i, j] * s
    for j in range(p):
        s = 0.0
        for i in range(n):
            s += Q[i, j] * residual[i]
        S0[p, j] = s
    s = 0.0
    for i in range(n):
        s += residual[i] * residual[i]
    S0[p, p] = s
    kernels.cross_response(codes, Z, residual, D)


@compiled
def value_at(theta, work):
    """The criterion at theta (m,); after a failed factorization infinity, and `failed` in the head."""
    head = work[:8].view(np.int64)
    head[6] += 1
    rows, cols, ptr, scalars, T, A, D, S0, S, L, BD, out = sections(work)
    none = np.empty((0, A.shape[1]))
    if not kernels.single_block(theta, rows, cols, T, A, D, ptr, ptr[:0], none, S0, S, L, none, BD, out):
        head[5] = 1
        return np.inf
    df = scalars[0]
    value = out[0] + df * (1.0 + math.log(2.0 * math.pi * out[2] / df)) - scalars[2]
    return value + out[1] + scalars[1] if head[4] else value


@compiled
def estimate(theta, work, estimates):
    """The criterion at theta; estimates (p + 1,): the coefficients of Q on the response that was loaded, and pwrss."""
    value = value_at(theta, work)
    S = sections(work)[8]
    p = S.shape[0] - 1
    for j in range(p - 1, -1, -1):
        s = S[p, j]
        for i in range(j + 1, p):
            s -= S[i, j] * estimates[i]
        estimates[j] = s / S[j, j]
    estimates[p] = S[p, p] * S[p, p]
    return value


# --- NLopt ----------------------------------------------------------------------------------------------------

@cfunc(types.float64(types.uint32, types.CPointer(types.float64), types.CPointer(types.float64), types.voidptr), cache=True)
def objective(m, x, gradient, data):
    """What NLopt calls: the criterion at x (m,), `data` the work space. A fit that failed is over: infinity from then on."""
    head = carray(data, (8,), np.int64)
    if head[5]:
        return np.inf
    return value_at(carray(x, (m,), np.float64), carray(data, (head[7],), np.float64))


@cache
def _library() -> ctypes.CDLL | None:
    """NLopt's C functions, which the Python package's extension module brings with it on some platforms only."""
    try:
        library = ctypes.CDLL(nlopt._nlopt.__file__)
        library.nlopt_create.restype, library.nlopt_create.argtypes = ctypes.c_void_p, [ctypes.c_int, ctypes.c_uint]
        library.nlopt_set_min_objective.argtypes = [ctypes.c_void_p] * 3
        library.nlopt_set_lower_bounds.argtypes = [ctypes.c_void_p] * 2
        library.nlopt_optimize.argtypes = [ctypes.c_void_p] * 3
        library.nlopt_destroy.argtypes = [ctypes.c_void_p]
        library.nlopt_set_maxeval.argtypes = [ctypes.c_void_p, ctypes.c_int]
        for name in ("xtol_rel", "ftol_rel", "ftol_abs", "xtol_abs1"):
            getattr(library, f"nlopt_set_{name}").argtypes = [ctypes.c_void_p, ctypes.c_double]
    except (OSError, AttributeError):
        return None
    return library


@contextmanager
def _minimizer(work: Floats, lower: Floats, control: LmerControl) -> Iterator[Callable[[Floats], Floats]]:
    """A function start (m,) -> theta (m,) that runs `optimize.bobyqa` on the criterion of `work`, one problem for all responses."""
    library = _library()
    if library is None:
        yield lambda start: bobyqa(lambda x: value_at(x, work), start, lower, control=control).theta
        return
    problem = library.nlopt_create(nlopt.LN_BOBYQA, len(lower))
    try:
        library.nlopt_set_min_objective(problem, objective.address, work.ctypes.data)
        library.nlopt_set_lower_bounds(problem, lower.ctypes.data)
        for name, value in stopping(control).items():
            getattr(library, f"nlopt_set_{_C_NAMES.get(name, name)}")(problem, int(value) if name == "maxeval" else value)
        theta, reached = np.empty(len(lower)), ctypes.c_double()

        def minimize(start: Floats) -> Floats:
            theta[:] = start
            library.nlopt_optimize(problem, theta.ctypes.data, ctypes.addressof(reached))
            return theta

        yield minimize
    finally:
        library.nlopt_destroy(problem)


_C_NAMES = {"xtol_abs": "xtol_abs1"}
