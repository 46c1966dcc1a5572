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
from .derivatives import level_precision
from .factor import Factor
from .pls import PLS
from .trailing_block import TrailingBlock, symmetric


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
    diagonal: Phi's level-blocks, one (levels, k, k) array a block; trailing: what the q2 columns belong to.
    """

    D: Floats
    K: list[sparse.csr_matrix]
    KtK: Floats
    Omega: Floats
    N: Floats
    Phi22: Floats
    diagonal: list[Floats]
    trailing: TrailingBlock

    @classmethod
    def of(cls, at: Factor) -> _Phi:
        trailing, off_diagonal = at.products.trailing, at.products.off_diagonal
        D, rows = level_precision(at, off_diagonal)
        (levels, k, _), q2 = D.shape, trailing.q
        K = [sparse.csr_matrix((rows[:, a], off_diagonal.idx, off_diagonal.ptr), shape=(levels, q2)) for a in range(k)]
        KtK = np.zeros((k, k, q2, q2))
        for a, b in product(range(k), range(k)) if q2 else ():
            KtK[a, b] = (K[a].T @ K[b]).toarray()
        inverse = symmetric(at.inverse[:q2, :q2]) if q2 else np.empty((0, 0))
        half = trailing.times_lambda(inverse, at.theta)
        Omega = trailing.times_lambda(np.ascontiguousarray(half.T), at.theta)
        N = np.eye(q2) - Omega @ at.schur
        return cls(D, K, KtK, Omega, N, at.schur @ N, at.precision, trailing)

    def moments(self, one: int, other: int) -> Floats:
        """M[a, b, c, d] = sum over levels g of `one`, h of `other` of Phi_gh[a, c] Phi_gh[b, d]."""
        if one > other:
            return self.moments(other, one).transpose(2, 3, 0, 1)
        by_level, k = self.trailing.by_level, self.diagonal[one].shape[1]
        if one > 0:
            rows = by_level(self.Phi22)[one - 1].reshape(-1, self.trailing.q)
            part = by_level(rows.T)[other - 1]
            k2 = part.shape[1]
            flat = part.reshape(*part.shape[:2], -1, k).transpose(3, 1, 0, 2).reshape(k * k2, -1)
            return (flat @ flat.T).reshape(k, k2, k, k2).transpose(0, 2, 1, 3)
        if other > 0:
            N = by_level(self.N.T)[other - 1]
            return np.einsum("hcq,abqr,hdr->abcd", N, self.KtK, N, optimize=True)
        own = self.diagonal[0].reshape(-1, k * k)
        removed = self.D.reshape(-1, k * k) - own
        gram = own.T @ own - removed.T @ removed  # the diagonal's own but for what is off it
        OK = np.einsum("ij,abjl->abil", self.Omega, self.KtK)
        return gram.reshape(k, k, k, k).transpose(0, 2, 1, 3) + np.einsum("baij,cdji->abcd", OK, OK)

    def times(self, block: int, F: Floats) -> list[Floats]:
        """Phi F for F (levels, k, c) in one block's rows, zero elsewhere: one (levels, k, c) array a block."""
        c, trailing = F.shape[2], self.trailing
        if block == 0:
            first = np.einsum("gab,gbc->gac", self.D, F)
            down = sum((Ka.T @ F[:, a] for a, Ka in enumerate(self.K)), np.zeros((trailing.q, c)))
            up, rest = -(self.Omega @ down), self.N.T @ down
        else:
            first = np.zeros((*self.D.shape[:2], c))
            below = np.zeros((trailing.q, c))
            trailing.by_level(below)[block - 1][:] = F
            up, rest = self.N @ below, self.Phi22 @ below
        if trailing.q:
            first = first + np.stack([Ka @ up for Ka in self.K], axis=1)
        return [first, *trailing.by_level(rest)]


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
    blocks, G, traces = pls.blocks, at.ZtViXy, [each.sum(axis=0) for each in Phi.diagonal]
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
