"""The criterion in lme4's own order of operations, for models with one grouping factor.

BOBYQA stops where the rounding of the criterion tells it to: two programs that compute the same criterion to 16
digits, but sum in another order, stop at thetas that share 9 digits, and at profile points that share 4. lme4 is
compiled without vector instructions and adds one product after the other, so its order can be kept: then every value,
hence every step of the optimizer, is lme4's to the last bit. The steps are those of Bates et al. (2015), section 3.4:
Lambda'Z', its products with Z, X and y, the sparse Cholesky factor by rows, the downdated X'X, two triangular solves,
and (unlike `pls.py`, which needs no second pass over the data) residuals, whose squares are summed.

Covered are terms on one factor with three effects or fewer in all: their factor is block diagonal, one level after the
other, and no column of it is long enough for CHOLMOD to take several at once. Other models are computed by `pls.py`.
"""
from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numba import njit

from .structure import Floats, Ints, RandomStructure

MOST_EFFECTS = 3
MOST_ROWS = 20_000  # a pass over the data each time is dear where `pls.py` needs none


class Parts(NamedTuple):
    """log|L|^2, log|RX|^2, the weighted residual sum of squares, |u|^2, beta (p,) and the upper factor RX (p, p)."""

    ldL2: float  # noqa: N815
    ldRX2: float  # noqa: N815
    wrss: float
    sqrL: float  # noqa: N815
    beta: Floats
    RX: Floats

    @property
    def pwrss(self) -> float:
        """The penalized weighted residual sum of squares."""
        return self.wrss + self.sqrL


@dataclass(frozen=True)
class Sequential:
    """One design and response, as given: X (n, p), y (n,), square roots of the weights (n,), offset (n,).

    first (terms + 1,): the columns at which the terms start; VtV (p, p), Vtr (p,): weighted X'X and X'(y - offset).
    """

    structure: RandomStructure
    first: Ints
    X: Floats
    y: Floats
    root: Floats
    offset: Floats
    log_weights: float
    VtV: Floats
    Vtr: Floats

    @classmethod
    def of(cls, structure: RandomStructure, X: Floats, y: Floats, weights: Floats | None = None,
           offset: Floats | None = None) -> Sequential | None:
        """None for a model that is not covered."""
        n, p = X.shape
        if len(structure.blocks) != 1 or structure.blocks[0].k > MOST_EFFECTS or n > MOST_ROWS:
            return None
        first = np.cumsum([0, *(term.k for term in structure.terms)])
        root, log_weights = np.ones(n), 0.0
        if weights is not None:
            root = np.sqrt(weights)
            for weight in weights:
                log_weights += math.log(weight)
        offset = np.zeros(n) if offset is None else offset
        X, VtV, Vtr = np.ascontiguousarray(X), np.zeros((p, p)), np.zeros(p)
        return cls(structure, first, X, y, root, offset, log_weights, VtV, Vtr).with_response(y)

    def with_response(self, y: Floats) -> Sequential:
        """The same design with another response y (n,)."""
        VtV, Vtr = np.zeros_like(self.VtV), np.zeros_like(self.Vtr)
        _cross_products(self.X, y, self.root, self.offset, VtV, Vtr)
        return replace(self, y=y, VtV=VtV, Vtr=Vtr)

    def parts(self, theta: Floats) -> Parts:
        """The criterion's parts at theta (m,).

        Raises `numpy.linalg.LinAlgError` where the downdated X'X is not positive definite.
        """
        block, p = self.structure.blocks[0], self.X.shape[1]
        out, beta, R = np.empty(4), np.empty(p), np.zeros((p, p))
        data = (block.Z, self.X, self.y, self.root, self.offset, self.VtV, self.Vtr)
        if not _parts(block.template(theta), block.codes, block.n_levels, self.first, *data, R, beta, out):
            raise np.linalg.LinAlgError(f"the downdated X'X is not positive definite at theta {theta}")
        return Parts(float(out[0]), float(out[1]), float(out[2]), float(out[3]), beta, R)

    def criterion(self, theta: Floats, REML: bool, df: int | None = None) -> float:  # noqa: N803
        """The REML criterion or the deviance at theta (m,): Bates et al. (2015), eqs. 41, 34. `df`: not n - p or n."""
        parts, (n, p) = self.parts(theta), self.X.shape
        log_pwrss = math.log(2.0 * math.pi * parts.pwrss)
        value = parts.ldL2 - self.log_weights
        if REML:
            value, n = value + parts.ldRX2, n - p
        n = df or n
        return value + n * (1.0 + log_pwrss - math.log(n))

    def criterion_at_sigma(self, theta: Floats, sigma: float) -> float:
        """The deviance at theta (m,) and a given residual standard deviation (R: lme4's devfun2)."""
        parts, s2 = self.parts(theta), sigma * sigma
        return parts.ldL2 - self.log_weights + parts.pwrss / s2 + len(self.y) * math.log(2.0 * math.pi * s2)

    def holding(self, j: int, value: float) -> Sequential:
        """The model with fixed effect j held at `value`: its column moves into the offset."""
        held = self.X[:, j] * value + self.offset
        X = np.ascontiguousarray(np.delete(self.X, j, axis=1))
        p = X.shape[1]
        return replace(self, X=X, offset=held, VtV=np.zeros((p, p)), Vtr=np.zeros(p)).with_response(self.y)


