"""What a reference grid needs of a fitted model, as one value. R: emmeans' recover_data and emm_basis."""
from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from translations.generalized.families import Family
from translations.generalized.model import Glm
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.inference.kenward_roger import KenwardRoger, kenward_roger
from translations.lme4.inference.satterthwaite import satterthwaite
from translations.lme4.model import LmerMod
from translations.nlme.fit import NlmeFit
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import require_choice
from translations.stats.dispatch import generic
from translations.stats.formulas.design import ModelMatrix
from translations.stats.formulas.frame import ModelFrame, as_frame
from translations.stats.formulas.terms import Formula
from translations.stats.language.evaluate import Variable, as_variable, evaluate
from translations.stats.language.expressions import Name, symbols
from translations.stats.language.factors import Factor
from translations.stats.linear.linear_model import Lm

from .links import Transformation, of_response

Floats = np.ndarray
DF_METHODS = ("kenward-roger", "satterthwaite", "asymptotic")
LIMIT = 3000  # observations, beyond which emmeans computes no degrees of freedom
VANISHES = 1e-12  # a row of coefficients that is nothing but rounding; of zeros pbkrtest stops too
WHOLE_OFFSET, STATIC_OFFSET = ".offset.", ".static.offset."
ESTIMABLE = 1e-8  # R: emm_options("estble.tol")


class EmmeansNote(UserWarning):
    """What emmeans says beside its answer; the text is R's message."""

    r_message = True  # R says it with message()


@dataclass(frozen=True)
class Basis:
    """A fitted model as emmeans sees it: q columns of the design, r of them fitted.

    X: the design, to be built again for other rows; bhat (q,), NaN where a column is aliased; V (r, r): the covariance
    matrix of the others; null (q, q - r): what the data say nothing about, None where r = q
    df: degrees of freedom (c,) of the rows (c, r) of a matrix; method: its name in the notes, "" for none
    data: each variable's values in the n rows used, by name, and the offset's, as emmeans has it; weights (n,): how
    often a row counts; said: what is noted below every table of the grid's; check: what
    warns of the rows (c, q) of a grid
    """

    X: ModelMatrix
    bhat: Floats
    V: Floats
    null: Floats | None
    df: Callable[[Floats], Floats]
    method: str
    sigma: float
    data: Mapping[str, Variable]
    weights: Floats
    transformation: Transformation | None
    said: tuple[str, ...] = ()
    check: Callable[[Floats], None] | None = None

    @property
    def terms(self) -> Formula:
        """The fixed part of the model's formula."""
        return self.X.formula

    @property
    def fitted(self) -> Floats:
        """Which columns are fitted, (q,)."""
        return ~np.isnan(self.bhat)

    def estimable(self, L: Floats) -> Floats:  # noqa: N803
        """Which rows of L (c, q) the data can estimate, (c,); rows with NaN not. R: estimability::is.estble."""
        known = ~np.isnan(L).any(axis=1)
        if self.null is None:
            return known
        L = np.nan_to_num(L)
        size = np.einsum("ij,ij->i", L, L)
        off = np.square(L @ self.null).sum(axis=1)
        return known & (off < ESTIMABLE * np.where(size < ESTIMABLE, 1.0, size))


@generic
def basis_of(m: Any, /, lmer_df: str = "kenward-roger", pbkrtest_limit: int = LIMIT,
             lmerTest_limit: int = LIMIT, mode: str | None = None) -> Basis:  # noqa: N803
    """The basis of a model; mode: how degrees of freedom of one by `gls` or `lme` are counted. Raises ValueError for an
    object that is none, and for an unknown method.
    """
    raise NotImplementedError


@basis_of.register(object)
def _none(m: Any, **_: Any) -> Basis:
    raise ValueError("marginal means are those of a model by lm, aov, lmer, glm, glmer, gls or lme, not of "
                     f"{type(m).__name__}")


def with_vcov(m: Any, vcov_: Any, lmer_df: str, pbkrtest_limit: int, lmerTest_limit: int,  # noqa: N803
              mode: str | None = None) -> Basis:
    """The basis of a model whose coefficients' covariance matrix is `vcov_`, or its own where that is None; Kenward and
    Roger's method, which has a matrix of its own, then gives way to Satterthwaite's. R: emmeans:::.my.vcov.
    """
    given: dict[str, Any] = {} if mode is None else {"mode": mode}
    if given and not isinstance(m, NlmeFit):
        raise ValueError("mode is for models by gls and lme; of one by lmer lmer_df says how degrees of freedom are "
                         "counted")
    if vcov_ is None:
        return basis_of(m, lmer_df=lmer_df, pbkrtest_limit=pbkrtest_limit, lmerTest_limit=lmerTest_limit, **given)
    if isinstance(m, LmerMod) and not isinstance(m, GlmerMod) and str(lmer_df).lower() == "kenward-roger":
        warnings.warn("Kenward-Roger method can't be used with user-supplied covariances", EmmeansNote, stacklevel=4)
        lmer_df = "satterthwaite"
    basis = basis_of(m, lmer_df=lmer_df, pbkrtest_limit=pbkrtest_limit, lmerTest_limit=lmerTest_limit, **given)
    V = np.asarray(vcov_(m) if callable(vcov_) else vcov_, dtype=float)
    if V.shape != basis.V.shape:
        r = len(basis.V)
        raise ValueError(f"vcov_ must be a function of the model or a matrix ({r}, {r}), one row a fitted coefficient, "
                         f"not {V.shape}")
    return replace(basis, V=V)


