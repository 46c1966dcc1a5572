"""The quantities of Bates et al. (2015), by name. R: getME.merMod."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.printing import Matrix, Vector
from translations.stats import generics

from ..arguments import require_mixed
from ..model import LmerMod
from .extract import fixef, isREML
from .matrices import Lambda, Z
from .varcorr import unique_names


def _L(m: LmerMod) -> Floats:  # noqa: N802
    """The Cholesky factor L (q, q) of Lambda'Z'WZ Lambda + I, dense, in the order of b (R permutes it to keep it
    sparse).
    """
    A = (Lambda(m).T @ Z(m).T).multiply(np.sqrt(m.weights)).toarray()
    return np.linalg.cholesky(A @ A.T + np.eye(A.shape[0]))


def _RZX(m: LmerMod) -> Floats:  # noqa: N802
    X = m.design.X_fitted * m.weights[:, None]
    return np.linalg.solve(_L(m), (Lambda(m).T @ (Z(m).T @ X)))


_GETTERS = {
    "X": lambda m: generics.model_matrix(m),
    "Z": Z,
    "Zt": lambda m: Z(m).T,
    "y": lambda m: m.y,
    "mu": lambda m: m.mu,
    "u": lambda m: np.concatenate([u.ravel() for u in m.u]),
    "b": lambda m: np.concatenate([b.ravel() for b in m.b]),
    "Gp": lambda m: np.concatenate([[0], np.cumsum([t.size for t in m.design.random.terms])]),
    "L": _L,
    "Lambda": Lambda,
    "Lambdat": lambda m: Lambda(m).T,
    "RX": lambda m: Matrix(_positive_diagonal(m.solution.RX), index=m.design.names, columns=m.design.names),
    "RZX": _RZX,
    "sigma": lambda m: m.sigma,
    "fixef": fixef,
    "beta": lambda m: m.beta,
    "theta": lambda m: _theta(m),
    "par": lambda m: Vector(m.par, index=m.design.random.parameters.names()),
    "npar": lambda m: len(m.par),
    "lower": lambda m: Vector(m.design.random.parameters.lower, index=m.design.random.parameters.names()),
    "Tlist": lambda m: dict(zip(unique_names([t.group for t in m.design.random.terms]), m.templates, strict=True)),
    "cnms": lambda m: [(t.group, list(t.names)) for t in m.design.random.terms],
    "flist": lambda m: pd.DataFrame(
        {t.group: pd.Categorical.from_codes(t.codes, t.levels) for t in m.design.random.terms}
    ),
    "is_REML": isREML,
    "REML": lambda m: m.p if m.REML else 0,
    "n_rtrms": lambda m: len(m.design.random.terms),
    "n_rfacs": lambda m: len(m.design.random.by_factor),
    "n": lambda m: m.n,
    "p": lambda m: m.p,
    "q": lambda m: m.design.random.q,
    "k": lambda m: len(m.design.random.terms),
    "m": lambda m: len(_theta(m)),
    "offset": lambda m: np.zeros(m.n) if m.pls.offset is None else m.pls.offset,
    "devfun": lambda m: lambda theta: m.pls.deviance(np.asarray(theta, dtype=float), m.REML),
    "devcomp": lambda m: _devcomp(m),
    "glmer.nb.theta": lambda m: m.family.theta,
}


def _theta(m: LmerMod) -> Vector:
    names, values = m.design.random.parameters.lme4_theta(m.par)
    return Vector(values, index=names)


def _positive_diagonal(RX: Floats) -> Floats:
    """An upper Cholesky factor is unique once its diagonal is positive; QR leaves signs open."""
    return np.where(np.diagonal(RX) < 0, -1.0, 1.0)[:, None] * RX


def _devcomp(m: LmerMod) -> dict[str, float]:
    ldL2, ldRX2, pwrss = m.solution.criterion
    ussq = float(sum((u**2).sum() for u in m.u))
    return {
        "ldL2": ldL2,
        "ldRX2": ldRX2,
        "wrss": pwrss - ussq,
        "ussq": ussq,
        "pwrss": pwrss,
        "sigmaML": float(np.sqrt(pwrss / m.n)),
        "sigmaREML": float(np.sqrt(pwrss / (m.n - m.p))),
    }


def getME(m: LmerMod, name: str) -> Any:  # noqa: N802
    """A quantity of Bates et al. (2015), by its name in lme4. R: lme4::getME.

    m: a mixed model. name: theta, par (the parameters that were optimized: theta's own, or those of covariance
    structures, standard deviations before rho), beta, u, b, X, Z, Lambda, L, RX, RZX, lower, ...

    Returns a Vector, Matrix, sparse array or number, with lme4's labels and shapes: theta (m,), X (n, p), Z (n, q), ...

    Raises ValueError for an unknown name, or an object that is no mixed model.

    >>> print(r.getME(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()), "theta"))
         Subject.(Intercept) Subject.Days.(Intercept)             Subject.Days
                  0.96674177               0.01516906               0.23090995
    """
    require_mixed(m, "getME")
    if not isinstance(name, str) or name not in _GETTERS:
        raise ValueError(f"getME knows no {name!r}; known are {', '.join(_GETTERS)}")
    return _GETTERS[name](m)
