"""What is read off a fitted mixed model: R's extractor functions for class merMod."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from translations.console import Matrix, Vector
from translations.stats import generics

from .model import LmerMod
from .structure import Floats, RandomTerm


def fixef(m: LmerMod, add_dropped: bool = False) -> Vector:
    """Fixed effects (p,), labelled. `add_dropped` includes the columns dropped for rank deficiency, as NaN. R:
    lme4::fixef.
    """
    if not add_dropped or not m.design.dropped:
        return Vector(m.beta, index=m.design.names)
    full = np.full(len(m.design.X.names), np.nan)
    full[m.design.kept] = m.beta
    return Vector(full, index=m.design.X.names)


@generics.vcov.register(LmerMod)
def _vcov(m: LmerMod) -> Matrix:
    return Matrix(m.sigma**2 * m.unscaled_vcov, index=m.design.names, columns=m.design.names)


@generics.sigma.register(LmerMod)
def _sigma(m: LmerMod) -> float:
    return m.sigma


@generics.nobs.register(LmerMod)
def _nobs(m: LmerMod) -> int:
    return m.n


@generics.formula.register(LmerMod)
def _formula(m: LmerMod) -> str:
    return m.design.formula.text


@generics.fitted.register(LmerMod)
def _fitted(m: LmerMod) -> pd.Series:
    """R: fitted.merMod, conditional modes included."""
    return pad(m, m.mu)


@generics.residuals.register(LmerMod)
def _residuals(m: LmerMod, type: str = "response", scaled: bool = False) -> pd.Series:
    """R: residuals.merMod; `type` "response", "working", "deviance" (all y - mu) or "pearson" (times the weights'
    square roots).
    """
    if type not in ("response", "working", "pearson", "deviance"):
        raise ValueError(f"unknown type of residuals {type!r}: use 'response', 'working', 'pearson' or 'deviance'")
    r = m.y - m.mu
    if type in ("pearson", "deviance"):
        r = r * np.sqrt(m.weights)
    return pad(m, r / m.sigma if scaled else r)


def pad(m: LmerMod, values: Floats) -> Vector:
    """`values` (n,) labelled as R labels rows, with NaN for the rows that na.exclude left out."""
    frame = m.design.frame
    return Vector(frame.pad(values), index=row_names(frame.padded_index))


def row_names(index: pd.Index) -> pd.Index:
    """R's row names: pandas' default 0, 1, 2, ... read as 1, 2, 3, ...; other labels as they are."""
    return pd.Index([str(i + 1) for i in index]) if pd.api.types.is_integer_dtype(index) else index.astype(str)


def REMLcrit(m: LmerMod) -> float:  # noqa: N802
    """The REML criterion at the fitted theta. R: lme4::REMLcrit."""
    return m.criterion(REML=True)


@generics.deviance.register(LmerMod)
def _deviance(m: LmerMod, REML: bool | None = None) -> float:  # noqa: N803
    """-2 log-likelihood at the fitted theta (REML: the criterion). Default: whichever was minimized. R:
    deviance.merMod.
    """
    return m.criterion(m.REML if REML is None else REML)


class LogLik(float):
    """A log-likelihood with its degrees of freedom and number of observations. R: class logLik."""

    df: int
    nobs: int

    def __new__(cls, value: float, df: int, nobs: int) -> LogLik:
        self = super().__new__(cls, value)
        self.df, self.nobs = df, nobs
        return self

    def __str__(self) -> str:
        from translations.console import console

        text = console(float(self)).removeprefix("[1] ").strip()
        return f"'log Lik.' {text} (df={self.df})"


def npar(m: LmerMod) -> int:
    """Number of parameters: beta, theta and sigma. R: lme4's npar.merMod."""
    return m.p + len(m.theta) + 1


@generics.logLik.register(LmerMod)
def _logLik(m: LmerMod, REML: bool | None = None) -> LogLik:  # noqa: N802, N803
    return LogLik(-m.criterion(m.REML if REML is None else REML) / 2.0, npar(m), m.n)


@generics.AIC.register(LmerMod)
def _AIC(m: LmerMod, k: float = 2.0) -> float:  # noqa: N802
    return -2.0 * _logLik(m) + k * npar(m)


@generics.BIC.register(LmerMod)
def _BIC(m: LmerMod) -> float:  # noqa: N802
    return _AIC(m, k=float(np.log(m.n)))


@generics.df_residual.register(LmerMod)
def _df_residual(m: LmerMod) -> int:
    return m.n - npar(m)


