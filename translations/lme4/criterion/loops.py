# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: infer_types=True
"""Loops of the penalized least squares problem at one theta.

Block 1 (levels g, k columns each) is eliminated level by level; the trailing block holds the other blocks' columns (q2
of them), the p columns of X and y: m = q2 + w, w = p + 1. Its matrices are symmetric, stored in full Fortran order,
lower triangle valid. Of `PLS` A is Z1tZ1, C Z1tZ2, D Z1tXy and `bottom` XytZ2; of `Factor` L is L11, B L21, BD RZXy,
S L22 and T the template. Untyped variables take the type of what they are given first.
"""

from __future__ import annotations

import cython
from cython.cimports.libc.math import log, sqrt

# --- the factor ------------------------------------------------------------------------------------------------


def factor_levels(T, A, D, L, B):
    """L (levels, k, k): the Cholesky factors of T'A_gT + I, and B (levels, k, w) = L_g^{-1} T'D_g."""
    k = D.shape[1]
    for g in range(D.shape[0]):
        for b in range(k):
            for a in range(b, k):
                s: cython.double = 1.0 if a == b else 0.0
                for c in range(a, k):
                    t: cython.double = 0.0
                    for e in range(b, k):
                        t += A[g, c, e] * T[e, b]
                    s += T[c, a] * t
                for c in range(b):
                    s -= L[g, a, c] * L[g, b, c]
                L[g, a, b] = sqrt(s) if a == b else s / L[g, b, b]
        for i in range(D.shape[2]):
            for a in range(k):
                s = 0.0
                for c in range(a, k):
                    s += T[c, a] * D[g, c, i]
                for c in range(a):
                    s -= L[g, a, c] * B[g, c, i]
                B[g, a, i] = s / L[g, a, a]


def eliminate(T, A, D, ptr, idx, C, rows, L, B, BD):
    """Factor block 1 and subtract its part from the last w rows of the trailing block, `rows` (w, m); returns
    log|L1|^2.

    T (k, k) template; A (levels, k, k), D (levels, k, w), C (nnz, k) cross-products; out: L (levels, k, k) the
    Cholesky factors of T'A_gT + I, B (nnz, k) and BD (levels, k, w) = L_g^{-1} T' [C_g, D_g].
    """
    k, w = D.shape[1], D.shape[2]
    q2 = rows.shape[1] - w
    log_det = 0.0
    factor_levels(T, A, D, L, BD)
    for g in range(D.shape[0]):
        for a in range(k):
            log_det += log(L[g, a, a])
        for a in range(k):
            for j in range(ptr[g], ptr[g + 1]):
                s: cython.double = T[a, a] * C[j, a]
                for c in range(a + 1, k):
                    s += T[c, a] * C[j, c]
                for c in range(a):
                    s -= L[g, a, c] * B[j, c]
                B[j, a] = s / L[g, a, a]
        for j in range(ptr[g], ptr[g + 1]):
            for i in range(w):
                s = BD[g, 0, i] * B[j, 0]
                for a in range(1, k):
                    s += BD[g, a, i] * B[j, a]
                rows[i, idx[j]] -= s
        for c in range(w):
            for i in range(c, w):
                s = 0.0
                for a in range(k):
                    s += BD[g, a, i] * BD[g, a, c]
                rows[i, q2 + c] -= s
    return 2.0 * log_det


def random_column(col, zz_ptr, zz_idx, zz, by_column, order, ends, idx, B, x):
    """Column `col` of the trailing block's random part, on and below the diagonal, into x (m,), which is 0 there:
    cross-products less block 1's part. Z2'Z2 is sparse, by columns.
    """
    k = B.shape[1]
    for t in range(zz_ptr[col], zz_ptr[col + 1]):
        if zz_idx[t] >= col:
            x[zz_idx[t]] = zz[t]
    for at in range(by_column[col], by_column[col + 1]):
        j: cython.Py_ssize_t = order[at]
        if k == 1:
            s: cython.double = B[j, 0]
            for i in range(j, ends[at]):
                x[idx[i]] -= B[i, 0] * s
        else:
            for i in range(j, ends[at]):
                s = 0.0
                for a in range(k):
                    s += B[i, a] * B[j, a]
                x[idx[i]] -= s


def random_columns(zz_ptr, zz_idx, zz, by_column, order, ends, idx, B, S):
    """The random part of S (m, m), on and below the diagonal: `random_column` by column, not level by level, so that
    one column of S at a time stays in the cache while everything else is read in order.
    """
    q2 = by_column.shape[0] - 1
    for col in range(q2):
        for i in range(col, q2):
            S[i, col] = 0.0
        random_column(col, zz_ptr, zz_idx, zz, by_column, order, ends, idx, B, S[:, col])


