"""Compiled loops of the penalized least squares problem (numba, cached on disk after the first call).

Notation as in `pls.py`: block 1 (levels g, k columns each) is eliminated level by level; the tail holds the other
blocks' columns (q2 of them), the p columns of X and y: m = q2 + p + 1. Tail matrices are symmetric, stored in full
Fortran order, lower triangle valid.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit


@njit(cache=True, error_model="numpy")
def two_sum(a, b):
    """a + b and what rounding takes from it (Knuth 1998, TAOCP 2, section 4.2.2)."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


@njit(cache=True, error_model="numpy")
def cross_level(codes, Z, W, A, D, compensated):  # noqa: N803
    """A (L, k, k) = Z_g'Z_g and D (L, k, p + 1) = Z_g'W of every level g.

    Compensated, the sums carry their rounding errors along: where levels are large, Q'V^{-1}Q is the small difference
    of two of them.
    """
    A[:] = 0.0
    D[:] = 0.0
    n, k = Z.shape
    A_lost, D_lost = np.zeros_like(A), np.zeros_like(D)
    for i in range(n):
        g = codes[i]
        for a in range(k):
            z = Z[i, a]
            for b in range(k):
                A[g, a, b], error = two_sum(A[g, a, b], z * Z[i, b])
                A_lost[g, a, b] += error
            for b in range(W.shape[1]):
                D[g, a, b], error = two_sum(D[g, a, b], z * W[i, b])
                D_lost[g, a, b] += error
    if compensated:
        A += A_lost
        D += D_lost


@njit(cache=True, error_model="numpy")
def cross_sparse(codes, Z, codes2, Z2, offset, ptr, idx, C):
    """Add block 2's part to C (nnz, k): row j belongs to tail column idx[j] and holds Z_g' z_column for the level g
    owning j.
    """
    n, k = Z.shape
    k2 = Z2.shape[1]
    for i in range(n):
        g = codes[i]
        first = offset + codes2[i] * k2
        lo, hi = ptr[g], ptr[g + 1]
        while lo < hi:
            mid = (lo + hi) // 2
            if idx[mid] < first:
                lo = mid + 1
            else:
                hi = mid
        for c in range(k2):
            for a in range(k):
                C[lo + c, a] += Z[i, a] * Z2[i, c]


@njit(cache=True, error_model="numpy")
def eliminate(T, A, D, ptr, C, S, L, B, BD):
    """Factor block 1 and subtract its part from the last w = p + 1 columns of the tail S (m, m); returns log|L1|^2.

    T (k, k) template; A (levels, k, k), D (levels, k, w), C (nnz, k) cross-products; out: L (levels, k, k) the
    Cholesky factors of T'A_gT + I, B (nnz, k) and BD (levels, k, w) = L_g^{-1} T' [C_g, D_g].
    """
    n_levels, k, w = D.shape
    q2 = S.shape[0] - w
    logdet = 0.0
    AT = np.empty((k, k))
    for g in range(n_levels):
        for a in range(k):
            for b in range(k):
                s = 0.0
                for c in range(b, k):
                    s += A[g, a, c] * T[c, b]
                AT[a, b] = s
        for b in range(k):
            for a in range(b, k):
                s = 1.0 if a == b else 0.0
                for c in range(a, k):
                    s += T[c, a] * AT[c, b]
                for c in range(b):
                    s -= L[g, a, c] * L[g, b, c]
                if a == b:
                    L[g, a, a] = math.sqrt(s)
                else:
                    L[g, a, b] = s / L[g, b, b]
        for a in range(k):
            logdet += math.log(L[g, a, a])
        for j in range(ptr[g], ptr[g + 1]):
            for a in range(k):
                s = 0.0
                for c in range(a, k):
                    s += T[c, a] * C[j, c]
                for c in range(a):
                    s -= L[g, a, c] * B[j, c]
                B[j, a] = s / L[g, a, a]
        for j in range(w):
            for a in range(k):
                s = 0.0
                for c in range(a, k):
                    s += T[c, a] * D[g, c, j]
                for c in range(a):
                    s -= L[g, a, c] * BD[g, c, j]
                BD[g, a, j] = s / L[g, a, a]
        for j in range(w):
            for i in range(j, w):
                s = 0.0
                for a in range(k):
                    s += BD[g, a, i] * BD[g, a, j]
                S[q2 + i, q2 + j] -= s
    return 2.0 * logdet


