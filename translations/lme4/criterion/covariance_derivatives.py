"""What degrees of freedom are made of: first and second derivatives of a mixed model's likelihood in its covariances.

Write V = I + Z S Z' (relative to sigma²), W = [Q, y] with Q an orthonormal basis of X, G = Z'V^{-1}W and
Phi = Z'V^{-1}Z. Let s be the free entries of S, term by term, each a lower triangle column by column, and E_i =
dS/ds_i, symmetric. Then all that Satterthwaite's and Kenward and Roger's methods need is

    t_i  = tr(E_i Phi)      K_ij = tr(E_i Phi E_j Phi)      P_i = G'E_i G      Q_ij = G'E_i Phi E_j G

No n x n matrix is formed, and Phi itself only in factored form: with block 1 (the grouping factor of most levels)
eliminated first, [D, K] = Z1'V1^{-1}[Z1, Z2] of the model with block 1 alone, D block diagonal and K sparse,

    Phi = [ D - K Omega K'   K N   ]    S22 = Z2'V1^{-1}Z2,   Omega = S2 (I + S22 S2)^{-1},
          [ .                Phi22 ]    N = I - Omega S22,    Phi22 = S22 N.
"""
from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from translations.arrays import Floats
from translations.later import sparse

from ..structure import Block, lower_triangle
from .factor import Factor
from .pls import PLS


@dataclass(frozen=True)
class CovarianceDerivatives:
    """The derivatives at one theta; m covariance parameters s, w = p + 1 columns of [Q, y].

    n observations; s (m,); t (m,); K (m, m); WVW (w, w) = W'V^{-1}W; P (m, w, w); Q (m, m, w, w); R (p, p) with X = QR.
    """

    n: int
    s: Floats
    t: Floats
    K: Floats
    WVW: Floats
    P: Floats
    Q: Floats
    R: Floats

    @property
    def p(self) -> int:
        return self.WVW.shape[0] - 1

    @property
    def unscaled_vcov(self) -> Floats:
        """(Q'V^{-1}Q)^{-1}, (p, p)."""
        return np.asarray(np.linalg.inv(self.WVW[: self.p, : self.p]), dtype=float)

    @property
    def residual(self) -> Floats:
        """c (w,) with V^{-1}(y - X beta) = V^{-1}W c: minus the coefficients on Q, then 1."""
        p = self.p
        return np.append(-(self.unscaled_vcov @ self.WVW[:p, p]), 1.0)


