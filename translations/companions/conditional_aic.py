"""Akaike's information criterion of a mixed model whose groups are of interest themselves: R's package cAIC4."""
from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from translations.generalized.densities import log_binomial, log_poisson
from translations.generalized.model import Glm
from translations.lme4.arguments import require_mixed
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.model import LmerMod
from translations.lme4.refit import refit
from translations.lme4.results.getme import getME
from translations.printing import Style, console
from translations.printing.dispatch import render
from translations.printing.objects import Printed
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import as_count, as_number, require_choice
from translations.stats.linear.linear_model import Lm

Floats = np.ndarray
LABELS = ("Conditional log-likelihood: ", "Degrees of freedom: ", "Conditional Akaike information criterion: ")
NONE_LEFT = "Model has no random effects variance components larger than zero."


@dataclass(frozen=True, repr=False)
class ConditionalAIC(Printed):
    """A conditional AIC. `str()` is R's text.

    loglikelihood: of the responses given the random effects; df: how many parameters the model takes up; caic: minus
    twice the one plus twice the other; reducedModel: without variances of zero, where there were some, `new`
    """

    loglikelihood: float
    df: float
    caic: float
    reducedModel: Any = None
    new: bool = False

    def __repr__(self) -> str:
        return f"<cAIC: {self.caic:.2f}, {self.df:.2f} degrees of freedom>"


@render.register(ConditionalAIC)
def _lines(x: ConditionalAIC, style: Style) -> list[str]:
    table = pd.DataFrame({"a": LABELS, "b": np.round([x.loglikelihood, x.df, x.caic], 2)})
    rows = [line[1:] for line in console(table, digits=style.digits, width=1000).split("\n")]
    lines = [" " * len(rows[0]), *rows[1:]]
    if x.new:
        lines = ["The original model was refitted due to zero variance components.",
                 f"Refitted model:  {generics.formula(x.reducedModel)} ", *lines]
    return lines


def cAIC(m: Any, method: str | None = None, B: int | None = None, sigma_penalty: float = 1,  # noqa: N802, N803
         exact: bool = False, seed: int | None = None) -> ConditionalAIC:
    """The conditional AIC: for models that are to predict in the groups at hand, not in new ones. R: cAIC4::cAIC.

    m: a model by `lm`, `glm`, `lmer` or `glmer` (Poisson counts or yes/no answers). method: "steinian", which is taken
    for None: of `lmer` in closed form, of `glmer` by a fit for each observation that is not 0 (all, of yes/no answers);
    "conditionalBootstrap", from B fits to simulated responses, by default n or 100 if that is more. sigma_penalty: how
    many variances of residuals are estimated. exact: of `lmer`, the degrees of freedom by the derivative of the fitted
    values in the responses, 1 more; R's formula has half of its second term and does not weight residuals, so that its
    own are up to some percent off. seed: of R's stream, for the bootstrap; None starts anywhere.

    Where a variance is zero the model is fitted again without it, as in R; where all are, the rank counts, and
    sigma_penalty only in cAIC4 1.1, which comes with lme4 2.1.

    Returns a ConditionalAIC: `.caic`, `.df`, `.loglikelihood`. Of a linear or generalized model df is one more than the
    rank, as R has it, whatever the family.

    Raises ValueError for another model, a family or method that R has no correction for, or counts out of several
    trials, of which R's answer is infinite. Sources: Greven & Kneib (2010), Biometrika 97, 773; Saefken et al. (2014),
    Electronic Journal of Statistics 8, 201.

    >>> print(r.cAIC(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())))  # doctest: +NORMALIZE_WHITESPACE
                   Conditional log-likelihood:  -824.51
                           Degrees of freedom:    31.30
     Conditional Akaike information criterion:  1711.62
    """
    if isinstance(m, Lm | Glm):
        return _criterion(_fixed_likelihood(m), m.rank + 1.0 if isinstance(m, Glm) else len(m.kept) + 1.0)
    require_mixed(m, "cAIC")
    require_choice(method or "steinian", ["steinian", "conditionalBootstrap"], "method")
    if m.design.random.parameters.structured:
        raise ValueError("cAIC is of models with plain bars, not of covariance structures")
    family = _family(m)
    if method == "conditionalBootstrap":
        n = max(m.n, 100) if B is None else as_count(B, "B")
        return _criterion(_likelihood(m), _by_bootstrap(m, n, seed))
    left, penalty = _without_zeros(m), as_number(sigma_penalty, "sigma_penalty")
    if left is None:
        if family != "gaussian":
            raise ValueError("no variance of random effects is above zero: the model is that of glm, which has AIC")
        warnings.warn(NONE_LEFT, stacklevel=2)
        return _criterion(_likelihood(m), m.p + penalty * since("2.1"))
    df = _by_refits(left, family) if family != "gaussian" else _of_linear(left, exact) + penalty
    return _criterion(_likelihood(left), df, None if left is m else left)