@generics.model_matrix.register(LmerMod)
def _model_matrix(m: LmerMod, type: str = "fixed") -> Any:
    """(n, p) with R's names ("fixed"), or Z (n, q) sparse ("random")."""
    if type == "fixed":
        return Matrix(m.design.X_fitted, index=row_names(m.design.frame.index), columns=m.design.names)
    if type == "random":
        return getME(m, "Z")
    raise ValueError(f"type must be 'fixed' or 'random', not {type!r}")


def AIC_table(m: LmerMod) -> pd.Series:  # noqa: N802
    """The criteria that R's summary prints: REML, or AIC, BIC, logLik, deviance and df.resid. R: lme4's llikAIC."""
    if m.REML:
        return pd.Series({"REML": REMLcrit(m)})
    return pd.Series(
        {
            "AIC": _AIC(m),
            "BIC": _BIC(m),
            "logLik": float(_logLik(m)),
            "deviance": m.criterion(REML=False),
            "df.resid": float(_df_residual(m)),
        }
    )


def isREML(m: LmerMod) -> bool:  # noqa: N802
    """Whether the fit minimized the REML criterion. R: lme4::isREML."""
    return m.REML


def isSingular(m: LmerMod, tol: float = 1e-4) -> bool:  # noqa: N802
    """Whether some diagonal entry of a relative covariance factor is below `tol`. R: lme4::isSingular."""
    return bool((m.theta[m.design.random.diagonal] < tol).any())


def ngrps(m: LmerMod) -> dict[str, int]:
    """Number of levels of each grouping factor. R: lme4::ngrps."""
    return {t.group: len(t.levels) for t in m.design.random.terms}


class ComponentMatrix(Matrix):
    """A covariance matrix (k, k) of one term's random effects, with `.stddev` (k,) and `.correlation` (k, k)."""

    @property
    def stddev(self) -> Vector:
        return Vector(np.sqrt(np.diag(self.to_numpy())), index=self.index)

    @property
    def correlation(self) -> Matrix:
        s = self.stddev.to_numpy()
        with np.errstate(invalid="ignore", divide="ignore"):
            R = self.to_numpy() / s[:, None] / s
        np.fill_diagonal(R, 1.0)
        return Matrix(R, index=self.index, columns=self.columns)

    def __str__(self) -> str:
        from .text import varcorr_matrix

        return str(varcorr_matrix(self))