@njit(cache=True, error_model="numpy")
def random_columns(zz_ptr, zz_idx, zz, bottom, by_column, order, owner, ends, idx, B, BD, S):
    """The tail's first q2 columns, on and below the diagonal of S (m, m): cross-products less block 1's part.

    Z2'Z2 is sparse, by columns; bottom (w, m): the products of [Q, y]. Column by column, not level by level: one column
    of S at a time stays in the cache while everything else is read in order.
    """
    w, k = bottom.shape[0], B.shape[1]
    q2 = S.shape[0] - w
    flat = B.reshape(B.size)
    for col in range(q2):
        column = S[:, col]
        column[col:q2] = 0.0
        for t in range(zz_ptr[col], zz_ptr[col + 1]):
            if zz_idx[t] >= col:
                column[zz_idx[t]] = zz[t]
        for i in range(w):
            column[q2 + i] = bottom[i, col]
        for at in range(by_column[col], by_column[col + 1]):
            j, g, end = order[at], owner[at], ends[at]
            rows = idx[j:end]
            if k == 1:
                own, bj = flat[j:end], flat[j]
                for i in range(rows.shape[0]):
                    column[rows[i]] -= own[i] * bj
            else:
                for i in range(rows.shape[0]):
                    s = 0.0
                    for a in range(k):
                        s += B[j + i, a] * B[j, a]
                    column[rows[i]] -= s
            for i in range(w):
                s = 0.0
                for a in range(k):
                    s += BD[g, a, i] * B[j, a]
                column[q2 + i] -= s


@njit(cache=True, error_model="numpy")
def scale_tail(S, q2, size, start, T):
    """S <- Lambda2' S Lambda2 + I on the random part of the tail, in place, lower triangle.

    size (c,), start (c,): number of columns and first column of each of the c level-blocks; T (c, kmax, kmax) their
    templates.
    """
    m = S.shape[0]
    kmax = T.shape[1]
    if kmax == 1:
        for j in range(q2):
            t = T[j, 0, 0]
            for i in range(j, q2):
                S[i, j] *= t * T[i, 0, 0]
            for i in range(q2, m):
                S[i, j] *= t
            S[j, j] += 1.0
        return
    buffer = np.empty((kmax, kmax))
    for cj in range(size.shape[0]):
        kj, oj = size[cj], start[cj]
        for a in range(kj):
            for b in range(a):
                S[oj + b, oj + a] = S[oj + a, oj + b]
        for ci in range(cj, size.shape[0]):
            ki, oi = size[ci], start[ci]
            for a in range(ki):
                for b in range(kj):
                    s = 0.0
                    for c in range(b, kj):
                        s += S[oi + a, oj + c] * T[cj, c, b]
                    buffer[a, b] = s
            for a in range(ki):
                for b in range(kj):
                    s = 0.0
                    for c in range(a, ki):
                        s += T[ci, c, a] * buffer[c, b]
                    S[oi + a, oj + b] = s
        for i in range(q2, m):
            for b in range(kj):
                s = 0.0
                for c in range(b, kj):
                    s += S[i, oj + c] * T[cj, c, b]
                S[i, oj + b] = s
        for a in range(kj):
            S[oj + a, oj + a] += 1.0


@njit(cache=True, error_model="numpy")
def cholesky(S):
    """Lower Cholesky factor of S (m, m), in place; returns whether S was positive definite."""
    m = S.shape[0]
    for j in range(m):
        s = S[j, j]
        for c in range(j):
            s -= S[j, c] * S[j, c]
        if not s > 0.0:
            return False
        d = math.sqrt(s)
        S[j, j] = d
        for i in range(j + 1, m):
            s = S[i, j]
            for c in range(j):
                s -= S[i, c] * S[j, c]
            S[i, j] = s / d
    return True


@njit(cache=True, error_model="numpy")
def back_substitute(T, A, D, ptr, idx, C, L, V, U, G, G2):
    """Block 1's part of the solution and of G = Z'V^{-1}W, given V (q2, w) = Lambda2 U2 of the tail.

    U (levels, k, w) = (T'A_gT + I)^{-1} T'(D_g - C_g V); G (levels, k, w) = D_g - C_g V - A_g T U_g; from the tail's
    G2 (q2, w) C_g'T U_g is subtracted.
    """
    n_levels, k, w = D.shape
    E = np.empty((k, w))
    for g in range(n_levels):
        for a in range(k):
            for j in range(w):
                E[a, j] = D[g, a, j]
        for j in range(ptr[g], ptr[g + 1]):
            for a in range(k):
                for c in range(w):
                    E[a, c] -= C[j, a] * V[idx[j], c]
        for j in range(w):
            for a in range(k):
                s = 0.0
                for c in range(a, k):
                    s += T[c, a] * E[c, j]
                for c in range(a):
                    s -= L[g, a, c] * U[g, c, j]
                U[g, a, j] = s / L[g, a, a]
            for a in range(k - 1, -1, -1):
                s = U[g, a, j]
                for c in range(a + 1, k):
                    s -= L[g, c, a] * U[g, c, j]
                U[g, a, j] = s / L[g, a, a]
            for a in range(k):
                G[g, a, j] = E[a, j]
        for j in range(w):
            for a in range(k):
                s = 0.0
                for c in range(a + 1):
                    s += T[a, c] * U[g, c, j]
                E[a, j] = s
        for j in range(w):
            for a in range(k):
                for b in range(k):
                    G[g, a, j] -= A[g, a, b] * E[b, j]
        for j in range(ptr[g], ptr[g + 1]):
            for a in range(k):
                for c in range(w):
                    G2[idx[j], c] -= C[j, a] * E[a, c]