@dataclass(frozen=True)
class _Phi:
    """Z'V^{-1}Z in factored form.

    D (levels, k, k); K: k sparse (levels, q2); KtK (k, k, q2, q2) their cross-products; Omega, N and Phi22 (q2, q2);
    trailing block: the first column and the size (levels, k) of every block after the first.
    """

    D: Floats
    K: list[sparse.csr_matrix]
    KtK: Floats
    Omega: Floats
    N: Floats
    Phi22: Floats
    trailing: list[tuple[int, int, int]]

    @classmethod
    def of(cls, at: Factor) -> _Phi:
        pls, off_diagonal, theta = at.products, at.products.off_diagonal, at.theta
        levels, k, _ = pls.Z1tZ1.shape
        X = np.linalg.solve(at.L11, at.template.T @ pls.Z1tZ1)
        D = pls.Z1tZ1 - np.einsum("gca,gcb->gab", X, X)
        q2 = pls.trailing.q
        owner = np.repeat(np.arange(levels), np.diff(off_diagonal.ptr))
        rows = off_diagonal.Z1tZ2 - np.einsum("ja,jab->jb", at.L21, X[owner]) if q2 else off_diagonal.Z1tZ2
        K = [sparse.csr_matrix((rows[:, a], off_diagonal.idx, off_diagonal.ptr), shape=(levels, q2)) for a in range(k)]
        KtK = np.zeros((k, k, q2, q2))
        for a, b in product(range(k), range(k)) if q2 else ():
            KtK[a, b] = (K[a].T @ K[b]).toarray()
        S22 = at.schur
        half = pls.trailing.times_lambda(np.eye(q2), theta)
        inner = half.T @ S22 @ half + np.eye(q2)
        Omega = half @ np.linalg.solve(inner, half.T)
        N = np.eye(q2) - Omega @ S22
        trailing = [(start, b.n_levels, b.k) for b, start in zip(pls.trailing.blocks, pls.trailing.starts, strict=True)]
        return cls(D, K, KtK, Omega, N, S22 @ N, trailing)

    def _columns(self, M: Floats, block: int) -> Floats:
        """The columns of a trailing block block of M (q2, q2), as (q2, levels, k)."""
        start, levels, k = self.trailing[block]
        return M[:, start : start + levels * k].reshape(-1, levels, k)

    def _own(self, block: int) -> Floats:
        """Phi's level-blocks on the diagonal of a trailing block block, (levels, k, k)."""
        start, levels, k = self.trailing[block]
        rows = self._columns(self.Phi22, block)[start : start + levels * k].reshape(levels, k, levels, k)
        return rows[np.arange(levels), :, np.arange(levels), :]

    @property
    def _removed(self) -> Floats:
        """Level-blocks (levels, k, k) of K Omega K'."""
        pairs = [[np.asarray(Kb.multiply(Ka @ self.Omega).sum(axis=1)).ravel() for Kb in self.K] for Ka in self.K]
        return np.stack([np.stack(row, axis=-1) for row in pairs], axis=-2)

    def traces(self) -> list[Floats]:
        """sum over levels of Phi_gg, one (k, k) array a block."""
        first = self.D.sum(axis=0)
        if self.trailing:
            first = first - np.einsum("abij,ji->ab", self.KtK, self.Omega)
        return [first, *(self._own(b).sum(axis=0) for b in range(len(self.trailing)))]

    def moments(self, one: int, other: int) -> Floats:
        """M[a, b, c, d] = sum over levels g of `one`, h of `other` of Phi_gh[a, c] Phi_gh[b, d]."""
        if one > other:
            return self.moments(other, one).transpose(2, 3, 0, 1)
        if one > 0:
            (start, levels, k), (_, levels2, k2) = self.trailing[one - 1], self.trailing[other - 1]
            part = self._columns(self.Phi22, other - 1)[start : start + levels * k].reshape(levels, k, levels2, k2)
            flat = part.transpose(1, 3, 0, 2).reshape(k * k2, -1)
            return (flat @ flat.T).reshape(k, k2, k, k2).transpose(0, 2, 1, 3)
        k = self.D.shape[1]
        if other > 0:
            N = self._columns(self.N, other - 1)
            out = np.empty((k, k, N.shape[2], N.shape[2]))
            for a, b in product(range(k), range(k)):
                out[a, b] = np.einsum("qhc,qhd->cd", N, (self.KtK[a, b] @ N.reshape(len(N), -1)).reshape(N.shape))
            return out
        flat = self.D.reshape(len(self.D), -1)
        gram = flat.T @ flat
        if self.trailing:
            removed = self._removed.reshape(len(self.D), -1)
            gram = gram - flat.T @ removed - removed.T @ flat
        out = gram.reshape(k, k, k, k).transpose(0, 2, 1, 3).copy()
        if self.trailing:
            OK = np.einsum("ij,abjl->abil", self.Omega, self.KtK)
            out += np.einsum("baij,cdji->abcd", OK, OK)
        return out

    def times(self, block: int, F: Floats) -> list[Floats]:
        """Phi F for F (levels, k, c) in one block's rows, zero elsewhere: one (levels, k, c) array a block."""
        c = F.shape[2]
        if block == 0:
            first = np.einsum("gab,gbc->gac", self.D, F)
            down = sum((Ka.T @ F[:, a] for a, Ka in enumerate(self.K)), np.zeros((len(self.N), c)))
            up, trailing = -(self.Omega @ down), self.N.T @ down
        else:
            start, levels, k = self.trailing[block - 1]
            rows = F.reshape(levels * k, c)
            first = np.zeros((*self.D.shape[:2], c))
            own = slice(start, start + levels * k)
            up, trailing = self.N[:, own] @ rows, self.Phi22[:, own] @ rows
        if self.trailing:
            first = first + np.stack([Ka @ up for Ka in self.K], axis=1)
        return [first, *(trailing[s : s + levels * k].reshape(levels, k, c) for s, levels, k in self.trailing)]


