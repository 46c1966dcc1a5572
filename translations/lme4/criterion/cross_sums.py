# cython: infer_types=True, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: language_level=3
"""Cross-products and residuals of the data: with compensation, each sum carries its rounding errors along.

Where levels are large, Q'V^{-1}Q is the small difference of two such sums.
"""

from __future__ import annotations

import cython
import numpy as np


def lost(a, b, total):
    """What rounding takes from a + b where that is `total` (Knuth 1998, TAOCP 2, section 4.2.2)."""
    part: cython.double = total - a
    return (a - (total - part)) + (b - part)


def upper_half(a):
    """The first 26 bits of a."""
    moved: cython.double = a * 134217729.0  # 2^27 + 1
    return moved - (moved - a)


def product_lost(a, b, product):
    """What rounding takes from a b where that is `product` (Dekker 1971, Numer. Math. 18, 224-242)."""
    a_high: cython.double = upper_half(a)
    b_high: cython.double = upper_half(b)
    a_low: cython.double = a - a_high
    b_low: cython.double = b - b_high
    return a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)


def residuals(y, X, beta, offset, out):  # noqa: N803
    """out (n,) = y - offset - X beta, products and sums carrying their rounding errors along (Ogita, Rump & Oishi 2005,
    SIAM J. Sci. Comput. 26, 1955-1988); offset is (n,), or empty for none.
    """
    for i in range(y.shape[0]):
        total: cython.double = y[i]
        rest: cython.double = 0.0
        if offset.shape[0] > 0:
            total = y[i] - offset[i]
            rest = lost(y[i], -offset[i], total)
        for j in range(beta.shape[0]):
            product: cython.double = X[i, j] * -beta[j]
            next_one: cython.double = total + product
            rest += lost(total, product, next_one) + product_lost(X[i, j], -beta[j], product)
            total = next_one
        out[i] = total + rest


def level_products(codes, Z, W, out, compensated):  # noqa: N803
    """out (levels, k, c) = Z_g'W_g of every level g, for Z (n, k), W (n, c)."""
    rest: cython.double[:, :, ::1] = np.zeros_like(out, order="C")
    out[:, :, :] = 0.0
    for i in range(Z.shape[0]):
        g: cython.Py_ssize_t = codes[i]
        for a in range(Z.shape[1]):
            for b in range(W.shape[1]):
                total: cython.double = out[g, a, b] + Z[i, a] * W[i, b]
                if compensated:
                    rest[g, a, b] += lost(out[g, a, b], Z[i, a] * W[i, b], total)
                out[g, a, b] = total
    if compensated:
        for g in range(out.shape[0]):
            for a in range(out.shape[1]):
                for b in range(out.shape[2]):
                    out[g, a, b] += rest[g, a, b]


def level_sums(codes, y, about, out):
    """Add y (n,) less the number (levels,) that it is taken about to out (levels,), in extended precision."""
    for i in range(y.shape[0]):
        out[codes[i]] += y[i] - about[codes[i]]


def variance(y, zero):
    """R's `var` of y (n,), in extended precision, about the mean rounded as R's `mean` is; zero (1,) holds 0."""
    n: cython.Py_ssize_t = y.shape[0]
    mean: cython.longdouble = zero[0]
    for _ in range(2):
        total: cython.longdouble = zero[0]
        for i in range(n):
            total += y[i] - mean
        mean += total / n
    mean = zero[0] + float(mean)
    total = zero[0]
    for i in range(n):
        total += (y[i] - mean) * (y[i] - mean)
    return float(total / (n - 1))


def sparse_products(codes, Z, codes2, Z2, offset, ptr, idx, C):  # noqa: N803
    """Add block 2's part to C (nnz, k): row j belongs to trailing column idx[j] and holds Z_g' z_column for the level g
    owning j.
    """
    for i in range(Z.shape[0]):
        first: cython.Py_ssize_t = offset + codes2[i] * Z2.shape[1]
        lo: cython.Py_ssize_t = ptr[codes[i]]
        hi: cython.Py_ssize_t = ptr[codes[i] + 1]
        while lo < hi:
            mid: cython.Py_ssize_t = (lo + hi) // 2
            if idx[mid] < first:
                lo = mid + 1
            else:
                hi = mid
        for c in range(Z2.shape[1]):
            for a in range(Z.shape[1]):
                C[lo + c, a] += Z[i, a] * Z2[i, c]


def level_means(y, codes, n_levels):
    """Means (n_levels,) of y (n,) as R's `mean` takes them: in extended precision, corrected by the mean of what is
    left.
    """
    counts, mean = np.bincount(codes, minlength=n_levels), np.zeros(n_levels, dtype=np.longdouble)
    for _ in range(2):
        total = np.zeros_like(mean)
        level_sums(codes, y, mean, total)
        mean = mean + total / counts
    return mean.astype(float)


def sample_variance(y):
    """R's `var` of y (n,), in extended precision too."""
    return variance(y, np.zeros(1, dtype=np.longdouble))


def exact_residual(y, X, beta, offset=None):  # noqa: N803
    """y - offset - X beta (n,) for y (n,), X (n, p), beta (p,): as if in twice the precision, then rounded once."""
    out = np.empty(len(y))
    residuals(np.asarray(y, dtype=float), X, beta, np.empty(0) if offset is None else offset, out)
    return out