class VarCorr(Mapping[str, ComponentMatrix]):
    """Variances and correlations of the random effects, one matrix a term, with the residual sd as `.sc`. R:
    lme4::VarCorr.

    Names are the grouping factors', made unique as R makes them: `Subject`, `Subject.1`.
    """

    def __init__(self, m: LmerMod) -> None:
        self.sc = m.sigma
        terms = m.design.random.terms
        self._matrices = {
            name: ComponentMatrix(m.sigma**2 * T @ T.T, index=t.names, columns=t.names)
            for name, t, T in zip(unique_names([t.group for t in terms]), terms, m.templates, strict=True)
        }

    def __getitem__(self, name: str) -> ComponentMatrix:
        try:
            return self._matrices[name]
        except KeyError:
            raise KeyError(f"no random effects of {name!r}; there are {', '.join(self._matrices)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._matrices)

    def __len__(self) -> int:
        return len(self._matrices)

    def as_data_frame(self) -> pd.DataFrame:
        """One row a variance, covariance or the residual: grp, var1, var2, vcov, sdcor. R:
        as.data.frame.VarCorr.merMod.
        """
        rows: list[tuple[str, str | None, str | None, float, float]] = []
        for name, S in self.items():
            labels, V, s, R = list(S.index), S.to_numpy(), S.stddev.to_numpy(), S.correlation.to_numpy()
            rows += [(name, a, None, V[i, i], s[i]) for i, a in enumerate(labels)]
            rows += [
                (name, labels[j], labels[i], V[i, j], R[i, j])
                for j in range(len(labels))
                for i in range(j + 1, len(labels))
            ]
        rows.append(("Residual", None, None, self.sc**2, self.sc))
        return pd.DataFrame(rows, columns=["grp", "var1", "var2", "vcov", "sdcor"])

    def __str__(self) -> str:
        from .text import varcorr_table

        return str(varcorr_table(self))

    def __repr__(self) -> str:
        return f"<VarCorr of {', '.join(self)}>"


def unique_names(names: list[str]) -> list[str]:
    """Names made unique as R does: repeats get .1, .2, ...; where there are repeats all become syntactic (R:
    make.names).
    """
    if len(set(names)) == len(names):
        return names
    import re

    clean = [re.sub(r"[^\w.]", ".", name) for name in names]
    seen: dict[str, int] = {}
    out = []
    for name in clean:
        count = seen.get(name, 0)
        seen[name] = count + 1
        out.append(f"{name}.{count}" if count else name)
    return out


class Ranef(Mapping[str, pd.DataFrame]):
    """Conditional modes by grouping factor: frames (levels, columns), and `.condvar` (levels, columns, columns). R:
    lme4::ranef.
    """

    def __init__(self, m: LmerMod, condVar: bool = True) -> None:  # noqa: N803
        self._m = m
        self._frames: dict[str, pd.DataFrame] = {}
        for indices in groups_of(m):
            terms = [m.design.random.terms[i] for i in indices]
            values = np.hstack([m.b[i] for i in indices])
            self._frames[terms[0].group] = pd.DataFrame(
                values, index=terms[0].levels, columns=[n for t in terms for n in t.names]
            )
        self.has_variances = condVar

    def __getitem__(self, name: str) -> pd.DataFrame:
        try:
            return self._frames[name]
        except KeyError:
            raise KeyError(f"no random effects of {name!r}; there are {', '.join(self._frames)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def condvar(self) -> dict[str, Floats]:
        """Conditional covariance matrices of the random effects given the data, (levels, columns, columns) a factor."""
        return conditional_variances(self._m)

    def as_data_frame(self) -> pd.DataFrame:
        """One row an effect: grpvar, term, grp, condval, condsd. R: as.data.frame.ranef.mer."""
        parts = []
        for name, frame in self.items():
            sd = np.sqrt(np.einsum("lkk->lk", self.condvar[name]))
            parts.append(
                pd.DataFrame(
                    {
                        "grpvar": name,
                        "term": np.repeat(frame.columns, len(frame)),
                        "grp": np.tile(frame.index, frame.shape[1]),
                        "condval": frame.to_numpy().T.ravel(),
                        "condsd": sd.T.ravel(),
                    }
                )
            )
        return pd.concat(parts, ignore_index=True)

    def __str__(self) -> str:
        from .text import ranef_text

        return str(ranef_text(self))

    def __repr__(self) -> str:
        return f"<ranef of {', '.join(self)}>"


def ranef(m: LmerMod, condVar: bool = True) -> Ranef:  # noqa: N803
    """Conditional modes of the random effects. R: lme4::ranef."""
    return Ranef(m, condVar)


def groups_of(m: LmerMod) -> list[list[int]]:
    """Positions of the terms of each grouping factor, factors in the order in which R lists them (first occurrence)."""
    return sorted(m.design.random.members, key=lambda indices: indices[0])


def conditional_variances(m: LmerMod) -> dict[str, Floats]:
    """sigma² Lambda (Lambda'Z'WZ Lambda + I)^{-1} Lambda', its diagonal level-blocks by grouping factor. R: lme4's
    condVar.
    """
    from .precision import unscaled_conditional_blocks

    members, names = m.design.random.members, {}
    for indices, V in zip(members, unscaled_conditional_blocks(m.pls, m.theta), strict=True):
        names[m.design.random.terms[indices[0]].group] = m.sigma**2 * V
    return {m.design.random.terms[i[0]].group: names[m.design.random.terms[i[0]].group] for i in groups_of(m)}


@generics.coef.register(LmerMod)
def _coef(m: LmerMod) -> Coef:
    return Coef(m)


class Coef(Mapping[str, pd.DataFrame]):
    """Fixed plus random effects of every level, one frame a grouping factor. R: coef.merMod."""

    def __init__(self, m: LmerMod) -> None:
        modes, beta = ranef(m), dict(fixef(m))
        extra = dict.fromkeys(name for frame in modes.values() for name in frame.columns if name not in beta)
        self._frames = {}
        for group, frame in modes.items():
            full = pd.DataFrame(
                {name: np.full(len(frame), beta.get(name, 0.0)) for name in [*extra, *beta]}, index=frame.index
            )
            for j, name in enumerate(frame.columns):
                full[name] += frame.iloc[:, j]
            self._frames[group] = full

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self._frames[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)

    def __str__(self) -> str:
        from .text import coef_text

        return str(coef_text(self))

    def __repr__(self) -> str:
        return f"<coef of {', '.join(self)}>"


@dataclass(frozen=True)
class PrincipalComponents:
    """Standard deviations (k,) and rotation (k, k) of a relative covariance factor. R: class prcomp."""

    sdev: Floats
    rotation: Floats


def rePCA(m: LmerMod) -> dict[str, PrincipalComponents]:  # noqa: N802
    """Principal components of each grouping factor's relative covariance factor. R: lme4::rePCA."""
    out = {}
    for indices in groups_of(m):
        k = sum(m.design.random.terms[i].k for i in indices)
        T, at = np.zeros((k, k)), 0
        for i in indices:
            width = m.design.random.terms[i].k
            T[at : at + width, at : at + width] = m.templates[i]
            at += width
        rotation, sdev, _ = np.linalg.svd(T)
        out[m.design.random.terms[indices[0]].group] = PrincipalComponents(sdev, rotation)
    return out


def _Z(m: LmerMod) -> sparse.csc_matrix:  # noqa: N802
    return sparse.hstack([_Z_term(t) for t in m.design.random.terms], format="csc")


def _Z_term(t: RandomTerm) -> sparse.csr_matrix:  # noqa: N802
    n = len(t.codes)
    columns = (t.codes[:, None] * t.k + np.arange(t.k)).ravel()
    Z = sparse.csr_matrix((t.Z.flatten(), columns, np.arange(n + 1) * t.k), shape=(n, t.size))
    Z.eliminate_zeros()
    return Z


def _Lambda(m: LmerMod) -> sparse.csc_matrix:  # noqa: N802
    parts = [
        sparse.kron(sparse.identity(len(t.levels)), T) for t, T in zip(m.design.random.terms, m.templates, strict=True)
    ]
    return sparse.block_diag(parts, format="csc")


def _L(m: LmerMod) -> Floats:  # noqa: N802
    """The Cholesky factor L (q, q) of Lambda'Z'WZ Lambda + I, dense, in the order of b (R permutes it to keep it
    sparse).
    """
    A = (_Lambda(m).T @ _Z(m).T).multiply(np.sqrt(m.weights)).toarray()
    return np.linalg.cholesky(A @ A.T + np.eye(A.shape[0]))


def _RZX(m: LmerMod) -> Floats:  # noqa: N802
    X = m.design.X_fitted * m.weights[:, None]
    return np.linalg.solve(_L(m), (_Lambda(m).T @ (_Z(m).T @ X)))


_GETTERS = {
    "X": lambda m: generics.model_matrix(m),
    "Z": _Z,
    "Zt": lambda m: _Z(m).T,
    "y": lambda m: m.y,
    "mu": lambda m: m.mu,
    "u": lambda m: np.concatenate([u.ravel() for u in m.u]),
    "b": lambda m: np.concatenate([b.ravel() for b in m.b]),
    "Gp": lambda m: np.concatenate([[0], np.cumsum([t.size for t in m.design.random.terms])]),
    "L": _L,
    "Lambda": _Lambda,
    "Lambdat": lambda m: _Lambda(m).T,
    "RX": lambda m: Matrix(_positive_diagonal(m.solution.RX), index=m.design.names, columns=m.design.names),
    "RZX": _RZX,
    "sigma": lambda m: m.sigma,
    "fixef": fixef,
    "beta": lambda m: m.beta,
    "theta": lambda m: Vector(m.theta, index=m.design.random.theta_names()),
    "lower": lambda m: Vector(m.design.random.lower, index=m.design.random.theta_names()),
    "Tlist": lambda m: dict(zip(unique_names([t.group for t in m.design.random.terms]), m.templates, strict=True)),
    "cnms": lambda m: [(t.group, list(t.names)) for t in m.design.random.terms],
    "flist": lambda m: pd.DataFrame(
        {t.group: pd.Categorical.from_codes(t.codes, t.levels) for t in m.design.random.terms}
    ),
    "is_REML": isREML,
    "REML": lambda m: m.p if m.REML else 0,
    "n_rtrms": lambda m: len(m.design.random.terms),
    "n_rfacs": lambda m: len(groups_of(m)),
    "n": lambda m: m.n,
    "p": lambda m: m.p,
    "q": lambda m: m.design.random.q,
    "k": lambda m: len(m.design.random.terms),
    "m": lambda m: len(m.theta),
    "offset": lambda m: np.zeros(m.n) if m.pls.offset is None else m.pls.offset,
    "devfun": lambda m: lambda theta: m.pls.deviance(np.asarray(theta, dtype=float), m.REML),
    "devcomp": lambda m: _devcomp(m),
}


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
    """A quantity of Bates et al. (2015), by its name in lme4: theta, beta, u, b, X, Z, Lambda, L, RX, RZX, lower, ...
    R: lme4::getME.

    Raises ValueError for an unknown name.
    """
    if name not in _GETTERS:
        raise ValueError(f"getME knows no {name!r}; known are {', '.join(_GETTERS)}")
    return _GETTERS[name](m)
