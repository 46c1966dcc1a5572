"""Leverage and influence: hat values, Cook's distances, refits without a case or a group. R: influence.merMod."""
from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from translations.arrays import Floats, Ints
from translations.parallel.progress import Progress, bar
from translations.printing import NAN, Matrix, Vector, html
from translations.stats import generics
from translations.stats.formulas.frame import as_frame
from translations.stats.linear.linear_model import row_names

from ..control import LmerControl
from ..criterion.cross_products import CrossProducts
from ..criterion.factor import Factor
from ..criterion.pls import PLS
from ..criterion.trailing_block import symmetric
from ..model import LmerMod
from .extract import fixef, pad
from .varcorr import VarCorr


@generics.hatvalues.register(LmerMod)
def _hatvalues(m: LmerMod) -> Vector:
    """Diagonal of the matrix that turns the response into fitted values, (n,), conditional modes included. R:
    hatvalues.merMod."""
    return pad(m, leverages(m.pls, m.theta))


@generics.cooks_distance.register(LmerMod)
def _cooks_distance(m: LmerMod) -> Vector:
    """Cook's distances (n,) at the fitted theta, NaN where the leverage is 1. R: cooks.distance.merMod."""
    h = leverages(m.pls, m.theta)
    with np.errstate(divide="ignore", invalid="ignore"):
        d = (_pearson(m) / (1.0 - h)) ** 2 * h / (m.sigma**2 * m.p)
    return pad(m, np.where(np.isfinite(d), d, NAN))


@generics.rstudent.register(LmerMod)
def _rstudent(m: LmerMod) -> Vector:
    """Studentized residuals (n,), NaN where the leverage is 1. R: rstudent.merMod."""
    h, r = leverages(m.pls, m.theta), _pearson(m)
    with np.errstate(divide="ignore", invalid="ignore"):
        s = np.sign(r) * np.sqrt(r**2 + h * r**2 / (1.0 - h))
    return pad(m, np.where(np.isfinite(s), s / m.sigma, NAN))


def _pearson(m: LmerMod) -> Floats:
    return (m.y - m.mu) * np.sqrt(m.weights)


def leverages(pls: PLS, theta: Floats) -> Floats:
    """Diagonal (n,) of H = I - V^{-1} + V^{-1}X (X'V^{-1}X)^{-1} X'V^{-1}, rows weighted.

    V^{-1}'s own part is 1 - |L^{-1} Lambda'z_i|²: with block 1 alone from the level's factor, otherwise with what the
    trailing block adds on the columns that the level touches.
    """
    at = pls.at(theta)
    first = pls.blocks[0]
    A = np.linalg.inv(at.L11) @ at.template.T
    a = np.einsum("nab,nb->na", A[first.codes], first.Z)
    random = np.einsum("na,na->n", a, a)
    if pls.trailing.q:
        random += _trailing_part(at, a)
    Q = pls.Q.copy()
    for b, G in zip(pls.blocks, at.ZtViXy, strict=True):
        T = b.template(theta)
        Q -= np.einsum("na,nap->np", b.Z @ (T @ T.T), G[b.codes][:, :, : pls.p])
    from scipy.linalg import solve_triangular

    fixed = solve_triangular(at.corner[: pls.p, : pls.p], Q.T, lower=True) if pls.p else np.zeros((0, len(a)))
    return random + np.einsum("pn,pn->n", fixed, fixed)


def _trailing_part(at: Factor, a: Floats) -> Floats:
    """w_i' Omega w_i (n,): w_i the row's trailing columns less their projection on block 1, Omega = Lambda2 (L2
    L2')^{-1} Lambda2'."""
    pls, off_diagonal, trailing = at.products, at.products.off_diagonal, at.products.trailing
    inverse = symmetric(at.inverse[: trailing.q, : trailing.q])
    Omega = trailing.times_lambda(trailing.times_lambda(inverse, at.theta).T, at.theta)
    codes = pls.blocks[0].codes
    columns, values = _trailing_rows(pls)
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(off_diagonal.ptr)))
    out = np.empty(len(codes))
    for g in range(len(off_diagonal.ptr) - 1):
        rows, touched = order[ends[g] : ends[g + 1]], slice(off_diagonal.ptr[g], off_diagonal.ptr[g + 1])
        own = off_diagonal.idx[touched]
        W = -a[rows] @ at.L21[touched].T
        W[np.arange(len(rows))[:, None], np.searchsorted(own, columns[rows])] += values[rows]
        out[rows] = np.einsum("ij,ij->i", W @ Omega[np.ix_(own, own)], W)
    return out


def _trailing_rows(pls: CrossProducts) -> tuple[Ints, Floats]:
    """The trailing columns that each observation has, and their values, both (n, number of trailing effects)."""
    blocks = list(zip(pls.blocks[1:], pls.trailing.starts, strict=True))
    columns = [start + b.codes[:, None] * b.k + np.arange(b.k) for b, start in blocks]
    return np.hstack(columns), np.hstack([b.Z for b, _ in blocks])


