"""The criterion in lme4's own order of operations, for one grouping factor or one nested in another.

BOBYQA stops where the rounding of the criterion tells it to: two programs that compute the same criterion to 16
digits, but sum in another order, stop at thetas that share 9 digits, and at profile points that share 4. lme4 is
compiled without vector instructions and adds one product after the other, so its order can be kept: then every value,
hence every step of the optimizer, is lme4's to the last bit. The steps are those of Bates et al. (2015), section 3.4:
Lambda'Z', its products with Z, X and y, the sparse Cholesky factor by rows, the downdated X'X, two triangular solves,
and (unlike `pls.py`, which needs no second pass over the data) residuals, whose squares are summed.

Covered are terms on one factor with three effects or fewer in all, and terms with at most two effects on a factor in
which another is nested that has one. CHOLMOD then orders the columns outer level by outer level, the levels nested in
it before it, last first; and no column is long enough to be taken together with others on the way down. Other models
are computed by `pls.py`. Shapes: k outer effects; m inner levels, none where there is one factor.
"""
from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numba import njit

from .structure import Block, Floats, Ints, RandomStructure

MOST_EFFECTS, MOST_OUTER_EFFECTS = 3, 2
MOST_ROWS = 20_000  # a pass over the data each time is dear where `pls.py` needs none,
DENSE_FROM = 1_000  # but not as dear as factoring a dense matrix of so many columns


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
class Inner:
    """Levels nested in those of the outer factor: codes (n,), z (n,), theta's position.

    Those of outer level g stand at ptr[g]:ptr[g + 1] of `down` (m,), last first, as columns are eliminated, and of
    `met` (k, m), in the order in which CHOLMOD meets them when it computes the row of an outer effect.
    """

    codes: Ints
    z: Floats
    theta: int
    ptr: Ints
    down: Ints
    met: Ints

    @classmethod
    def none(cls, n: int, n_levels: int, k: int) -> Inner:
        return cls(np.zeros(n, dtype=np.int64), np.zeros(n), 0, np.zeros(n_levels + 1, dtype=np.int64),
                   np.zeros(0, dtype=np.int64), np.zeros((k, 0), dtype=np.int64))

    @classmethod
    def of(cls, inner: Block, outer: Block) -> Inner | None:
        """None where the one factor is not nested in the other or has more than one effect."""
        if inner.k > 1 or outer.k > MOST_OUTER_EFFECTS:
            return None
        parent = np.full(inner.n_levels, -1)
        parent[inner.codes] = outer.codes
        if (parent[inner.codes] != outer.codes).any():
            return None
        down = np.lexsort((-np.arange(inner.n_levels), parent))
        ptr = np.concatenate([[0], np.cumsum(np.bincount(parent, minlength=outer.n_levels))])
        met = []
        for z in outer.Z.T:
            # A row's entries are found observation by observation where z is not 0; those found last come first.
            first = np.full(inner.n_levels, len(z))
            rows = np.flatnonzero(z)[::-1]
            first[inner.codes[rows]] = rows
            met.append(np.lexsort((-first, parent)))
        return cls(inner.codes, np.ascontiguousarray(inner.Z[:, 0]), int(inner.theta[0]), ptr, down, np.array(met))