def covariance_derivatives(pls: PLS, theta: Floats) -> CovarianceDerivatives:
    """The derivatives at theta (m,) in the entries of S."""
    blocks, m = pls.blocks, len(theta)
    along: list[tuple[int, Floats]] = [(0, np.zeros((0, 0)))] * m
    s = np.empty(m)
    for number, b in enumerate(blocks):
        S = b.template(theta) @ b.template(theta).T
        for r, c, j in zip(b.rows, b.cols, b.theta, strict=True):
            along[j], s[j] = (number, _unit(b, r, c)), S[r, c]
    return covariance_derivatives_along(pls, theta, along, s)


def covariance_derivatives_along(
    pls: PLS, theta: Floats, along: list[tuple[int, Floats]], s: Floats
) -> CovarianceDerivatives:
    """The derivatives at theta in m directions of S: the number of a block and the change E_i of its S (k, k). s (m,)
    is passed on."""
    at = pls.at(theta)
    Phi = _Phi.of(at)
    blocks, G, traces = pls.blocks, at.ZtViXy, Phi.traces()
    m, w = len(along), pls.p + 1
    owner, E = np.array([number for number, _ in along], dtype=int), [change for _, change in along]
    t = np.array([np.sum(E[i] * traces[owner[i]]) for i in range(m)])
    EG = [E[i] @ G[owner[i]] for i in range(m)]
    P = np.array([np.einsum("gav,gaw->vw", G[owner[i]], EG[i]) for i in range(m)])
    moments = {(i, j): Phi.moments(i, j) for i in range(len(blocks)) for j in range(i, len(blocks))}
    K, Q = np.empty((m, m)), np.empty((m, m, w, w))
    for j in range(m):
        image = Phi.times(int(owner[j]), EG[j])
        seen = [np.einsum("cd,bacd->ab", E[j], moments[b, owner[j]]) for b in range(owner[j] + 1)]
        for i in range(m):
            Q[i, j] = np.einsum("gav,gaw->vw", EG[i], image[owner[i]])
            if owner[i] <= owner[j]:
                K[i, j] = K[j, i] = np.vdot(E[i], seen[owner[i]])
    return CovarianceDerivatives(pls.n, s, t, K, at.corner @ at.corner.T, P, Q, pls.R)


def _unit(block: Block, row: int, col: int) -> Floats:
    """dS/ds for the entry (row, col) of a block's S: ones there and at its mirror image."""
    E = np.zeros((block.k, block.k))
    E[row, col] = E[col, row] = 1.0
    return E


def covariance_chain(pls: PLS, theta: Floats) -> tuple[Floats, Floats]:
    """J (m, m) = ds/dtheta and H (m, m, m), H[k] the second derivatives of s_k, for S = T T'."""
    m = len(theta)
    J, H = np.zeros((m, m)), np.zeros((m, m, m))
    for term, start in zip(pls.structure.terms, pls.structure.theta_offsets, strict=False):
        rows, cols = lower_triangle(term.k)
        T = np.zeros((term.k, term.k))
        T[rows, cols] = theta[start : start + term.n_theta]
        units = np.zeros((term.n_theta, term.k, term.k))
        units[np.arange(term.n_theta), rows, cols] = 1.0
        own = slice(start, start + term.n_theta)
        first = units @ T.T
        J[own, own] = (first + first.transpose(0, 2, 1))[:, rows, cols].T
        second = np.einsum("iab,jcb->ijac", units, units)
        H[own, own, own] = (second + second.transpose(0, 1, 3, 2))[:, :, rows, cols].transpose(2, 0, 1)
    return J, H
