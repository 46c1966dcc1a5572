"""The quantities of Bates et al. (2015), by name. R: getME.merMod."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from translations.arrays import Floats, Ints
from translations.later import sparse
from translations.printing import NA, Matrix, Vector
from translations.settings import since
from translations.stats import generics
from translations.stats.linear.linear_model import row_names

from .. import generalized
from ..arguments import require_mixed
from ..model import LmerMod
from .extract import fixef, isREML
from .matrices import Lambda, Z
from .varcorr import unique_names


def _A(m: LmerMod) -> sparse.csc_matrix:  # noqa: N802
    """Lambda'Z' (q, n)."""
    return (Lambda(m).T @ Z(m).T).tocsc()


def _L(m: LmerMod) -> Floats:  # noqa: N802
    """The Cholesky factor L (q, q) of Lambda'Z'WZ Lambda + I, dense, in the order of b (R permutes it to keep it
    sparse); W are the weights of a generalized model's last step.
    """
    A = _A(m).multiply(np.sqrt(m.working_weights)).toarray()
    return np.linalg.cholesky(A @ A.T + np.eye(A.shape[0]))


def _RZX(m: LmerMod) -> Matrix:  # noqa: N802
    X = m.design.X_fitted * m.working_weights[:, None]
    return Matrix(np.linalg.solve(_L(m), _A(m) @ X), columns=m.design.names)


def _by_term(m: LmerMod, values: Sequence[Any]) -> dict[str, Any]:
    """`values`, one a term, by the terms' grouping factors, whose repeats get .1, .2, ..."""
    return dict(zip(unique_names([t.group for t in m.design.random.terms]), values, strict=True))


def _by_bar(m: LmerMod, values: Sequence[Any]) -> Vector:
    return Vector(list(values), index=[t.label for t in m.design.random.terms])


def _Ztlist(m: LmerMod) -> dict[str, sparse.csr_matrix]:  # noqa: N802
    """The rows of Z' (levels, n) of each effect."""
    found, Zt, start = {}, Z(m).T.tocsr(), 0
    for t in m.design.random.terms:
        for j, name in enumerate(t.names):
            found[f"{t.group}.{name}"] = Zt[start + j : start + t.size : t.k]
        start += t.size
    return found


def _mmList(m: LmerMod) -> dict[str, Matrix]:  # noqa: N802
    rows = row_names(m.design.frame.index)
    return {t.label: Matrix(t.Z, index=rows, columns=t.names) for t in m.design.random.terms}


def _Lind(m: LmerMod) -> Ints:  # noqa: N802
    """For each entry of Lambda' that is stored, column by column, the number from 1 of its theta."""
    found, start = [], 1
    for t in m.design.random.terms:
        number = np.zeros((t.k, t.k), dtype=int)
        number.T[np.triu_indices(t.k)] = np.arange(start, start + t.n_theta)  # theta goes down the columns of T
        found.append(np.tile(number[np.tril_indices(t.k)], len(t.levels)))
        start += t.n_theta
    return np.concatenate(found)


def _ST(T: Floats) -> Floats:  # noqa: N802
    """A template T (k, k) as its diagonal and, below it, T with a diagonal of 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = T / np.diagonal(T)
    np.fill_diagonal(unit, np.diagonal(T))
    return np.tril(unit)


def _devarg(m: LmerMod) -> Vector:
    """What the optimizer moved: covariance parameters and, of generalized models but for nAGQ = 0, fixed effects."""
    names = [*m.design.random.parameters.names(), *m.design.names]
    values = np.array(m.optimum.theta)
    return Vector(values, index=names[: len(values)])


def _dims(m: LmerMod) -> Vector:
    """Sizes and switches, by lme4's names; since 2.1 with four more."""
    own = generalized.dims(m) if m.generalized else {}
    found: dict[str, int | None] = {"N": m.n, "n": m.n, "p": m.p, "nmp": m.n - m.p, "q": m.design.random.q,
                                     "nth": len(_theta(m))}
    found |= {name: own[name] for name in ("nAGQ", "compDev") if name in own}
    found |= {"useSc": own.get("useSc", 1), "reTrms": len(m.design.random.terms), "spFe": 0,
              "REML": m.p if m.REML else 0, "GLMM": int(m.generalized), "NLMM": 0}
    if not since("2.1"):
        return Vector(found)
    more = {name: own.get(name) for name in ("dispProfile", "maxPhiIter", "qEff")}
    return Vector(pd.Series({**found, "npar": len(m.par), **more}, dtype="Int64"))


def _cmp(m: LmerMod) -> Vector:
    """Parts of the criterion, by lme4's names; NA where the model has none."""
    ldL2, ldRX2, pwrss = m.solution.criterion
    ussq = float(sum((u**2).sum() for u in m.u))
    found = {"ldL2": ldL2, "ldRX2": ldRX2, "wrss": pwrss - ussq, "ussq": ussq, "pwrss": pwrss}
    if m.generalized:
        return Vector({**found, **generalized.components(m)})
    value, missing = m.criterion(m.REML), float("nan")
    return Vector({**found, "drsum": missing, "REML": value if m.REML else missing,
                   "dev": missing if m.REML else value, "sigmaML": np.sqrt(pwrss / m.n),
                   "sigmaREML": np.sqrt(pwrss / (m.n - m.p))})


