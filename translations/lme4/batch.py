"""Many responses fitted on one design: BOBYQA from the fitted theta for each, with nothing of Python inside the loop.

With one grouping factor, levels of the same design (subjects seen on the same days) differ in nothing but their
responses, and of these the criterion needs only sums: with d_g = Z_g'y and W = L^{-1} T' common to the levels, sum_g |W
d_g|^2 = tr(W (sum_g d_g d_g') W'). A criterion then costs as much as there are different designs among the levels, one
in a balanced experiment.

What the fits share lies in one flat work space. The criterion reads it through a pointer, so that NLopt calls compiled
code directly; where NLopt's C functions cannot be reached, the same code is called through Python, with the same result
to the bit.
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

from . import kernels
from .control import LmerControl
from .model import refit_df
from .optimize import bobyqa, nloptwrap, optimize, stopping
from .pls import PLS
from .structure import Floats, Ints

compiled = njit(cache=True, error_model="numpy")
HEAD = (
    8  # words before the sections: designs, k, p, entries of the template, REML, failed, evaluations, size of the whole
)
FAILED, EVALUATIONS = 5, 6


@dataclass(frozen=True)
class Fits:
    """B fits of one design. theta (B, m), beta (B, p), se (B, p): its standard errors, sigma (B,), value (B,): the
    criterion, evaluations (B,).

    A fit that failed, as R's fails with "Downdated VtV is not positive definite", is NaN throughout.
    """

    theta: Floats
    beta: Floats
    se: Floats
    sigma: Floats
    value: Floats
    evaluations: Ints

    def __len__(self) -> int:
        return len(self.sigma)


def refit_many(m: Any, Y: Floats) -> Fits:
    """`refit(m, Y[:, i])` for every column of Y (n, B), by the model's own optimizer from its theta. R: lme4::refit."""
    control = replace(m.control, restart_edge=False, boundary_tol=0.0)
    return fit_many(m.pls, Y, m.REML, control, m.theta, refit_df(m, control))


def fit_many(
    pls: PLS, Y: Floats, REML: bool, control: LmerControl, start: Floats | None = None, df: int | None = None
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
    if pls.tail.q or control.optimizer != "nloptwrap":
        return _one_by_one(pls, responses, REML, control, start, df)
    return _in_work_space(pls, responses, REML, control, start, df)


def _one_by_one(pls: PLS, responses: Floats, REML: bool, control: LmerControl, start: Floats, df: int | None) -> Fits:  # noqa: N803
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
        inverse = np.linalg.inv(solution.RX)
        se = sigma * np.sqrt((inverse * inverse).sum(axis=1))
        _set(fits, i, best.theta, solution.beta, se, sigma, best.value, best.evaluations)
    return fits


def _in_work_space(
    pls: PLS, responses: Floats, REML: bool, control: LmerControl, start: Floats, df: int | None
) -> Fits:  # noqa: N803
    p, lower = pls.p, pls.structure.lower
    residual_df = pls.n - p if REML else pls.n
    block, which = pls._blocks[0], designs(pls)
    work = work_space(pls, REML, df or residual_df, which)
    count = work[:HEAD].view(np.int64)
    fits = _empty(len(responses), len(start), p)
    inverse = np.linalg.inv(pls.R) if p else np.zeros((0, 0))
    estimates, effects = np.empty((2, p + 1)), np.empty(p)
    with _minimizer(work, lower, control) as minimize:
        for i, y in enumerate(_adjusted(pls, responses)):
            load(work, block.codes, block.Z, which, pls.Q, y, effects)
            theta = minimize(start)
            if _at_boundary(theta, lower, control):
                theta = nloptwrap(lambda x: value_at(x, work), start, lower, control).theta
            evaluations = count[EVALUATIONS]
            value = estimate(theta, work, inverse, effects, estimates)
            if not count[FAILED]:
                sigma = math.sqrt(estimates[0, p] / residual_df)
                _set(fits, i, theta, estimates[0, :p], sigma * estimates[1, :p], sigma, value, evaluations)
    return fits


def _adjusted(pls: PLS, responses: Floats) -> Floats:
    """Responses (B, n) less the offset, times the roots of the weights."""
    if pls.offset is not None:
        responses = responses - pls.offset
    return responses if pls.root_weights is None else responses * pls.root_weights


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
    )


def _set(fits: Fits, i: int, *values: Any) -> None:
    for f, value in zip(fields(fits), values, strict=True):
        getattr(fits, f.name)[i] = value


# --- the work space -----------------------------------------------------------------------------------------


