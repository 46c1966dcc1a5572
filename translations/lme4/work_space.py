"""The criterion of `sequential.py` for thousands of responses on one design: the same bits, and only the work that
differs.

Levels with the same rows (subjects seen on the same days) have the same factor and the same part of RZX, which
therefore are computed once for all of them; what sums over levels is still summed level by level, in lme4's order.
Everything lies in one flat array of doubles, which a C function can be handed as a pointer: a head of integers, then
the sections named in `sections`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import carray, njit

from .nlopt_c import Compiled
from .sequential import Sequential
from .structure import Floats, Ints

compiled = njit(cache=True, error_model="numpy")
HEAD = 16
# Of the head: levels, k, p, entries of the template, REML, failed, evaluations, size of the whole, n, designs, their
# rows, terms + 1.
FAILED, EVALUATIONS = 5, 6


def designs(model: Sequential) -> tuple[Ints, list[Ints], Ints]:
    """The design of each level (levels,), numbered from 0, the rows of each design's first level, and the row of these,
    one design after the other, that each row is like (n,).
    """
    block = model.structure.blocks[0]
    order = np.argsort(block.codes, kind="stable")
    ends = np.cumsum(np.bincount(block.codes, minlength=block.n_levels)).tolist()
    bounds = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
    table = np.column_stack([block.Z, model.X, model.root])[order]
    found: dict[bytes, int] = {}
    which = [found.setdefault(table[own].tobytes(), len(found)) for own in bounds]
    first = [order[bounds[which.index(d)]] for d in range(len(found))]
    places = np.split(np.arange(sum(map(len, first))), np.cumsum([len(own) for own in first])[:-1])
    like = np.empty(len(order), dtype=np.int64)
    like[order] = np.concatenate([places[d] for d in which])
    return np.array(which), first, like


def compiled_criterion(model: Sequential, reml: bool, df: int) -> Compiled:
    """The criterion with `df` degrees of freedom, on a work space of its own; `load` puts a response in."""
    return Compiled(work_space(model, reml, df), value_at, objective)


def work_space(model: Sequential, reml: bool, df: int) -> Floats:
    """A work space for the criterion with `df` degrees of freedom; `load` puts a response in."""
    block, (n, p) = model.structure.blocks[0], model.X.shape
    levels, k = block.n_levels, block.k
    which, first, shared = designs(model)
    starts, like = np.cumsum([0, *(len(own) for own in first)]), np.concatenate(first)
    integers = [block.rows, block.cols, model.first, which, starts, like, block.codes, shared]
    known = [[df, model.log_weights, 0.0], block.Z, model.X, model.root, model.offset, model.VtV]
    room = 2 * n + p + len(like) * (k + 1) + len(first) * k * (k + p + 1) + 2 * levels * k + p * p + p + k * k
    parts: list[Any] = [np.asarray(x, dtype=np.int64).view(np.float64) for x in integers]
    parts += [np.asarray(x, dtype=float).ravel() for x in known]
    work = np.concatenate([np.zeros(HEAD), *parts, np.zeros(room)])
    sizes = len(work), n, len(first), len(like), len(model.first)
    work[:HEAD].view(np.int64)[:12] = levels, k, p, len(block.rows), reml, 0, 0, *sizes
    return work


@compiled
def integers(work):
    """rows, cols (entries,), first (terms + 1,), which (levels,), starts (designs + 1,), like (rows,), codes, shared
    (n,)."""
    head = work[:HEAD].view(np.int64)
    a, b = HEAD, HEAD + head[3]
    rows = work[a:b].view(np.int64)
    a, b = b, b + head[3]
    cols = work[a:b].view(np.int64)
    a, b = b, b + head[11]
    first = work[a:b].view(np.int64)
    a, b = b, b + head[0]
    which = work[a:b].view(np.int64)
    a, b = b, b + head[9] + 1
    starts = work[a:b].view(np.int64)
    a, b = b, b + head[10]
    like = work[a:b].view(np.int64)
    a, b = b, b + head[8]
    codes = work[a:b].view(np.int64)
    a, b = b, b + head[8]
    return rows, cols, first, which, starts, like, codes, work[a:b].view(np.int64), b


@compiled
def data(work, a):
    """scalars (3,): df, log of the weights, pwrss; Z (n, k), X (n, p), root, offset (n,), VtV (p, p); y, r (n,) and
    Vtr (p,), which `load` fills."""
    head = work[:HEAD].view(np.int64)
    k, p, n = head[1], head[2], head[8]
    scalars = work[a : a + 3]
    a, b = a + 3, a + 3 + n * k
    Z = work[a:b].reshape((n, k))
    a, b = b, b + n * p
    X = work[a:b].reshape((n, p))
    root, offset = work[b : b + n], work[b + n : b + 2 * n]
    a, b = b + 2 * n, b + 2 * n + p * p
    VtV = work[a:b].reshape((p, p))
    y, r = work[b : b + n], work[b + n : b + 2 * n]
    b += 2 * n
    return scalars, Z, X, root, offset, VtV, y, r, work[b : b + p], b + p


@compiled
def room(work, a):
    """w (rows, k), fixed (rows,); L (designs, k, k), RZX (designs, k, p), logs (designs, k); u, b (levels, k); R,
    beta, T."""
    head = work[:HEAD].view(np.int64)
    levels, k, p, u, rows = head[0], head[1], head[2], head[9], head[10]
    w = work[a : a + rows * k].reshape((rows, k))
    a += rows * k
    fixed = work[a : a + rows]
    a += rows
    L = work[a : a + u * k * k].reshape((u, k, k))
    a += u * k * k
    RZX = work[a : a + u * k * p].reshape((u, k, p))
    a += u * k * p
    logs = work[a : a + u * k].reshape((u, k))
    a += u * k
    modes = work[a : a + levels * k].reshape((levels, k))
    a += levels * k
    b = work[a : a + levels * k].reshape((levels, k))
    a += levels * k
    R = work[a : a + p * p].reshape((p, p))
    a += p * p
    return w, fixed, L, RZX, logs, modes, b, R, work[a : a + p], work[a + p : a + p + k * k].reshape((k, k))


@compiled
def load(work, y):
    """Put the response y (n,) into the work space."""
    head = work[:HEAD].view(np.int64)
    head[FAILED] = 0
    head[EVALUATIONS] = 0
    ints = integers(work)
    _, _, X, root, offset, _, own, r, Vtr, _ = data(work, ints[8])
    Vtr[:] = 0.0
    for i in range(y.shape[0]):
        own[i] = y[i]
        r[i] = root[i] * (y[i] - offset[i])
        for c in range(X.shape[1]):
            Vtr[c] += root[i] * X[i, c] * r[i]


@compiled
def value_at(theta, work):
    """The criterion at theta (m,); after a failed factorization infinity, and `failed` in the head."""
    head = work[:HEAD].view(np.int64)
    head[EVALUATIONS] += 1
    rows, cols, first, which, starts, like, codes, shared, end = integers(work)
    scalars, Z, X, root, offset, VtV, y, r, Vtr, end = data(work, end)
    w, fixed, L, RZX, logs, u, b, R, beta, T = room(work, end)
    for j in range(theta.shape[0]):
        T[rows[j], cols[j]] = theta[j]
    factor_designs(T, starts, like, Z, X, root, w, L, RZX, logs)
    ldL2 = level_effects(which, codes, shared, r, w, L, logs, u)
    ldRX2 = fixed_effects(which, RZX, u, VtV, Vtr, R, beta)
    if not ldL2 + ldRX2 < np.inf:
        head[FAILED] = 1
        return np.inf
    pwrss = residual_squares(first, which, codes, shared, like, T, Z, X, y, root, offset, L, RZX, u, b, beta, fixed)
    scalars[2] = pwrss
    df = scalars[0]
    value = ldL2 - scalars[1]
    if head[4]:
        value += ldRX2
    return value + df * (1.0 + math.log(2.0 * math.pi * pwrss) - math.log(df))


@compiled
def factor_designs(T, starts, like, Z, X, root, w, L, RZX, logs):
    """w = Lambda'z of each design's rows, the factor L and RZX of each design, and the logs of the squares of L's
    diagonal."""
    k, p = T.shape[0], X.shape[1]
    L[:] = 0.0
    RZX[:] = 0.0
    for d in range(starts.shape[0] - 1):
        for j in range(starts[d], starts[d + 1]):
            i = like[j]
            for a in range(k):
                w[j, a] = 0.0
            for c in range(k):
                z = Z[i, c] * root[i]
                for a in range(c + 1):
                    w[j, a] += T[c, a] * z
            for a in range(k):
                for c in range(a + 1):
                    L[d, a, c] += w[j, a] * w[j, c]
                for c in range(p):
                    RZX[d, a, c] += w[j, a] * (root[i] * X[i, c])
        for a in range(k):
            s = L[d, a, a] + 1.0
            for c in range(a):
                for e in range(c):
                    L[d, a, c] -= L[d, c, e] * L[d, a, e]
                L[d, a, c] /= L[d, c, c]
                s -= L[d, a, c] * L[d, a, c]
            L[d, a, a] = math.sqrt(s)
            logs[d, a] = math.log(L[d, a, a] * L[d, a, a])
            for c in range(p):
                for e in range(a):
                    RZX[d, a, c] -= L[d, a, e] * RZX[d, e, c]
                RZX[d, a, c] /= L[d, a, a]


@compiled
def level_effects(which, codes, shared, r, w, L, logs, u):
    """u (levels, k) = L^{-1}Lambda'Z'r; log|L|^2."""
    k = u.shape[1]
    u[:] = 0.0
    for i in range(codes.shape[0]):
        for a in range(k):
            u[codes[i], a] += w[shared[i], a] * r[i]
    log_det = 0.0
    for g in range(which.shape[0]):
        d = which[g]
        for a in range(k):
            log_det += logs[d, a]
            for c in range(a):
                u[g, a] -= L[d, a, c] * u[g, c]
            u[g, a] /= L[d, a, a]
    return log_det


@compiled
def fixed_effects(which, RZX, u, VtV, Vtr, R, beta):
    """The upper factor R (p, p) of X'X - RZX'RZX and beta (p,); log|R|^2, infinite when it fails."""
    k, p = u.shape[1], beta.shape[0]
    log_det = 0.0
    for c in range(p):
        t = 0.0
        for g in range(which.shape[0]):
            for a in range(k):
                t += RZX[which[g], a, c] * u[g, a]
        beta[c] = Vtr[c] - t
        s = 0.0
        for d in range(c + 1):
            t = 0.0
            for g in range(which.shape[0]):
                for a in range(k):
                    t += RZX[which[g], a, d] * RZX[which[g], a, c]
            s = VtV[d, c] - t
            if d < c:
                for e in range(d):
                    s -= R[e, d] * R[e, c]
                R[d, c] = s / R[d, d]
        t = 0.0
        for d in range(c):
            t += R[d, c] * R[d, c]
        s -= t
        if not s > 0.0:
            return np.inf
        R[c, c] = math.sqrt(s)
        log_det += math.log(R[c, c])
    for c in range(p):
        for d in range(c):
            beta[c] -= R[d, c] * beta[d]
        beta[c] /= R[c, c]
    for c in range(p - 1, -1, -1):
        t = 0.0
        for d in range(c + 1, p):
            t += R[c, d] * beta[d]
        beta[c] = (beta[c] - t) / R[c, c]
    return 2.0 * log_det


@compiled
def residual_squares(first, which, codes, shared, like, T, Z, X, y, root, offset, L, RZX, u, b, beta, fixed):
    """pwrss: the squares of the residuals, row after row, and of u, term after term (u from L^{-1}Lambda'Z'r, in
    place)."""
    levels, k = u.shape
    p = beta.shape[0]
    for g in range(levels):
        d = which[g]
        for a in range(k):
            t = 0.0
            for c in range(p):
                t += RZX[d, a, c] * beta[c]
            u[g, a] -= t
        for a in range(k - 1, -1, -1):
            for step in range(1, k - a):  # the order of CHOLMOD's solve, see sequential._random
                c = a + step if g * k + k - 1 < 4 else k - step
                u[g, a] -= L[d, c, a] * u[g, c]
            u[g, a] /= L[d, a, a]
        for a in range(k):
            b[g, a] = 0.0
            for c in range(a + 1):
                b[g, a] += T[a, c] * u[g, c]
    for j in range(like.shape[0]):
        s = 0.0
        for c in range(p):
            s += X[like[j], c] * beta[c]
        fixed[j] = s
    wrss = 0.0
    for i in range(codes.shape[0]):
        t = 0.0
        for a in range(k):
            t += Z[i, a] * b[codes[i], a]
        e = root[i] * (y[i] - (offset[i] + (fixed[shared[i]] + t)))
        wrss += e * e
    square = 0.0
    for term in range(first.shape[0] - 1):
        for g in range(levels):
            for a in range(first[term], first[term + 1]):
                square += u[g, a] * u[g, a]
    return wrss + square


@compiled
def derivatives(theta, work, value, out):
    """Hessian and, in the last column, gradient (m, m + 1) by central differences, `value` that at theta. R: lme4's
    deriv12."""
    m = theta.shape[0]
    delta = 1e-4
    x = theta.copy()
    for j in range(m):
        x[j] = theta[j] + delta
        above = value_at(x, work)
        x[j] = theta[j] - delta
        below = value_at(x, work)
        out[j, j] = above / delta**2 - 2.0 * value / (delta * delta) + below / delta**2
        out[j, m] = (above - below) / (delta + delta)
        for i in range(j):
            s = 0.0
            for way in range(4):
                x[i] = theta[i] + delta if way < 2 else theta[i] - delta
                x[j] = theta[j] + delta if way % 2 == 0 else theta[j] - delta
                t = value_at(x, work) / (delta + delta) ** 2
                s = s + t if way == 0 or way == 3 else s - t
            out[i, j] = s
            out[j, i] = s
            x[i] = theta[i]
        x[j] = theta[j]


@compiled
def estimate(theta, work, estimates):
    """The criterion at theta; estimates (2, p + 1): beta and pwrss; beta's standard errors over sigma, from RX'RX =
    X'V^{-1}X."""
    value = value_at(theta, work)
    parts = data(work, integers(work)[8])
    _, _, _, _, _, _, _, R, beta, _ = room(work, parts[9])
    p = beta.shape[0]
    inverse = np.zeros((p, p))
    for j in range(p):
        inverse[j, j] = 1.0 / R[j, j]
        for i in range(j - 1, -1, -1):
            s = 0.0
            for a in range(i + 1, j + 1):
                s -= R[i, a] * inverse[a, j]
            inverse[i, j] = s / R[i, i]
    for i in range(p):
        square = 0.0
        for j in range(i, p):
            square += inverse[i, j] * inverse[i, j]
        estimates[0, i] = beta[i]
        estimates[1, i] = math.sqrt(square)
    estimates[0, p] = parts[0][2]
    return value


def objective(m, x, gradient, data):
    """What NLopt calls: the criterion at x (m,), `data` the work space."""
    head = carray(data, (HEAD,), np.int64)
    return value_at(carray(x, (m,), np.float64), carray(data, (head[7],), np.float64))