@njit(cache=True, error_model="numpy")
def _cross_products(X, y, root, offset, VtV, Vtr):  # noqa: N803
    """Weighted X'X (upper triangle) and X'(y - offset), row after row."""
    n, p = X.shape
    for i in range(n):
        r = root[i] * (y[i] - offset[i])
        for c in range(p):
            v = root[i] * X[i, c]
            Vtr[c] += v * r
            for d in range(c + 1):
                VtV[d, c] += root[i] * X[i, d] * v


@njit(cache=True, error_model="numpy")
def _parts(T, codes, n_levels, first, Z, X, y, root, offset, VtV, Vtr, R, beta, out):  # noqa: N803
    """The scalar parts at template T (k, k) into `out`, R (p, p) and beta (p,); False when a factor fails."""
    n, k = Z.shape
    p = X.shape[1]
    L = np.zeros((n_levels, k, k))
    RZX = np.zeros((n_levels, k, p))
    u = np.zeros((n_levels, k))
    _products(T, codes, Z, X, y, root, offset, L, RZX, u)
    ldL2 = _factor(L, RZX, u)
    if not ldL2 < np.inf:
        return False
    ldRX2 = _fixed(RZX, u, VtV, Vtr, R, beta)
    if not ldRX2 < np.inf:
        return False
    b = np.zeros((n_levels, k))
    sqrL = _random(T, first, L, RZX, beta, u, b)
    wrss = 0.0
    for i in range(n):
        g = codes[i]
        s = 0.0
        for c in range(p):
            s += X[i, c] * beta[c]
        t = 0.0
        for a in range(k):
            t += Z[i, a] * b[g, a]
        e = root[i] * (y[i] - (offset[i] + (s + t)))
        wrss += e * e
    out[0], out[1], out[2], out[3] = ldL2, ldRX2, wrss, sqrL
    return True


@njit(cache=True, error_model="numpy")
def _products(T, codes, Z, X, y, root, offset, A, B, c):  # noqa: N803
    """Products of w = Lambda'z with w, X and y, added to A (levels, k, k) lower, B (levels, k, p), c (levels, k)."""
    n, k = Z.shape
    p = X.shape[1]
    w = np.empty(k)
    for i in range(n):
        g = codes[i]
        w[:] = 0.0
        for b in range(k):
            z = Z[i, b] * root[i]
            for a in range(b + 1):
                w[a] += T[b, a] * z
        r = root[i] * (y[i] - offset[i])
        for a in range(k):
            for b in range(a + 1):
                A[g, a, b] += w[a] * w[b]
            for j in range(p):
                B[g, a, j] += w[a] * (root[i] * X[i, j])
            c[g, a] += w[a] * r


@njit(cache=True, error_model="numpy")
def _factor(L, RZX, cu):  # noqa: N803
    """A + I to its Cholesky factor, row by row, L^{-1} times the others, in place; log|L|^2, infinite on failure."""
    n_levels, k, p = RZX.shape
    log_det = 0.0
    for g in range(n_levels):
        for a in range(k):
            d = L[g, a, a] + 1.0
            for b in range(a):
                for c in range(b):
                    L[g, a, b] -= L[g, b, c] * L[g, a, c]
                L[g, a, b] /= L[g, b, b]
                d -= L[g, a, b] * L[g, a, b]
            if not d > 0.0:
                return np.inf
            L[g, a, a] = math.sqrt(d)
            log_det += math.log(L[g, a, a] * L[g, a, a])
            for b in range(a):
                for c in range(p):
                    RZX[g, a, c] -= L[g, a, b] * RZX[g, b, c]
                cu[g, a] -= L[g, a, b] * cu[g, b]
            for c in range(p):
                RZX[g, a, c] /= L[g, a, a]
            cu[g, a] /= L[g, a, a]
    return log_det


@njit(cache=True, error_model="numpy")
def _fixed(RZX, cu, VtV, Vtr, R, beta):  # noqa: N803
    """The upper factor R (p, p) of X'X - RZX'RZX and beta (p,); log|R|^2, infinite when it fails."""
    n_levels, k, p = RZX.shape
    log_det = 0.0
    for c in range(p):
        t = 0.0
        for g in range(n_levels):
            for a in range(k):
                t += RZX[g, a, c] * cu[g, a]
        beta[c] = Vtr[c] - t
        for d in range(c + 1):
            t = 0.0
            for g in range(n_levels):
                for a in range(k):
                    t += RZX[g, a, d] * RZX[g, a, c]
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


@njit(cache=True, error_model="numpy")
def _random(T, first, L, RZX, beta, u, b):  # noqa: N803
    """Spherical effects u (from L^{-1}Lambda'Z'y, in place) and b = Lambda u, (levels, k); |u|^2, term after term."""
    n_levels, k, p = RZX.shape
    for g in range(n_levels):
        for a in range(k):
            t = 0.0
            for c in range(p):
                t += RZX[g, a, c] * beta[c]
            u[g, a] -= t
        for a in range(k - 1, -1, -1):
            # Backwards, CHOLMOD takes a level's columns together, last first, but for the first four columns of all.
            for step in range(1, k - a):
                c = a + step if g * k + k - 1 < 4 else k - step
                u[g, a] -= L[g, c, a] * u[g, c]
            u[g, a] /= L[g, a, a]
        for a in range(k):
            for c in range(a + 1):
                b[g, a] += T[a, c] * u[g, c]
    square = 0.0
    for term in range(len(first) - 1):
        for g in range(n_levels):
            for a in range(first[term], first[term + 1]):
                square += u[g, a] * u[g, a]
    return square