_GETTERS = {
    "X": lambda m: generics.model_matrix(m),
    "Z": Z,
    "Zt": lambda m: Z(m).T,
    "Ztlist": _Ztlist,
    "mmList": _mmList,
    "y": lambda m: m.y,
    "mu": lambda m: m.mu,
    "u": lambda m: np.concatenate([u.ravel() for u in m.u]),
    "b": lambda m: np.concatenate([b.ravel() for b in m.b]),
    "Gp": lambda m: np.concatenate([[0], np.cumsum([t.size for t in m.design.random.terms])]),
    "Tp": lambda m: Vector(np.concatenate([[0], np.cumsum([t.n_theta for t in m.design.random.terms])]),
                           index=["beg__", *(t.group for t in m.design.random.terms)]),
    "L": _L,
    "Lambda": Lambda,
    "Lambdat": lambda m: Lambda(m).T,
    "Lind": _Lind,
    "Tlist": lambda m: _by_term(m, m.templates),
    "A": _A,
    "RX": lambda m: Matrix(_positive_diagonal(m.solution.RX), index=m.design.names, columns=m.design.names),
    "RZX": _RZX,
    "sigma": lambda m: m.sigma,
    "flist": lambda m: pd.DataFrame(
        {t.group: pd.Categorical.from_codes(t.codes, t.levels) for t in m.design.random.terms}
    ),
    "fixef": fixef,
    "beta": lambda m: m.beta,
    "theta": lambda m: _theta(m),
    "ST": lambda m: _by_term(m, [_ST(T) for T in m.templates]),
    "par": lambda m: Vector(m.par, index=m.design.random.parameters.names()),
    "REML": lambda m: m.p if m.REML else 0,
    "is_REML": isREML,
    "n_rtrms": lambda m: len(m.design.random.terms),
    "n_rfacs": lambda m: len(m.design.random.by_factor),
    "N": lambda m: m.n,
    "n": lambda m: m.n,
    "p": lambda m: m.p,
    "q": lambda m: m.design.random.q,
    "npar": lambda m: len(m.par),
    "p_i": lambda m: _by_bar(m, [t.k for t in m.design.random.terms]),
    "l_i": lambda m: Vector({t.group: len(t.levels) for t in m.design.random.terms}),
    "q_i": lambda m: _by_bar(m, [t.size for t in m.design.random.terms]),
    "k": lambda m: len(m.design.random.terms),
    "m_i": lambda m: _by_bar(m, [t.n_theta for t in m.design.random.terms]),
    "m": lambda m: len(_theta(m)),
    "cnms": lambda m: _by_term(m, [list(t.names) for t in m.design.random.terms]),
    "devcomp": lambda m: {"cmp": _cmp(m), "dims": _dims(m)},
    "offset": lambda m: np.zeros(m.n) if m.pls.offset is None else m.pls.offset,
    "lower": lambda m: Vector(m.design.random.parameters.lower, index=m.design.random.parameters.names()),
    "devfun": lambda m: generalized.deviance_function(m) if m.generalized else _deviance_function(m),
    "devarg": _devarg,
    "glmer.nb.theta": lambda m: NA if not m.generalized or m.family.theta is None else m.family.theta,
}


def _deviance_function(m: LmerMod) -> Any:
    return lambda theta: m.pls.deviance(np.asarray(theta, dtype=float), m.REML)


def _theta(m: LmerMod) -> Vector:
    names, values = m.design.random.parameters.lme4_theta(m.par)
    return Vector(values, index=names)


def _positive_diagonal(RX: Floats) -> Floats:
    """An upper Cholesky factor is unique once its diagonal is positive; QR leaves signs open."""
    return np.where(np.diagonal(RX) < 0, -1.0, 1.0)[:, None] * RX


def getME(m: LmerMod, name: str | Sequence[str]) -> Any:  # noqa: N802
    """A quantity of Bates et al. (2015), by its name in lme4. R: lme4::getME.

    m: a mixed model. name: theta, par (the parameters that were optimized: theta's own, or those of covariance
    structures, standard deviations before rho), beta, u, b, X, Z, Lambda, L, RX, RZX, lower, devcomp, ...; several
    names, or "ALL".

    Returns a Vector, Matrix, sparse array or number, with lme4's labels and shapes: theta (m,), X (n, p), Z (n, q);
    "devcomp" has the criterion's parts in "cmp" and sizes in "dims"; of several names {name: quantity}.

    Raises ValueError for an unknown name, or an object that is no mixed model.

    >>> print(r.getME(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()), "theta"))
         Subject.(Intercept) Subject.Days.(Intercept)             Subject.Days
                  0.96674177               0.01516906               0.23090995
    """
    require_mixed(m, "getME")
    if not isinstance(name, str) and isinstance(name, Sequence):
        return {one: getME(m, one) for one in name}
    if name == "ALL":
        return {one: get(m) for one, get in _GETTERS.items()}
    if not isinstance(name, str) or name not in _GETTERS:
        raise ValueError(f"getME knows no {name!r}; known are {', '.join(_GETTERS)}")
    return _GETTERS[name](m)