def scale_trailing(S, q2, size, start, T, work):
    """S <- Lambda2' S Lambda2 + I on the random part of the trailing block, in place, lower triangle.

    size (c,), start (c,): number of columns and first column of each of the c level-blocks; T (c, kmax, kmax) their
    templates; work (kmax, kmax).
    """
    m = S.shape[0]
    if T.shape[1] == 1:
        for j in range(q2):
            t: cython.double = T[j, 0, 0]
            for i in range(j, q2):
                S[i, j] *= t * T[i, 0, 0]
            for i in range(q2, m):
                S[i, j] *= t
            S[j, j] += 1.0
        return
    for cj in range(size.shape[0]):
        kj, oj = size[cj], start[cj]
        for a in range(kj):
            for b in range(a):
                S[oj + b, oj + a] = S[oj + a, oj + b]
        for ci in range(cj, size.shape[0]):
            ki, oi = size[ci], start[ci]
            for a in range(ki):
                for b in range(kj):
                    s: cython.double = 0.0
                    for c in range(b, kj):
                        s += S[oi + a, oj + c] * T[cj, c, b]
                    work[a, b] = s
            for a in range(ki):
                for b in range(kj):
                    s = 0.0
                    for c in range(a, ki):
                        s += T[ci, c, a] * work[c, b]
                    S[oi + a, oj + b] = s
        for i in range(q2, m):
            for b in range(kj):
                s = 0.0
                for c in range(b, kj):
                    s += S[i, oj + c] * T[cj, c, b]
                S[i, oj + b] = s
        for a in range(kj):
            S[oj + a, oj + a] += 1.0


def cholesky(S):
    """Lower Cholesky factor of S (m, m), in place; returns whether S was positive definite."""
    m = S.shape[0]
    for j in range(m):
        s: cython.double = S[j, j]
        for c in range(j):
            s -= S[j, c] * S[j, c]
        if not s > 0.0:
            return False
        d = sqrt(s)
        S[j, j] = d
        i: cython.Py_ssize_t = j + 1
        while i + 4 <= m:  # four rows at once, whose sums do not wait for each other
            s0: cython.double = S[i, j]
            s1: cython.double = S[i + 1, j]
            s2: cython.double = S[i + 2, j]
            s3: cython.double = S[i + 3, j]
            for c in range(j):
                other: cython.double = S[j, c]
                s0 -= S[i, c] * other
                s1 -= S[i + 1, c] * other
                s2 -= S[i + 2, c] * other
                s3 -= S[i + 3, c] * other
            S[i, j], S[i + 1, j], S[i + 2, j], S[i + 3, j] = s0 / d, s1 / d, s2 / d, s3 / d
            i += 4
        while i < m:
            s = S[i, j]
            for c in range(j):
                s -= S[i, c] * S[j, c]
            S[i, j] = s / d
            i += 1
    return True


def transpose(L, U):
    """Copy the lower triangle of L (q, q), transposed, to the upper of U (q, q), in tiles that fit the cache."""
    q = L.shape[0]
    for jj in range(0, q, 32):
        for ii in range(jj, q, 32):
            for j in range(jj, min(jj + 32, q)):
                for i in range(max(ii, j), min(ii + 32, q)):
                    U[j, i] = L[i, j]


# --- the solution and its weights ------------------------------------------------------------------------------


def back_substitute(T, A, D, ptr, idx, C, L, V, U, G, G2):
    """Block 1's part of the solution and of G = Z'V^{-1}W, given V (q2, w) = Lambda2 U2 of the trailing block.

    U (levels, k, w) = (T'A_gT + I)^{-1} T'(D_g - C_g V); G (levels, k, w) = D_g - C_g V - A_g T U_g; from the trailing
    block's G2 (q2, w) C_g'T U_g is subtracted.
    """
    k, w = D.shape[1], D.shape[2]
    for g in range(D.shape[0]):
        for a in range(k):
            for j in range(w):
                G[g, a, j] = D[g, a, j]
        for i in range(ptr[g], ptr[g + 1]):
            for a in range(k):
                for j in range(w):
                    G[g, a, j] -= C[i, a] * V[idx[i], j]
        for j in range(w):
            for a in range(k):
                s: cython.double = 0.0
                for c in range(a, k):
                    s += T[c, a] * G[g, c, j]
                for c in range(a):
                    s -= L[g, a, c] * U[g, c, j]
                U[g, a, j] = s / L[g, a, a]
            for a in range(k - 1, -1, -1):
                s = U[g, a, j]
                for c in range(a + 1, k):
                    s -= L[g, c, a] * U[g, c, j]
                U[g, a, j] = s / L[g, a, a]
            for b in range(k):
                s = 0.0
                for c in range(b + 1):
                    s += T[b, c] * U[g, c, j]
                for a in range(k):
                    G[g, a, j] -= A[g, a, b] * s
                for i in range(ptr[g], ptr[g + 1]):
                    G2[idx[i], j] -= C[i, b] * s