@dataclass(frozen=True)
class Sequential:
    """One design and response, as given: X (n, p), y (n,), square roots of the weights (n,), offset (n,).

    first (terms + 1,): the outer columns at which the terms start; V (n, p + 1): X and y - offset, weighted; VtV (p, p)
    and Vtr (p,): its products.
    """

    structure: RandomStructure
    outer: Block
    inner: Inner
    first: Ints
    X: Floats
    y: Floats
    root: Floats
    offset: Floats
    log_weights: float
    V: Floats
    VtV: Floats
    Vtr: Floats

    @classmethod
    def of(cls, structure: RandomStructure, X: Floats, y: Floats, weights: Floats | None = None,
           offset: Floats | None = None) -> Sequential | None:
        """None for a model that is not covered."""
        (n, p), blocks = X.shape, structure.blocks
        outer = blocks[-1]
        dense = len(blocks) == 2 and outer.k * outer.n_levels >= DENSE_FROM
        if len(blocks) > 2 or outer.k > MOST_EFFECTS or (n > MOST_ROWS and not dense):
            return None
        inner = Inner.none(n, outer.n_levels, outer.k) if len(blocks) == 1 else Inner.of(blocks[0], outer)
        if inner is None:
            return None
        first = np.cumsum([0, *(structure.terms[i].k for i in structure.members[-1])])
        root, log_weights = np.ones(n), 0.0
        if weights is not None:
            root = np.sqrt(weights)
            for weight in weights:
                log_weights += math.log(weight)
        offset = np.zeros(n) if offset is None else offset
        V, VtV, Vtr = np.empty((n, p + 1)), np.zeros((p, p)), np.zeros(p)
        X = np.ascontiguousarray(X)
        return cls(structure, outer, inner, first, X, y, root, offset, log_weights, V, VtV, Vtr).with_response(y)

    def with_response(self, y: Floats) -> Sequential:
        """The same design with another response y (n,)."""
        VtV, Vtr = np.zeros_like(self.VtV), np.zeros_like(self.Vtr)
        V = np.column_stack([self.root[:, None] * self.X, self.root * (y - self.offset)])
        _cross_products(V, VtV, Vtr)
        return replace(self, y=y, V=V, VtV=VtV, Vtr=Vtr)

    def parts(self, theta: Floats) -> Parts:
        """The criterion's parts at theta (m,).

        Raises `numpy.linalg.LinAlgError` where the downdated X'X is not positive definite.
        """
        outer, inner, p = self.outer, self.inner, self.X.shape[1]
        out, beta, R = np.empty(4), np.empty(p), np.zeros((p, p))
        tree = (inner.codes, inner.z, theta[inner.theta], inner.ptr, inner.down, inner.met)
        data = (outer.Z, self.V, self.X, self.y, self.root, self.offset, self.VtV, self.Vtr)
        if not _parts(outer.template(theta), outer.codes, *tree, self.first, *data, R, beta, out):
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

    def holding(self, j: int, value: float) -> Sequential:
        """The model with fixed effect j held at `value`: its column moves into the offset."""
        held = self.X[:, j] * value + self.offset
        X = np.ascontiguousarray(np.delete(self.X, j, axis=1))
        p = X.shape[1]
        return replace(self, X=X, offset=held, VtV=np.zeros((p, p)), Vtr=np.zeros(p)).with_response(self.y)


@njit(cache=True, error_model="numpy")
def _cross_products(V, VtV, Vtr):  # noqa: N803
    """Products of the columns of V (n, p + 1), row after row: the first p (upper triangle), and with the last."""
    n, p = V.shape[0], V.shape[1] - 1
    for i in range(n):
        for c in range(p):
            Vtr[c] += V[i, c] * V[i, p]
            for d in range(c + 1):
                VtV[d, c] += V[i, d] * V[i, c]


@njit(cache=True, error_model="numpy")
def _parts(T, codes, codes1, z1, t1, ptr, down, met, first, Z, V, X, y, root, offset, VtV, Vtr, R, beta, out):
    """The scalar parts at templates T (k, k) and t1 into `out`, R (p, p) and beta (p,); False when a factor fails."""
    n, k = Z.shape
    p, levels, m = X.shape[1], len(ptr) - 1, len(down)
    F, F1 = np.zeros((levels, k, k + p + 1)), np.zeros((m, 1 + k + p + 1))
    _products(T, codes, Z, codes1, z1, t1, V, root, F, F1)
    ldL2 = _factor(ptr, down, met, F, F1)
    if not ldL2 < np.inf:
        return False
    ldRX2 = _fixed(ptr, down, F, F1, VtV, Vtr, R, beta)
    if not ldRX2 < np.inf:
        return False
    _random(ptr, down, F, F1, beta)
    u, u1 = F[:, :, k + p], F1[:, 1 + k + p]
    b, b1 = np.zeros((levels, k)), np.empty(m)
    sqrL = 0.0
    for c in range(m):
        sqrL += u1[c] * u1[c]
        b1[c] = t1 * u1[c]
    for term in range(len(first) - 1):
        for g in range(levels):
            for a in range(first[term], first[term + 1]):
                sqrL += u[g, a] * u[g, a]
    for g in range(levels):
        for a in range(k):
            for e in range(a + 1):
                b[g, a] += T[a, e] * u[g, e]
    wrss = 0.0
    for i in range(n):
        g = codes[i]
        s = 0.0
        for c in range(p):
            s += X[i, c] * beta[c]
        t = 0.0
        if m:
            t += z1[i] * b1[codes1[i]]
        for a in range(k):
            t += Z[i, a] * b[g, a]
        e = root[i] * (y[i] - (offset[i] + (s + t)))
        wrss += e * e
    out[0], out[1], out[2], out[3] = ldL2, ldRX2, wrss, sqrL
    return True


@njit(cache=True, error_model="numpy")
def _products(T, codes, Z, codes1, z1, t1, V, root, F, F1):  # noqa: N803
    """Products of w = Lambda'z, observation by observation.

    F (levels, k, k + p + 1): of the outer w with itself, X and y. F1 (m, 1 + k + p + 1): of the inner w with itself,
    the outer w, X and y.
    """
    n, k = Z.shape
    q, nested = V.shape[1], len(F1) > 0
    w = np.empty(k + q)
    for i in range(n):
        g = codes[i]
        w[:k] = 0.0
        for b in range(k):
            z = Z[i, b] * root[i]
            for a in range(b + 1):
                w[a] += T[b, a] * z
        for j in range(q):
            w[k + j] = V[i, j]
        for a in range(k):
            for j in range(k + q):
                F[g, a, j] += w[a] * w[j]
        if nested:
            h, v = codes1[i], t1 * (z1[i] * root[i])
            F1[h, 0] += v * v
            for j in range(k + q):
                F1[h, 1 + j] += v * w[j]