def variables_of(X: ModelMatrix, data: Any, frame: ModelFrame, arguments: Mapping[str, Any]) -> dict[str, Variable]:
    """The variables that the right-hand side names, as they are in the data, rows as in `frame`, and the offset."""
    formula, table = X.formula, as_frame(data)
    nodes = [node for label, node in formula.variables.items() if label != formula.response]
    names = list(dict.fromkeys(name for node in nodes for name in symbols(node) if name != "pi"))
    out: dict[str, Variable] = {}
    for name in names:
        value = frame.variables.get(name)
        if value is None:
            whole = as_variable(evaluate(Name(name), table), len(table), name)
            value = whole[frame.rows] if isinstance(whole, np.ndarray) else whole.take(frame.rows)
        out[name] = value.drop_unused() if isinstance(value, Factor) else value
    return out | offset_of(arguments, frame)


def counted(X: ModelMatrix, frame: ModelFrame, prior: Floats | None = None) -> Floats:
    """How often each row counts (n,): its prior weight, of binomial models times the trials (`prior`). emmeans 1.8.4
    loses them unless the formula has a function, and then counts no trials.
    """
    if prior is not None and since("1.1-37"):
        return prior
    variables = X.formula.variables.items()
    calls = any(label != X.formula.response and not isinstance(node, Name) for label, node in variables)
    if frame.weights is None or not (since("1.1-37") or calls):
        return np.ones(frame.n)
    return frame.weights


def null_basis(X: Floats, rank: int) -> Floats | None:
    """An orthonormal basis (q, q - rank) of what X (n, q) has no rows for. R: estimability::nonest.basis."""
    if rank == X.shape[1]:
        return None
    R = np.linalg.qr(X, mode="r")  # type: ignore[call-overload]
    return np.asarray(np.linalg.svd(R, full_matrices=True)[2])[rank:].T


def offset_of(arguments: Mapping[str, Any], frame: ModelFrame) -> dict[str, Variable]:
    """The offset as a variable of the grid: emmeans 1.8.4 takes the whole of it for one, its mean as any covariate's,
    whatever the variables in it are set to; 1.10 the argument `offset` alone. R: emmeans::recover_data.
    """
    if frame.offset is None:
        return {}
    if not since("1.1-37"):
        return {WHOLE_OFFSET: frame.offset} if frame.offset.any() else {}
    if arguments.get("offset") is None:
        return {}
    own = sum((np.asarray(frame.variables[label]) for label in frame.formula.offsets), np.zeros(frame.n))
    return {STATIC_OFFSET: frame.offset - own}


@basis_of.register(Lm)
def _of_lm(m: Lm, lmer_df: str = "kenward-roger", pbkrtest_limit: int = LIMIT,
           lmerTest_limit: int = LIMIT) -> Basis:  # noqa: N803
    df = float(m.df_residual)
    return Basis(
        m.X, m.coefficients, m.sigma**2 * m.unscaled, null_basis(m.X.values, m.rank),
        partial(constant_df, df=df), "", m.sigma, variables_of(m.X, m.data, m.frame, m.arguments),
        counted(m.X, m.frame), of_response(m.X.formula, m.frame),
    )


def _estimates(m: LmerMod | GlmerMod) -> Floats:
    """The coefficients of all columns (p,), NaN for those that were left out."""
    bhat: Floats = np.full(m.design.X.values.shape[1], np.nan)
    bhat[m.design.kept] = m.beta
    return bhat