def designs(pls: PLS) -> Ints:
    """Which design each level has (levels,): equal numbers for equal cross-products, to 13 digits."""
    levels, _, w = pls.D.shape
    ZX = (
        pls.D[:, :, : w - 1] @ pls.R
    )  # equal designs give equal sums here; of Q's rows one may have been rounded otherwise
    rows = np.hstack([pls.A.reshape(levels, -1), ZX.reshape(levels, -1)])
    scale = np.abs(rows).max(axis=0)
    rounded = np.round(rows / np.where(scale > 0, scale, 1.0), 13) + 0.0
    return np.unique(rounded, axis=0, return_inverse=True)[1].ravel().astype(np.int64)


def work_space(pls: PLS, REML: bool, df: int, which: Ints) -> Floats:  # noqa: N803
    """Everything that `value_at` reads and writes, in one array: a model of one block only. `df` are the
    criterion's."""
    _, k, w = pls.D.shape
    block, p = pls._blocks[0], pls.p
    levels = np.bincount(which)
    first = np.unique(which, return_index=True)[1]
    scalars = [df, pls._log_det_R if p else 0.0, pls.log_weights]
    known: list[Any] = [scalars, levels, pls.A[first], pls.D[first, :, :p], pls.S0.T]
    body = np.concatenate([block.rows.view(np.float64), block.cols.view(np.float64), *(np.ravel(x) for x in known)])
    room = len(levels) * (k + k * k) + 3 * k * k + k * w + w * w
    work = np.concatenate([np.zeros(HEAD), body, np.zeros(room)])
    work[:HEAD].view(np.int64)[:] = len(levels), k, p, len(block.rows), REML, 0, 0, len(work)
    return work


@compiled
def sections(work):
    """rows, cols, scalars, levels, A, D, S0; then what `load` fills: sums, grams; then room: T, L, W, B, S."""
    head = work[:8].view(np.int64)
    u, k, p, entries = head[0], head[1], head[2], head[3]
    w = p + 1
    a, b = 8, 8 + entries
    rows = work[a:b].view(np.int64)
    a, b = b, b + entries
    cols = work[a:b].view(np.int64)
    a, b = b, b + 3
    scalars = work[a:b]
    a, b = b, b + u
    levels = work[a:b]
    a, b = b, b + u * k * k
    A = work[a:b].reshape((u, k, k))
    a, b = b, b + u * k * p
    D = work[a:b].reshape((u, k, p))
    a, b = b, b + w * w
    S0 = work[a:b].reshape((w, w))
    a, b = b, b + u * k
    sums = work[a:b].reshape((u, k))
    a, b = b, b + u * k * k
    grams = work[a:b].reshape((u, k, k))
    a, b = b, b + k * k
    T = work[a:b].reshape((k, k))
    a, b = b, b + k * k
    L = work[a:b].reshape((k, k))
    a, b = b, b + k * k
    W = work[a:b].reshape((k, k))
    a, b = b, b + k * w
    B = work[a:b].reshape((k, w))
    return rows, cols, scalars, levels, A, D, S0, sums, grams, T, L, W, B, work[b : b + w * w].reshape((w, w))


@compiled
def load(work, codes, Z, which, Q, y, effects):
    """Put the response y (n,) into the work space as its residual on Q; effects (p,) = Q'y."""
    _, _, _, _, A, _, S0, sums, grams, _, _, _, _, _ = sections(work)
    head = work[:8].view(np.int64)
    head[5] = 0
    head[6] = 0
    n, p = Q.shape
    k = A.shape[1]
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
    d = np.zeros((which.shape[0], k))
    for i in range(n):
        for a in range(k):
            d[codes[i], a] += Z[i, a] * residual[i]
    sums[:] = 0.0
    grams[:] = 0.0
    for g in range(which.shape[0]):
        for a in range(k):
            sums[which[g], a] += d[g, a]
            for b in range(k):
                grams[which[g], a, b] += d[g, a] * d[g, b]