def trailing_effects(S, out):
    """The trailing block's spherical effects (q2,) and the coefficients of the basis of X (p,), from its factor S
    (m, m), m = q2 + p + 1.
    """
    last = S.shape[0] - 1
    for j in range(last - 1, -1, -1):
        s: cython.double = S[last, j]
        for i in range(j + 1, last):
            s -= S[i, j] * out[i]
        out[j] = s / S[j, j]


def level_effects(L, B, BD, ptr, idx, V, beta, U):
    """Block 1's spherical effects U (levels, k), given V (q2,) = Lambda2 u2 of the trailing block and the coefficients
    beta (p,) of the basis of X.
    """
    k, p = U.shape[1], beta.shape[0]
    for g in range(U.shape[0]):
        for a in range(k - 1, -1, -1):
            s: cython.double = BD[g, a, p]
            for j in range(p):
                s -= BD[g, a, j] * beta[j]
            for i in range(ptr[g], ptr[g + 1]):
                s -= B[i, a] * V[idx[i]]
            for c in range(a + 1, k):
                s -= L[g, c, a] * U[g, c]
            U[g, a] = s / L[g, a, a]


def subtract_modes(codes, Z, b, residual):
    """Subtract a block's Zb, b (levels, k), from residual (n,)."""
    for row in range(residual.shape[0]):
        s: cython.double = 0.0
        for a in range(b.shape[1]):
            s += Z[row, a] * b[codes[row], a]
        residual[row] -= s


def level_precision(T, A, ptr, C, L, P, K, X, Y):
    """With block 1 alone: P (levels, k, k) the diagonal blocks of Z1'V1^{-1}Z1, K (nnz, k) the rows of Z2'V1^{-1}Z1; X
    and Y (k, k) are workspace.
    """
    k = A.shape[1]
    for g in range(A.shape[0]):
        # X = L_g^{-1} T'A_g, so that P = A_g - X'X; Y = T L_g^{-T} X, so that K = C_g' - C_g'Y.
        for j in range(k):
            for a in range(k):
                s: cython.double = 0.0
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
        for i in range(ptr[g], ptr[g + 1]):
            for a in range(k):
                s = C[i, a]
                for b in range(k):
                    s -= C[i, b] * Y[b, a]
                K[i, a] = s


def level_quadratic(by_column, order, owner, ptr, idx, B, Omega, out):  # noqa: N803
    """Add B_g'Omega B_g to out (levels, k, k), Omega at the level's own columns, for B (nnz, k); of the symmetric Omega
    the lower triangle of the first q2 rows is read, row by row.
    """
    k = out.shape[1]
    for col in range(by_column.shape[0] - 1):
        for at in range(by_column[col], by_column[col + 1]):
            j: cython.Py_ssize_t = order[at]
            g: cython.Py_ssize_t = owner[at]
            for a in range(k):
                s: cython.double = 0.5 * Omega[col, col] * B[j, a]
                for i in range(ptr[g], j):
                    s += Omega[col, idx[i]] * B[i, a]
                for b in range(k):
                    out[g, a, b] += s * B[j, b]
                    out[g, b, a] += s * B[j, b]


def residual_weights(Lw, df, REML, inverse, K):  # noqa: N803
    """K (w, w) = (df / pwrss) cc' + (Q'V^{-1}Q)^{-1} for REML, c = (-beta_Q, 1), from the factor's corner Lw (w, w);
    inverse (w, w) is workspace: Lw's inverse but for its last row, which becomes c.
    """
    p = Lw.shape[0] - 1
    for j in range(p):
        inverse[j, j] = 1.0 / Lw[j, j]
        for i in range(j + 1, p):
            s: cython.double = 0.0
            for a in range(j, i):
                s -= Lw[i, a] * inverse[a, j]
            inverse[i, j] = s / Lw[i, i]
    for j in range(p):
        s = 0.0
        for a in range(j, p):
            s -= inverse[a, j] * Lw[p, a]
        inverse[p, j] = s
    inverse[p, p] = 1.0
    scale = df / (Lw[p, p] * Lw[p, p])
    for j in range(p + 1):
        for i in range(p + 1):
            K[i, j] = scale * inverse[p, i] * inverse[p, j]
    if REML:
        for j in range(p):
            for i in range(p):
                for a in range(max(i, j), p):
                    K[i, j] += inverse[a, i] * inverse[a, j]


def level_sum(P, G, K, F):
    """F (k, k) = sum_g [ P_g - G_g K G_g' ] over the levels of a block: half the derivative with respect to T, but
    for the factor T.
    """
    k, w = G.shape[1], G.shape[2]
    F[:, :] = 0.0
    for g in range(G.shape[0]):
        for a in range(k):
            for b in range(k):
                F[a, b] += P[g, a, b]
        for j in range(w):
            for b in range(k):
                s: cython.double = 0.0
                for i in range(w):
                    s += K[j, i] * G[g, b, i]
                for a in range(k):
                    F[a, b] -= G[g, a, j] * s