@dataclass(frozen=True)
class Influence:
    """A model's estimates, and those of its refits without each of d cases or groups. R: class influence.merMod.

    fixed_effects (p,), fixed_effects_without (d, p); var_cov_comps: sigma², then each term's variances ("v[...]") and
    covariances ("C[...]"), and var_cov_comps_without (d, .); vcov (p, p), vcov_without (d, p, p); groups: "case" or
    the grouping variable; deleted: the d labels; converged, function_evals (d,).
    """

    fixed_effects: Vector
    fixed_effects_without: Matrix
    var_cov_comps: Vector
    var_cov_comps_without: Matrix
    vcov: Matrix
    vcov_without: Floats
    groups: str
    deleted: list[str]
    converged: Vector
    function_evals: Vector

    def __repr__(self) -> str:
        return f"<Influence of {len(self.deleted)} deletions by {self.groups}>"

    def _repr_html_(self) -> str:
        moved = pd.DataFrame(self.fixed_effects_without) - self.fixed_effects
        parts = {"Fixed effects without each, less those of all data": moved}
        return html.frames(f"Influence of {len(self.deleted)} deletions by {self.groups}", parts)


@generics.influence.register(LmerMod)
def _influence(m: LmerMod, groups: str | None = None, progress: Progress = None) -> Influence:
    """Refit the model without each observation, or each level of the variable `groups`, from the fitted theta. R:
    influence.merMod.

    Rows that the model left out for missing values count as deletions too, as in R. Raises KeyError for an unknown
    variable.
    """
    start = {"control": LmerControl(m.control.optimizer, calc_derivs=False), "start": m.par}
    return deletions(m, groups, progress, start)


def deletions(m: LmerMod, groups: str | None, progress: Progress, call: dict[str, Any]) -> Influence:
    """`influence`, each refit by `update` with the arguments of `call`."""
    data = as_frame(m.data)
    if groups is not None and (not isinstance(groups, str) or groups not in data):
        raise KeyError(f"no variable {groups!r} to delete by; there are {', '.join(map(str, data.columns))}")
    labels = np.asarray(row_names(data.index) if groups is None else data[groups].astype(str))
    inside = np.ones(len(data), dtype=bool)
    if m.arguments.get("subset") is not None:
        inside = np.isin(np.arange(len(data)), np.concatenate([m.design.frame.rows, m.design.frame.omitted]))
    deleted = list(dict.fromkeys(labels[inside].tolist()))
    fits = []
    with warnings.catch_warnings(), bar(progress, len(deleted), "deletions") as advance:
        warnings.simplefilter("ignore")
        for label in deleted:
            fits.append(generics.update(m, subset=inside & (labels != label), **call))
            advance(1)
    fixed = pd.DataFrame([fixef(f) for f in fits], index=deleted, columns=m.design.names)
    names = m.design.names
    vcov = np.stack([generics.vcov(f).reindex(index=names, columns=names).to_numpy() for f in fits])
    components = pd.DataFrame([variance_components(f) for f in fits], index=deleted)
    return Influence(
        fixef(m), Matrix(fixed), variance_components(m), Matrix(components), generics.vcov(m), vcov, groups or "case",
        deleted, Vector([f.optimum.code == 0 for f in fits], index=deleted),
        Vector([f.optimum.evaluations for f in fits], index=deleted))


def variance_components(m: LmerMod) -> Vector:
    """sigma² and every term's variances and covariances, named as R's influence names them."""
    terms = VarCorr(m)
    out = {"sigma^2": m.sigma**2}
    for group, S in terms.items():
        prefix = "" if len(terms) == 1 else f"{group}:"
        names, values = list(S.index), S.to_numpy()
        for col, a in enumerate(names):
            for row in range(col, len(names)):
                out[f"{prefix}v[{a}]" if row == col else f"{prefix}C[{names[row]},{a}]"] = values[row, col]
    return Vector(out)


@generics.dfbeta.register(Influence)
def _dfbeta(influence: Influence, which: str = "fixed") -> Matrix:
    """Change of the fixed effects (d, p), or with which="var.cov" of the variance components, by each deletion. R:
    dfbeta."""
    if which not in ("fixed", "var.cov"):
        raise ValueError(f"which must be 'fixed' or 'var.cov', not {which!r}")
    if which == "fixed":
        return Matrix(influence.fixed_effects_without - influence.fixed_effects)
    return Matrix(influence.var_cov_comps_without - influence.var_cov_comps)


@generics.dfbetas.register(Influence)
def _dfbetas(influence: Influence) -> Matrix:
    """`dfbeta` in units of the standard errors of each refit, (d, p). R: dfbetas."""
    return Matrix(_dfbeta(influence) / np.sqrt(np.einsum("dpp->dp", influence.vcov_without)))


@generics.cooks_distance.register(Influence)
def _cooks_distance_of_deletions(influence: Influence) -> Vector:
    """Cook's distances (d,) of the deletions, labelled (R names them by case only). R:
    cooks.distance.influence.merMod."""
    change = _dfbeta(influence).to_numpy()
    d, p = change.shape
    inverse = (d - p) / (d * p) * np.linalg.inv(influence.vcov.to_numpy())
    return Vector(np.einsum("dp,pq,dq->d", change, inverse, change), index=influence.deleted)


@generics.dfbeta.register(LmerMod)
@generics.dfbetas.register(LmerMod)
def _of_no_deletions(m: LmerMod, *args: object, **kwargs: object) -> Matrix:
    """A mixed model has to be refitted first, without its observations or without its groups."""
    raise ValueError("give the deletions: dfbeta(influence(m)) or dfbeta(influence(m, groups=...)); dfbetas likewise")