def _criterion(likelihood: float, df: float, reduced: Any = None) -> ConditionalAIC:
    return ConditionalAIC(likelihood, df, 2.0 * (df - likelihood), reduced, reduced is not None)


def _log_normal(y: Floats, mean: Floats, sd: Floats | float) -> float:
    return float(np.sum(-0.5 * ((y - mean) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2.0 * np.pi)))


def _family(m: LmerMod) -> str:
    """gaussian, poisson or binomial, by which the degrees of freedom are found."""
    if not isinstance(m, GlmerMod):
        return "gaussian"
    return _one_trial(m.family.name, m.y, ("poisson", "binomial"))


def _one_trial(name: str, y: Floats, families: tuple[str, ...]) -> str:
    if name not in families:
        raise ValueError(f"cAIC has no correction for the family {name}: R knows {', '.join(families)}")
    if name == "binomial" and len(np.unique(y)) > 2:
        raise ValueError("cAIC of counts out of several trials is infinite in R, which takes shares for counts: give "
                         "each trial a row")
    return name


def _fixed_likelihood(m: Lm | Glm) -> float:
    if isinstance(m, Lm):
        y = m.fitted + m.residuals
        return _log_normal(y, m.fitted, generics.sigma(m) * np.sqrt((len(y) - len(m.kept)) / len(y)))
    y, mu = m.fit.y, m.fit.mu
    family = _one_trial(m.family.name, y, ("gaussian", "poisson", "binomial"))
    if family == "gaussian":
        return _log_normal(y, mu, np.sqrt(m.dispersion))
    return float((log_poisson(y, mu) if family == "poisson" else log_binomial(y, np.ones(1), mu)).sum())


def _likelihood(m: LmerMod) -> float:
    """Of the responses given the conditional modes."""
    y, mu = m.y, np.asarray(m.mu)
    if not isinstance(m, GlmerMod):
        return _log_normal(y, mu, m.sigma / np.sqrt(m.weights))
    return float((log_poisson(y, mu) if m.family.name == "poisson" else log_binomial(y, np.ones(1), mu)).sum())


def _without_zeros(m: LmerMod) -> LmerMod | None:
    """The model fitted without random effects that do not vary; None if none does. R: deleteZeroComponents."""
    theta = getME(m, "theta").to_numpy()
    if (theta != 0.0).all():
        return m
    if (theta == 0.0).all():
        return None
    bars = []
    for term, template in zip(m.design.random.terms, m.templates, strict=True):
        names = [name for name, sd in zip(term.names, np.diagonal(template), strict=True) if sd != 0.0]
        if names:
            names = ["1", *names[1:]] if names[0] == "(Intercept)" else ["-1", *names]
            bars.append(f"({' + '.join(names)} | {term.group})")
    fixed = m.design.frame.formula
    labels = [term.label for term in fixed.terms]
    return _without_zeros(generics.update(m, f"{fixed.response} ~ {' + '.join([*labels, *bars])}"))


def _of_linear(m: LmerMod, exact: bool) -> float:
    """How much the fitted values move with the responses, theta estimated anew: the sum of their derivatives, or R's
    formula for it.

    Greven & Kneib (2010), theorem 3: V = I + ZDZ' is linear in the entries of D, so that W_j, its derivative in one, is
    Z D_j Z'; A is V⁻¹ less its projection on X, and e = Ay.
    """
    root = np.sqrt(m.weights)
    Z = root[:, None] * getME(m, "Z").toarray()
    L, RX = getME(m, "L"), getME(m, "RX").to_numpy(float)
    half = np.linalg.solve(L, (Z @ getME(m, "Lambda").toarray()).T)

    def inverse(x: Floats) -> Floats:
        return x - half.T @ (half @ x)

    X = np.linalg.solve(RX.T, inverse(root[:, None] * m.design.X_fitted).T)

    def A(x: Floats) -> Floats:  # noqa: N802
        return inverse(x) - X.T @ (X @ x)

    # R's residuals are not weighted, and its response has the offset in it.
    scale = np.ones(m.n) if exact else root
    e = (root if exact else 1.0) * (m.y - np.asarray(m.mu))
    ye = float((root * (m.y - getME(m, "offset")) if exact else m.y) @ e)
    z, D, between = Z / scale[:, None], _directions(m), Z.T @ (A(Z) if m.REML else inverse(Z))
    We = np.column_stack([z @ (d @ (z.T @ e)) for d in D])
    moved = scale[:, None] * A(scale[:, None] * We)
    eWe = e @ We
    traces = np.array([[np.sum((j @ between).T * (k @ between)) for k in D] for j in D])
    B = We.T @ moved - np.outer(eWe, eWe) / (2.0 * ye) - ye * traces / (2.0 * m.df)
    C = moved - np.outer(e, eWe) / (ye if exact else 2.0 * ye)
    hat = float((half**2).sum() + (X**2).sum())
    return hat + float(np.trace(np.linalg.solve(B, C.T @ (moved / (scale**2)[:, None]))))