@basis_of.register(LmerMod)
def _of_lmer(m: LmerMod, lmer_df: str = "kenward-roger", pbkrtest_limit: int = LIMIT,
             lmerTest_limit: int = LIMIT) -> Basis:  # noqa: N803
    X, frame = m.design.X, m.design.frame
    method = _allowed(lmer_df, m.n, pbkrtest_limit, lmerTest_limit)
    V = m.sigma**2 * m.unscaled_vcov
    df: Callable[[Floats], Floats] = partial(constant_df, df=np.inf)
    if method == "kenward-roger":
        kr = replace(kenward_roger(m), phi=V)  # of a fit by ML emmeans takes the covariance matrix as it is
        V, df = kr.adjusted, partial(rowwise_df, kr)
    elif method == "satterthwaite":
        df = satterthwaite(m).df
    return Basis(
        X, _estimates(m), V, null_basis(X.values, m.p), df, method, m.sigma,
        variables_of(X, m.data, frame, m.arguments), counted(X, frame), of_response(X.formula, frame),
    )


def of_family(family: Family, formula: Formula, frame: ModelFrame) -> Transformation | None:
    """The link as a transformation of the response. R: emmeans:::.std.link.labels."""
    if family.link.name == "identity":
        return of_response(formula, frame)
    label = "prob" if "binomial" in family.name else "rate" if "poisson" in family.name else "response"
    return Transformation(family.link.name, label)


@basis_of.register(Glm)
def _of_glm(m: Glm, lmer_df: str = "kenward-roger", pbkrtest_limit: int = LIMIT,
            lmerTest_limit: int = LIMIT) -> Basis:  # noqa: N803
    df = float(m.fit.df_residual) if m.family.name in ("gaussian", "Gamma") else np.inf
    sigma = float(np.sqrt(m.dispersion)) if m.family.name == "gaussian" else np.nan
    return Basis(
        m.X, m.coefficients, m.dispersion * m.unscaled, null_basis(m.X.values, m.rank), partial(constant_df, df=df),
        "", sigma, variables_of(m.X, m.data, m.frame, m.arguments), counted(m.X, m.frame, m.fit.prior),
        of_family(m.family, m.X.formula, m.frame),
    )


@basis_of.register(GlmerMod)
def _of_glmer(m: GlmerMod, lmer_df: str = "kenward-roger", pbkrtest_limit: int = LIMIT,
              lmerTest_limit: int = LIMIT) -> Basis:  # noqa: N803
    X, frame = m.design.X, m.design.frame
    return Basis(
        X, _estimates(m), generics.vcov(m).to_numpy(), null_basis(X.values, m.p),
        partial(constant_df, df=np.inf), "", np.nan, variables_of(X, m.data, frame, m.arguments),
        counted(X, frame, m.weights), of_family(m.family, X.formula, frame),
    )


def constant_df(L: Floats, df: float) -> Floats:  # noqa: N803
    """The same degrees of freedom for each of the combinations L (c, p)."""
    return np.full(len(L), df)


def rowwise_df(kr: KenwardRoger, L: Floats) -> Floats:  # noqa: N803
    """Kenward and Roger's degrees of freedom (c,) of each row of L (c, p).

    For one row l the steps of Kenward & Roger (1997, section 3) come to 2 / A2, A2 = g'W g with
    g_k = l'phi P_k phi l / l'phi l: (A1 = A2 there, and the rest cancels).
    """
    if len(L) and (np.abs(L).max(axis=1, initial=0.0) < VANISHES).any():
        raise ValueError("one of these combinations is zero whatever the coefficients are, such as an interaction that "
                         "the model does not have: Kenward and Roger's method has no degrees of freedom for it")
    half = L @ kr.phi
    with np.errstate(divide="ignore", invalid="ignore"):
        g = np.einsum("ci,kij,cj->ck", half, kr.P, half, optimize=True) / np.einsum("ci,ci->c", half, L)[:, None]
        df: Floats = 2.0 / np.einsum("ck,kl,cl->c", g, kr.W, g)
    return df


def _allowed(lmer_df: str, n: int, pbkrtest_limit: int, lmerTest_limit: int) -> str:  # noqa: N803
    """The method that emmeans takes, given so many observations; it says which it leaves."""
    require_choice(str(lmer_df).lower(), DF_METHODS, "lmer_df")
    method = str(lmer_df).lower()
    if method == "kenward-roger" and n > pbkrtest_limit:
        _too_many("pbkrtest", pbkrtest_limit, n)
        method = "satterthwaite"
    if method == "satterthwaite" and n > lmerTest_limit:
        method = "asymptotic" if n > pbkrtest_limit else "kenward-roger"
        _too_many("lmerTest", lmerTest_limit, n)
    return method


def _too_many(package: str, limit: int, n: int) -> None:
    said = (f"Note: D.f. calculations have been disabled because the number of observations exceeds {limit}.\n"
            f"To enable adjustments, add the argument '{package}.limit = {n}' (or larger)\n"
            f"[or, globally, 'set emm_options({package}.limit = {n})' or larger];\n"
            "but be warned that this may result in large computation time and memory use.")
    warnings.warn(said, EmmeansNote, stacklevel=6)
