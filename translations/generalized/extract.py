"""What is read off a fitted generalized linear model. R: the extractor functions for class glm."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from translations.printing import NAN, Matrix, Vector
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import as_count, require_choice
from translations.stats.likelihood import has_criteria
from translations.stats.linear.term_predictions import by_term, partial_residuals
from translations.stats.log_likelihood import LogLik

from .model import Glm

RESIDUALS = ("deviance", "pearson", "working", "response", "partial")


@generics.coef.register(Glm)
def _coef(m: Glm, complete: bool | None = None) -> Vector:
    """Coefficients (p,), NaN for aliased columns unless `complete` is False."""
    if complete is None or complete:
        return Vector(m.coefficients, index=m.X.names)
    return Vector(m.coefficients[m.kept], index=[m.X.names[j] for j in m.kept])


@generics.fitted.register(Glm)
def _fitted(m: Glm) -> Vector:
    """Fitted means (n,)."""
    return m.padded(m.fit.mu)


@generics.residuals.register(Glm)
def _residuals(m: Glm, type: str | None = None) -> Vector | Matrix:
    """Residuals (n,): "deviance" (the default), "pearson", "working" (on the scale of the linear predictor) or
    "response"; "partial" (n, terms), the working ones plus what each term adds.
    """
    kind = "deviance" if type is None else type
    require_choice(kind, RESIDUALS, "type of residuals")
    fit = m.fit
    if kind == "deviance":
        return m.padded(m.deviance_residuals)
    if kind == "working":
        return m.padded(fit.working)
    if kind == "partial":
        return partial_residuals(by_term(m, None, None, 1.0)[0], m.padded(fit.working))
    with np.errstate(divide="ignore", invalid="ignore"):
        pearson = (fit.y - fit.mu) * np.sqrt(fit.prior) / np.sqrt(m.family.variance(fit.mu))
    return m.padded(pearson if kind == "pearson" else fit.y - fit.mu)


@generics.vcov.register(Glm)
def _vcov(m: Glm, complete: bool | None = None) -> Matrix:
    """(p, p); rows and columns of aliased coefficients are NaN, or left out when `complete` is False."""
    names = np.array(m.X.names, dtype=object)
    kept = Matrix(m.dispersion * m.unscaled, index=names[m.kept], columns=names[m.kept])
    return kept.reindex(index=names, columns=names) if (complete is None or complete) and m.rank < len(names) else kept


@generics.sigma.register(Glm)
def _sigma(m: Glm) -> float:
    """Root of the dispersion in R ≥ 4.5; before, of deviance over residual degrees of freedom."""
    if since("1.1-37"):
        return float(np.sqrt(m.dispersion))
    df = generics.nobs(m) - m.rank
    return float(np.sqrt(m.fit.deviance / df)) if df else NAN


@generics.deviance.register(Glm)
def _deviance(m: Glm) -> float:
    return m.fit.deviance


@generics.nobs.register(Glm)
def _nobs(m: Glm) -> int:
    return int((m.fit.prior != 0.0).sum())


@generics.df_residual.register(Glm)
def _df_residual(m: Glm) -> int:
    return m.fit.df_residual


@generics.formula.register(Glm)
def _formula(m: Glm) -> str:
    return m.frame.formula.text


@generics.logLik.register(Glm)
def _logLik(m: Glm) -> LogLik:
    """NaN for quasi families, which have none. A dispersion counts as a parameter, since R 4.5 also theirs."""
    counted = ("gaussian", "Gamma", "inverse.gaussian") + ("quasi", "quasibinomial", "quasipoisson") * since("1.1-37")
    df = m.rank + (m.family.name in counted)
    return LogLik(df - m.fit.aic / 2.0, df, m.frame.n)


has_criteria(Glm)


@generics.extractAIC.register(Glm)
def _extract_aic(m: Glm, scale: float = 0.0, k: float = 2.0) -> np.ndarray:
    """Number of parameters and AIC, (2,). R: extractAIC.glm, which does not use `scale`."""
    edf = m.frame.n - m.fit.df_residual
    return np.array([edf, m.fit.aic + (k - 2.0) * edf])


@generics.model_matrix.register(Glm)
def _model_matrix(m: Glm) -> Matrix:
    return Matrix(m.X.values, index=m.labels, columns=m.X.names)


@generics.simulate.register(Glm)
def _simulate(m: Glm, nsim: int = 1, seed: Any = None) -> pd.DataFrame:
    """Responses (n, nsim) on R's stream, columns sim_1, ... (R: simulate.lm): 0 and 1, proportions or counts,
    of a factor its levels.

    Of successes and failures each sim_1, ... is a frame (n, 2), in columns of two levels. Raises ValueError for a
    family from which R cannot draw, or weights that are no numbers of trials.
    """
    from translations.random import RStream

    from .draw import draw, in_two_columns, of_levels, successes_and_failures

    nsim = as_count(nsim, "nsim")
    stream = seed if isinstance(seed, RStream) else RStream(seed)
    mu = m.padded(m.fit.mu)
    n = len(mu)
    values = draw(m, stream, mu.to_numpy(), nsim).reshape(nsim, n)
    response = m.frame.variables[m.frame.formula.response or ""]
    two = successes_and_failures(response)
    if two is not None:
        return in_two_columns(values, np.resize(m.fit.prior, n), two.labels, mu.index)
    return pd.DataFrame({f"sim_{i}": of_levels(response, row) for i, row in enumerate(values, 1)}, index=mu.index)