def _directions(m: LmerMod) -> list[Any]:
    """D's derivative in each of its entries, (q, q) symmetric, one for each theta."""
    from scipy import sparse

    out, start, q = [], 0, m.design.random.q
    for term in m.design.random.terms:
        places = start + term.k * np.arange(len(term.levels))
        for j, i in zip(*np.triu_indices(term.k), strict=True):
            a, b = places + i, places + j
            rows, cols = (a, b) if i == j else (np.r_[a, b], np.r_[b, a])
            out.append(sparse.csr_array((np.ones(len(rows)), (rows, cols)), shape=(q, q)))
        start += term.size
    return out


def _by_refits(m: LmerMod, family: str) -> float:
    """Of counts by their neighbours below, of yes/no answers by the other answer. Saefken et al. (2014)."""
    y, eta = m.y, np.asarray(m.eta)
    rows = np.flatnonzero(y != 0.0) if family == "poisson" else np.arange(m.n)
    other = (lambda v: v - 1.0) if family == "poisson" else (lambda v: 1.0 - v)
    moved = np.array([np.asarray(refit(m, _replaced(y, i, other)).eta)[i] for i in rows])
    if family == "poisson":
        return float(np.sum(y[rows] * (eta[rows] - moved)))
    mu = np.asarray(m.mu)
    return float(np.sum(mu * (1.0 - mu) * (1.0 - 2.0 * y) * (moved - eta)))


def _replaced(y: Floats, i: Any, by: Callable[[float], float]) -> Floats:
    out = y.copy()
    out[i] = by(y[i])
    return out


def _by_bootstrap(m: LmerMod, times: int, seed: int | None) -> float:
    """The covariance of predictions, fitted anew, with the simulated responses that they were fitted to."""
    drawn = generics.simulate(m, times, seed, use_u=True)
    y = drawn.apply(lambda one: one.cat.codes if one.dtype == "category" else one).to_numpy(float)
    predicted = np.column_stack([np.asarray(generics.predict(refit(m, one))) for one in y.T])
    scale = 1.0 if isinstance(m, GlmerMod) else m.sigma**2
    return float(np.sum(predicted * (y - y.mean(axis=1, keepdims=True))) / ((times - 1) * scale))


def anocAIC(m: Any, *more: Any, digits: int = 2) -> pd.DataFrame:  # noqa: N802
    """Mixed models beside each other by their conditional AIC. R: cAIC4::anocAIC.

    m, more: models by `lmer` or `glmer` of the same responses. digits: that the numbers are rounded to.

    Returns a frame, a row a model by its formula: cll (conditional log-likelihood), df, cAIC, Refit (whether it was
    fitted again without variances of zero, and its formula is that one's).

    Raises ValueError for another model.

    >>> fits = [r.lmer(f"Reaction ~ Days + ({x} | Subject)", r.sleepstudy()) for x in ("1", "Days")]
    >>> print(r.console(r.anocAIC(*fits)))
                                           cll    df    cAIC Refit
    Reaction ~ Days + (1 | Subject)    -864.53 19.03 1767.12 FALSE
    Reaction ~ Days + (Days | Subject) -824.51 31.30 1711.62 FALSE
    """
    models = (m, *more)
    for one in models:
        require_mixed(one, "anocAIC")
    found = [cAIC(one) for one in models]
    names: list[str] = []
    for one, its in zip(models, found, strict=True):
        name = str(generics.formula(its.reducedModel if its.new else one))
        again = sum(known.split(" % duplicate #")[0] == name for known in names)
        names.append(f"{name} % duplicate #{again}" if again else name)
    rows = [[*np.round([its.loglikelihood, its.df, its.caic], digits), its.new] for its in found]
    return pd.DataFrame(rows, index=names, columns=["cll", "df", "cAIC", "Refit"]).astype({"Refit": bool})