@njit(cache=True, error_model="numpy")
def level_precision(T, A, ptr, C, L, P, K):
    """With block 1 alone: P (levels, k, k) the diagonal blocks of Z1'V1^{-1}Z1, K (nnz, k) the rows of Z2'V1^{-1}Z1."""
    n_levels, k = A.shape[0], A.shape[1]
    X = np.empty((k, k))
    Y = np.empty((k, k))
    for g in range(n_levels):
        # X = L_g^{-1} T'A_g, so that P = A_g - X'X; Y = T L_g^{-T} X, so that K = C_g' - C_g'Y.
        for j in range(k):
            for a in range(k):
                s = 0.0
                for c in range(a, k):
                    s += T[c, a] * A[g, c, j]
                for c in range(a):
                    s -= L[g, a, c] * X[c, j]
                X[a, j] = s / L[g, a, a]
            for a in range(k - 1, -1, -1):
                s = X[a, j]
                for c in range(a + 1, k):
                    s -= L[g, c, a] * Y[c, j]
                Y[a, j] = s / L[g, a, a]
            for a in range(k - 1, -1, -1):
                s = 0.0
                for c in range(a + 1):
                    s += T[a, c] * Y[c, j]
                Y[a, j] = s
        for a in range(k):
            for b in range(k):
                s = A[g, a, b]
                for c in range(k):
                    s -= X[c, a] * X[c, b]
                P[g, a, b] = s
        for j in range(ptr[g], ptr[g + 1]):
            for a in range(k):
                s = C[j, a]
                for b in range(k):
                    s -= C[j, b] * Y[b, a]
                K[j, a] = s


@njit(cache=True, error_model="numpy")
def cross_response(codes, Z, y, D, compensated):
    """Set the last column of D (levels, k, w) to Z_g'y."""
    last = D.shape[2] - 1
    D[:, :, last] = 0.0
    lost = np.zeros(D.shape[:2])
    for i in range(Z.shape[0]):
        for a in range(Z.shape[1]):
            D[codes[i], a, last], error = two_sum(D[codes[i], a, last], Z[i, a] * y[i])
            lost[codes[i], a] += error
    if compensated:  # element by element: a slice that takes an array has numba compile what its error would say
        for g in range(D.shape[0]):
            for a in range(D.shape[1]):
                D[g, a, last] += lost[g, a]


@njit(cache=True, error_model="numpy")
def cross_vector(Q, y, out):  # noqa: N803
    """out (p,) = Q'y for Q (n, p), its sums as those of `cross_level`: what is left of them may be small."""
    for j in range(Q.shape[1]):
        total = lost = 0.0
        for i in range(len(y)):
            total, error = two_sum(total, Q[i, j] * y[i])
            lost += error
        out[j] = total + lost


@njit(cache=True, error_model="numpy")
def residual_weights(Lw, df, REML, K):
    """K (w, w) = (df / pwrss) cc' + (Q'V^{-1}Q)^{-1} for REML, c = (-beta_Q, 1), from the tail's last factor Lw (w,
    w).
    """
    p = Lw.shape[0] - 1
    inverse = np.zeros((p, p))
    c = np.empty(p + 1)
    for j in range(p):
        inverse[j, j] = 1.0 / Lw[j, j]
        for i in range(j + 1, p):
            s = 0.0
            for a in range(j, i):
                s -= Lw[i, a] * inverse[a, j]
            inverse[i, j] = s / Lw[i, i]
    for j in range(p):
        s = 0.0
        for a in range(j, p):
            s -= inverse[a, j] * Lw[p, a]
        c[j] = s
    c[p] = 1.0
    scale = df / (Lw[p, p] * Lw[p, p])
    for j in range(p + 1):
        for i in range(p + 1):
            K[i, j] = scale * c[i] * c[j]
    if REML:
        for j in range(p):
            for i in range(p):
                for a in range(max(i, j), p):
                    K[i, j] += inverse[a, i] * inverse[a, j]


