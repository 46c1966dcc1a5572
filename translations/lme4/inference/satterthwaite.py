"""Satterthwaite's degrees of freedom, with exact derivatives. R: lmerTest, which takes them numerically.

For a contrast l'beta with variance v = l'C l, C = vcov(beta), the degrees of freedom are 2 v² / (g'A g): g the gradient
of v and A the covariance matrix of the parameters (theta, sigma), twice the inverse of the Hessian of the deviance or
REML criterion before sigma is profiled out (Giesbrecht & Burns 1985, Biometrics 41; Kuznetsova, Brockhoff & Christensen
2017, JSS 82(13)). A test of several contrasts follows Fai & Cornelius (1996, J. Stat. Comput. Simul. 54).

lmerTest takes the derivatives by Richardson extrapolation (numDeriv), whose rounding leaves its degrees of freedom 6.4
to 10.3 digits at the very same theta (measured on 23 models by its tests). Its steps
are a tenth of each parameter, but 1e-4 where that is below 1.8e-5: with such a sigma its degrees of freedom are wrong.
"""
from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from translations.arrays import Floats

from ..control import ConvergenceWarning
from ..covariance import information as structured
from ..criterion.covariance_derivatives import CovarianceDerivatives, covariance_chain, covariance_derivatives
from ..model import LmerMod

POSITIVE_FROM = 1e-8  # eigenvalues of the Hessian below are left out of its inverse (R: as_lmerModLT's tol)
# A sigma below which numDeriv's steps are 1e-4 instead of a tenth of it (its zero.tol).
STEPS_BELOW = float(np.sqrt(np.finfo(float).eps / 7e-7))
RANK_TOLERANCE = float(np.sqrt(np.finfo(float).eps))  # R: contestMD's eps


@dataclass(frozen=True)
class Satterthwaite:
    """beta (p,); vcov (p, p); jacobian (m + 1, p, p): derivatives of vcov in theta (the parameters of covariance
    structures, where there are such) and sigma; hessian (m + 1, m + 1) of
    the deviance or REML criterion in them; A (m + 1, m + 1): their covariance matrix.
    """

    beta: Floats
    vcov: Floats
    jacobian: Floats
    hessian: Floats
    A: Floats

    def df(self, L: Floats) -> Floats:  # noqa: N803
        """Degrees of freedom (c,) of the contrasts in the rows of L (c, p)."""
        variance = np.einsum("ci,ij,cj->c", L, self.vcov, L)
        gradient = np.einsum("ci,kij,cj->ck", L, self.jacobian, L)
        with np.errstate(divide="ignore", invalid="ignore"):
            return 2.0 * variance**2 / np.einsum("ck,kl,cl->c", gradient, self.A, gradient)

    def f_test(self, L: Floats, rhs: Floats) -> tuple[float, int, float]:  # noqa: N803
        """F, its numerator and its denominator degrees of freedom for L beta = rhs, L (c, p). R: contestMD.

        Directions whose variance is below `RANK_TOLERANCE` times the largest are left out; (nan, 0, nan) when none is
        left.
        """
        beta = self.beta - (np.linalg.pinv(L) @ rhs if rhs.any() else 0.0)
        d, directions = np.linalg.eigh(L @ self.vcov @ L.T)
        d, directions = d[::-1], directions[:, ::-1]
        q = int((d > max(RANK_TOLERANCE * d[0], 0.0)).sum())
        if not q:
            return np.nan, 0, np.nan
        rotated = directions[:, :q].T @ L
        F = float(np.mean((rotated @ beta) ** 2 / d[:q]))
        return F, q, denominator_df(self.df(rotated))


def denominator_df(nu: Floats) -> float:
    """Degrees of freedom of an F whose independent t² have `nu` (q,): those with the same mean. R: get_Fstat_ddf."""
    if np.all(np.abs(np.diff(nu)) < 1e-8):
        return float(np.mean(nu))
    if (nu <= 2.0).any():
        return 2.0
    E = float(np.sum(nu / (nu - 2.0)))
    return 2.0 * E / (E - len(nu))