@compiled
def value_at(theta, work):
    """The criterion at theta (m,); after a failed factorization infinity, and `failed` in the head.

    For every design: L L' = T'AT + I, W = L^{-1} T', B = W [D, sum d]; then the tail S less the sums of B'B, and its
    Cholesky factor.
    """
    head = work[:8].view(np.int64)
    head[6] += 1
    rows, cols, scalars, levels, A, D, S0, sums, grams, T, L, W, B, S = sections(work)
    k, p = T.shape[0], D.shape[2]
    for j in range(theta.shape[0]):
        T[rows[j], cols[j]] = theta[j]
    for i in range(p + 1):
        for j in range(i + 1):
            S[i, j] = S0[i, j]
    half = 0.0
    for u in range(levels.shape[0]):
        product = 1.0
        for b in range(k):
            for a in range(b, k):
                s = 1.0 if a == b else 0.0
                for c in range(a, k):
                    for e in range(b, k):
                        s += T[c, a] * A[u, c, e] * T[e, b]
                for c in range(b):
                    s -= L[a, c] * L[b, c]
                if a == b:
                    L[a, a] = math.sqrt(s)
                    product *= L[a, a]
                else:
                    L[a, b] = s / L[b, b]
        half += levels[u] * math.log(product)
        for a in range(k):
            for b in range(k):
                s = T[b, a]
                for c in range(a):
                    s -= L[a, c] * W[c, b]
                W[a, b] = s / L[a, a]
            for j in range(p):
                s = 0.0
                for b in range(k):
                    s += W[a, b] * D[u, b, j]
                B[a, j] = s
            s = 0.0
            square = 0.0
            for b in range(k):
                s += W[a, b] * sums[u, b]
                for c in range(k):
                    square += W[a, b] * grams[u, b, c] * W[a, c]
            for i in range(p):
                S[p, i] -= s * B[a, i]
                for j in range(i + 1):
                    S[i, j] -= levels[u] * B[a, i] * B[a, j]
            S[p, p] -= square
    if not kernels.cholesky(S):
        head[5] = 1
        return np.inf
    df = scalars[0]
    pwrss = S[p, p] * S[p, p]
    value = 2.0 * half + df * (1.0 + math.log(2.0 * math.pi * pwrss / df)) - scalars[2]
    if head[4]:
        for j in range(p):
            value += 2.0 * math.log(S[j, j])
        value += scalars[1]
    return value


@compiled
def estimate(theta, work, inverse, effects, estimates):
    """The criterion at theta; estimates (2, p + 1): beta of the response that was loaded and pwrss; beta's standard
    errors / sigma.

    inverse (p, p) = R^{-1} of X = Q R; with the tail's factor M, M M' = Q'V^{-1}Q, beta's covariance is R^{-1} (M
    M')^{-1} R^{-T}.
    """
    value = value_at(theta, work)
    M = sections(work)[13]
    p = M.shape[0] - 1
    onto_q = np.empty(p)
    half = np.zeros((p, p))  # M^{-1}
    for j in range(p - 1, -1, -1):
        s = M[p, j]
        for i in range(j + 1, p):
            s -= M[i, j] * onto_q[i]
        onto_q[j] = s / M[j, j]
    for j in range(p):
        half[j, j] = 1.0 / M[j, j]
        for i in range(j + 1, p):
            s = 0.0
            for a in range(j, i):
                s -= M[i, a] * half[a, j]
            half[i, j] = s / M[i, i]
    for j in range(p):
        s = 0.0
        square = 0.0
        for i in range(j, p):
            s += inverse[j, i] * (effects[i] + onto_q[i])
        for a in range(p):
            t = 0.0
            for i in range(j, p):
                t += inverse[j, i] * half[a, i]
            square += t * t
        estimates[0, j] = s
        estimates[1, j] = math.sqrt(square)
    estimates[0, p] = M[p, p] * M[p, p]
    return value


# --- NLopt ----------------------------------------------------------------------------------------------------


def objective(m, x, gradient, data):
    """What NLopt calls: the criterion at x (m,), `data` the work space. A fit that failed is over: infinity from then
    on."""
    head = carray(data, (8,), np.int64)
    if head[5]:
        return np.inf
    return value_at(carray(x, (m,), np.float64), carray(data, (head[7],), np.float64))


@cache
def _compiled_objective() -> Any:
    """`objective` as a C function."""
    numbers = types.CPointer(types.float64)
    return cfunc(types.float64(types.uint32, numbers, numbers, types.voidptr), cache=True)(objective)


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
    """A function start (m,) -> theta (m,) that runs `optimize.bobyqa` on the criterion of `work`, one problem for all
    responses."""
    library = _library()
    if library is None:
        yield lambda start: bobyqa(lambda x: value_at(x, work), start, lower, control=control).theta
        return
    problem = library.nlopt_create(nlopt.LN_BOBYQA, len(lower))
    try:
        library.nlopt_set_min_objective(problem, _compiled_objective().address, work.ctypes.data)
        library.nlopt_set_lower_bounds(problem, lower.ctypes.data)
        for name, value in stopping(control).items():
            getattr(library, f"nlopt_set_{_C_NAMES.get(name, name)}")(
                problem, int(value) if name == "maxeval" else value
            )
        theta, reached = np.empty(len(lower)), ctypes.c_double()

        def minimize(start: Floats) -> Floats:
            theta[:] = start
            library.nlopt_optimize(problem, theta.ctypes.data, ctypes.addressof(reached))
            return theta

        yield minimize
    finally:
        library.nlopt_destroy(problem)


_C_NAMES = {"xtol_abs": "xtol_abs1"}