@njit(cache=True, error_model="numpy")
def level_sum(P, G, K, F):
    """F (k, k) = sum_g [ P_g - G_g K G_g' ] over the levels of a block: half the derivative with respect to T, but
    for the factor T.
    """
    n_levels, k, w = G.shape
    F[:] = 0.0
    for g in range(n_levels):
        for a in range(k):
            for b in range(k):
                F[a, b] += P[g, a, b]
        for j in range(w):
            for b in range(k):
                s = 0.0
                for i in range(w):
                    s += K[j, i] * G[g, b, i]
                for a in range(k):
                    F[a, b] -= G[g, a, j] * s


@njit(cache=True, error_model="numpy")
def single_gradient(df, REML, place, T, A, D, L, S, out):  # noqa: N803
    """The gradient (m,) of a model of one block whose factors are L (levels, k, k) and S (w, w): 2 F T, entry by entry.

    One call in place of four: the models that are refitted thousands of times have one block, and there the calls, not
    the arithmetic, would cost the time. place: rows, cols of the template and positions in theta (3, m).
    """
    levels, k, w = D.shape
    ptr, idx, C, none = np.zeros(levels + 1, np.int64), np.zeros(0, np.uint32), np.zeros((0, k)), np.zeros((0, w))
    U, G, P = np.empty((levels, k, w)), np.empty((levels, k, w)), np.empty((levels, k, k))
    K, F = np.empty((w, w)), np.empty((k, k))
    residual_weights(S, df, REML, K)
    back_substitute(T, A, D, ptr, idx, C, L, none, U, G, none)
    level_precision(T, A, ptr, C, L, P, C)
    level_sum(P, G, K, F)
    for j in range(place.shape[1]):
        s = 0.0
        for c in range(k):
            s += F[place[0, j], c] * T[c, place[1, j]]
        out[place[2, j]] = 2.0 * s


@njit(cache=True, error_model="numpy")
def single_hessian(theta, step, df, REML, place, A, D, corner, H):  # noqa: N803
    """H (m, m): central differences of `single_gradient`; False where a factorization fails. corner (w, w): the
    products of [Q, y].
    """
    m, (levels, k, w) = theta.shape[0], D.shape
    x, T, gradient = theta.copy(), np.zeros((k, k)), np.empty((2, m))
    L, BD, S = np.zeros((levels, k, k)), np.empty((levels, k, w)), np.empty((w, w)).T
    ptr, C = np.zeros(levels + 1, np.int64), np.zeros((0, k))
    for i in range(m):
        h = step * max(1.0, abs(theta[i]))
        for way in range(2):
            x[i] = theta[i] + h if way else theta[i] - h
            for j in range(m):
                T[place[0, j], place[1, j]] = x[place[2, j]]
            S[:] = corner
            eliminate(T, A, D, ptr, C, S, L, C, BD)
            if not cholesky(S):
                return False
            single_gradient(df, REML, place, T, A, D, L, S, gradient[way])
        for j in range(m):
            H[i, j] = (gradient[1, j] - gradient[0, j]) / (2.0 * h)
        x[i] = theta[i]
    return True


@njit(cache=True, error_model="numpy")
def level_quadratic(by_column, order, owner, ptr, idx, B, Omega, out):  # noqa: N803
    """out (levels, k, k) = B_g'Omega B_g, Omega at the level's own columns, for B (nnz, k); of the symmetric Omega the
    lower triangle of the first q2 rows is read, row by row.
    """
    k = out.shape[1]
    out[:] = 0.0
    for col in range(by_column.shape[0] - 1):
        row = Omega[col]
        for at in range(by_column[col], by_column[col + 1]):
            j, g = order[at], owner[at]
            start = ptr[g]
            columns = idx[start:j]
            for a in range(k):
                s = 0.5 * row[col] * B[j, a]
                for i in range(columns.shape[0]):
                    s += row[columns[i]] * B[start + i, a]
                for b in range(k):
                    out[g, a, b] += s * B[j, b]
                    out[g, b, a] += s * B[j, b]


@njit(cache=True, error_model="numpy")
def mirror(M):
    """Copy the lower triangle of M (q, q) to the upper, in place."""
    transpose(M, M)


@njit(cache=True, error_model="numpy")
def transpose(L, U):
    """Copy the lower triangle of L (q, q), transposed, to the upper of U (q, q), in tiles that fit the cache."""
    q, tile = L.shape[0], 32
    for jj in range(0, q, tile):
        for ii in range(jj, q, tile):
            for j in range(jj, min(jj + tile, q)):
                for i in range(max(ii, j), min(ii + tile, q)):
                    U[j, i] = L[i, j]