def satterthwaite(m: LmerMod) -> Satterthwaite:
    """What Satterthwaite's method needs of a fitted model. R: lmerTest's as_lmerModLT.

    Warns with `ConvergenceWarning` when the Hessian has negative or vanishing eigenvalues; as in lmerTest they are left
    out. Warns too where lmerTest's own numbers are wrong, sigma being smaller than its steps.
    """
    if m.sigma < STEPS_BELOW:
        said = f"sigma is {m.sigma:.2g}: lmerTest's numerical derivatives take larger steps there, of 1e-4, and its "
        said += "degrees of freedom are wrong; these are from exact derivatives. With the response in smaller units, "
        warnings.warn(f"{said}so that sigma is near 1, R's are the same.", UserWarning, stacklevel=6)
    if m.design.random.parameters.structured:
        info, m_par = structured.information(m.pls, m.par), len(m.par)
        J = np.eye(m_par)
        H = hessian(info, J, np.zeros((m_par, m_par, m_par)), m.sigma, m.REML)
        H[:-1, :-1] += structured.curvature(m.pls, m.par, m.REML, m.solution.criterion.pwrss / m.sigma**2)
    else:
        info = covariance_derivatives(m.pls, m.theta)
        J, second = covariance_chain(m.pls, m.theta)
        H = hessian(info, J, second, m.sigma, m.REML)
    values, vectors = np.linalg.eigh(H)
    _report(values)
    kept = values > POSITIVE_FROM
    A = 2.0 * (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
    back = np.linalg.inv(info.R)
    M = info.unscaled_vcov
    in_theta = m.sigma**2 * np.einsum("kt,kij->tij", J, M @ info.P[:, : info.p, : info.p] @ M)
    jacobian = back @ np.concatenate([in_theta, [2.0 * m.sigma * M]]) @ back.T
    return Satterthwaite(m.beta, m.sigma**2 * m.unscaled_vcov, jacobian, H, A)


def hessian(info: CovarianceDerivatives, J: Floats, second: Floats, sigma: float, REML: bool) -> Floats:  # noqa: N803
    """Exact Hessian (m + 1, m + 1) in (theta, sigma), beta profiled out, of

        log|V| + r'V^{-1}r / sigma² + n log(2 pi sigma²)    (REML: + log|X'V^{-1}X| - p log(2 pi sigma²))

    where J and `second` are the derivatives of s in theta (`covariance_chain`). With r = y - X beta, g = Z'V^{-1}r and
    M = (X'V^{-1}X)^{-1} the first and second derivatives of the three terms in s are

        tr(E_i Phi),   -g'E_i g,   -tr(M P_i)
        -K_ij,   2 g'E_i (Phi - G M G') E_j g,   2 tr(M Q_ij) - tr(M P_i M P_j)
    """
    p, c = info.p, info.residual
    M = info.unscaled_vcov
    PX, Pr = info.P[:, :p, :p], info.P[:, :p] @ c  # X and r stand for their coordinates on W
    rr = np.einsum("ivw,v,w->i", info.P, c, c)
    gradient = info.t - rr / sigma**2
    Hs = -info.K + 2.0 / sigma**2 * (np.einsum("ijvw,v,w->ij", info.Q, c, c) - Pr @ M @ Pr.T)
    if REML:
        MP = M @ PX
        gradient = gradient - np.einsum("ivv->i", MP)
        Hs = Hs + 2.0 * np.einsum("vw,ijwv->ij", M, info.Q[:, :, :p, :p]) - np.einsum("ivw,jwv->ij", MP, MP)
    df = info.n - p if REML else info.n
    rss = float(c @ info.WVW @ c)
    out = np.empty((len(J) + 1, len(J) + 1))
    out[:-1, :-1] = J.T @ (0.5 * (Hs + Hs.T)) @ J + np.einsum("k,kij->ij", gradient, second)
    out[-1, :-1] = out[:-1, -1] = J.T @ rr * 2.0 / sigma**3
    out[-1, -1] = 6.0 * rss / sigma**4 - 2.0 * df / sigma**2
    return out


def _report(values: Floats) -> None:
    """lmerTest's warnings about the eigenvalues of the Hessian."""
    negative, zero = values[values < -POSITIVE_FROM], values[np.abs(values) < POSITIVE_FROM]
    for found, text in ((negative, "Model failed to converge with {} negative eigenvalue{}: {}"),
                        (zero, "Model may not have converged with {} eigenvalue{} close to zero: {}")):
        if len(found):
            listed = " ".join(f"{v:.1e}" for v in found[::-1])
            warnings.warn(text.format(len(found), "s" * (len(found) > 1), listed), ConvergenceWarning, stacklevel=4)