@njit(cache=True, error_model="numpy")
def _factor(ptr, down, met, F, F1):  # noqa: N803
    """A + I to its Cholesky factor, row by row, and L^{-1} times the products with X and y, all in place.

    Of F the first k columns become L (lower triangle), of F1 the first the inner levels' diagonal of L, the next k the
    outer rows of their columns. Returns log|L|^2, infinite on failure.
    """
    levels, k, width = F.shape
    log_det = 0.0
    W = np.empty(k)
    for g in range(levels):
        own = down[ptr[g] : ptr[g + 1]]
        for h in own:
            F1[h, 0] = math.sqrt(F1[h, 0] + 1.0)
            log_det += math.log(F1[h, 0] * F1[h, 0])
            for j in range(k, width):
                F1[h, 1 + j] /= F1[h, 0]
        for a in range(k):
            for b in range(a):
                W[b] = F[g, a, b]
            d = F[g, a, a] + 1.0
            for h in met[a, ptr[g] : ptr[g + 1]]:
                F1[h, 1 + a] /= F1[h, 0]
                for b in range(a):
                    W[b] -= F1[h, 1 + b] * F1[h, 1 + a]
                d -= F1[h, 1 + a] * F1[h, 1 + a]
            for b in range(a):
                F[g, a, b] = W[b] / F[g, b, b]
                for e in range(b + 1, a):
                    W[e] -= F[g, e, b] * F[g, a, b]
                d -= F[g, a, b] * F[g, a, b]
            if not d > 0.0:
                return np.inf
            F[g, a, a] = math.sqrt(d)
            log_det += math.log(F[g, a, a] * F[g, a, a])
        for a in range(k):
            for h in own:
                for j in range(k, width):
                    F[g, a, j] -= F1[h, 1 + a] * F1[h, 1 + j]
            for b in range(a):
                for j in range(k, width):
                    F[g, a, j] -= F[g, a, b] * F[g, b, j]
            for j in range(k, width):
                F[g, a, j] /= F[g, a, a]
    return log_det


@njit(cache=True, error_model="numpy")
def _dot(ptr, down, F, F1, i, j):  # noqa: N803
    """Sum of products of columns i and j of the factored products (the first of X is 0), in CHOLMOD's order."""
    levels, k = F.shape[:2]
    total = 0.0
    for g in range(levels):
        for at in range(ptr[g], ptr[g + 1]):
            total += F1[down[at], 1 + k + i] * F1[down[at], 1 + k + j]
        for a in range(k):
            total += F[g, a, k + i] * F[g, a, k + j]
    return total


@njit(cache=True, error_model="numpy")
def _fixed(ptr, down, F, F1, VtV, Vtr, R, beta):  # noqa: N803
    """The upper factor R (p, p) of X'X - RZX'RZX and beta (p,); log|R|^2, infinite when it fails."""
    p = len(beta)
    log_det = 0.0
    for c in range(p):
        beta[c] = Vtr[c] - _dot(ptr, down, F, F1, c, p)
        for d in range(c + 1):
            s = VtV[d, c] - _dot(ptr, down, F, F1, d, c)
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
def _random(ptr, down, F, F1, beta):  # noqa: N803
    """Spherical effects in the last columns of F and F1, from L^{-1}Lambda'Z'y there."""
    levels, k, width = F.shape
    p = width - k - 1
    for g in range(levels):
        for at in range(ptr[g], ptr[g + 1]):
            h, t = down[at], 0.0
            for c in range(p):
                t += F1[h, 1 + k + c] * beta[c]
            F1[h, width] -= t
        u = F[g, :, width - 1]
        for a in range(k):
            t = 0.0
            for c in range(p):
                t += F[g, a, k + c] * beta[c]
            u[a] -= t
        # Backwards, CHOLMOD takes the last columns of a level together (up to three), and subtracts from them last
        # first; but not the first four columns of all.
        together = ptr[g + 1] + g * k + k - 1 >= 4
        for a in range(k - 1, -1, -1):
            for step in range(1, k - a):
                c = k - step if together else a + step
                u[a] -= F[g, c, a] * u[c]
            u[a] /= F[g, a, a]
        for at in range(ptr[g], ptr[g + 1]):
            h, last = down[at], together and at == ptr[g + 1] - 1
            for step in range(k):
                a = k - 1 - step if last else step
                F1[h, width] -= F1[h, 1 + a] * u[a]
            F1[h, width] /= F1[h, 0]
