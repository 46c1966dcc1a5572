"""General linear hypotheses of a model's coefficients, tested together. R: multcomp's glht, its summary and intervals.

Source: Hothorn, Bretz & Westfall (2008), Biometrical Journal 50, 346: estimates K beta are jointly t or normal, and a
single-step p-value is the chance that the largest of them is as far out.
"""
from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from translations.generalized.model import Glm
from translations.lme4.model import LmerMod
from translations.nlme.fit import NlmeFit
from translations.printing import Matrix, Vector
from translations.printing.objects import Textual
from translations.stats import generics
from translations.stats.arguments import require_choice, require_level
from translations.stats.distributions import pchisq, pf, pt, qt
from translations.stats.formulas.design import ModelMatrix
from translations.stats.hypothesis_tests.multiplicity import METHODS, p_adjust
from translations.stats.linear.linear_model import Lm

from . import mvt
from .alike import sets
from .basis import Floats
from .hypotheses import Mcp, of_factors, of_texts, of_weights

SIDES = {"two.sided": ("==", 0), "less": (">=", -1), "greater": ("<=", 1)}


@dataclass(frozen=True)
class Test:
    """How hypotheses are tested: "Ftest" and "Chisqtest" together, the rest each, with p-values adjusted so."""

    kind: str


def adjusted(type: str = "single-step") -> Test:
    """Tests of `glht`'s hypotheses with p-values for all of them together. R: multcomp::adjusted.

    type: "single-step", by the multivariate distribution of the estimates, or a method of `p_adjust`; "none" for none.

    Returns a value that `summary` takes as test=.

    Raises ValueError for an unknown method, "Shaffer", "Westfall" and "free" among them.

    >>> r.adjusted("holm").kind
    'holm'
    """
    require_choice(type, ("single-step", *METHODS), "type")
    return Test(type)


def univariate() -> Test:
    """Tests of `glht`'s hypotheses each by itself. R: multcomp::univariate.

    Returns a value that `summary` takes as test=.

    >>> r.univariate().kind
    'univariate'
    """
    return Test("univariate")


def Ftest() -> Test:  # noqa: N802
    """One F test of all of `glht`'s hypotheses. R: multcomp::Ftest.

    Returns a value that `summary` takes as test=.

    >>> r.Ftest().kind
    'Ftest'
    """
    return Test("Ftest")


def Chisqtest() -> Test:  # noqa: N802
    """One chi-squared test of all of `glht`'s hypotheses. R: multcomp::Chisqtest.

    Returns a value that `summary` takes as test=.

    >>> r.Chisqtest().kind
    'Chisqtest'
    """
    return Test("Chisqtest")


@dataclass(frozen=True, eq=False, repr=False)
class Glht(Textual):
    """Hypotheses K beta = rhs of a model (R: class glht). `str()` is R's text.

    names: of the k hypotheses; K (k, p); rhs (k,); alternative: "two.sided", "less" or "greater"; type: of contrasts,
    "" for none; df: of the residuals, 0 for the normal distribution; focus: the factors that are compared
    """

    model: Any
    names: list[str]
    K: Floats  # noqa: N815
    rhs: Floats
    alternative: str
    type: str
    df: float
    beta: Floats = field(repr=False)
    V: Floats = field(repr=False)
    focus: tuple[str, ...] = ()

    @property
    def labels(self) -> list[str]:
        """The hypotheses as R's tables name them: "B - A == 0"."""
        sign = SIDES[self.alternative][0]
        return [f"{name} {sign} {value:.15g}" for name, value in zip(self.names, self.rhs, strict=True)]

    @cached_property
    def estimate(self) -> Floats:
        """K beta, (k,)."""
        return np.asarray(self.K @ self.beta)

    @cached_property
    def covariance(self) -> Floats:
        """Of the estimates, (k, k)."""
        return np.asarray(self.K @ self.V @ self.K.T)

    @cached_property
    def error(self) -> Floats:
        """Standard errors (k,)."""
        return np.sqrt(np.diagonal(self.covariance))

    @cached_property
    def statistic(self) -> Floats:
        """t or z, (k,)."""
        return np.asarray((self.estimate - self.rhs) / self.error)

    @property
    def correlation(self) -> Floats:
        """Of the estimates, (k, k)."""
        return np.asarray(self.covariance / np.outer(self.error, self.error))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self.names)} hypotheses: {', '.join(self.labels[:3])}>"


@dataclass(frozen=True, eq=False, repr=False)
class GlhtSummary(Glht):
    """Tests of hypotheses (R: class summary.glht). kind: how p-values are adjusted; p (k,). `str()` is R's text."""

    kind: str = "single-step"
    p: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def table(self) -> Matrix:
        """Estimate, Std. Error, t value or z value, Pr, (k, 4)."""
        letter = "t" if self.df else "z"
        head = {"two.sided": f"Pr(>|{letter}|)", "less": f"Pr(<{letter})", "greater": f"Pr(>{letter})"}
        return Matrix(np.column_stack([self.estimate, self.error, self.statistic, self.p]), index=self.labels,
                      columns=["Estimate", "Std. Error", f"{letter} value", head[self.alternative]])


@dataclass(frozen=True, eq=False, repr=False)
class GlhtGlobal(Glht):
    """One test of all hypotheses (R: class summary.gtest). numbers: statistic, degrees of freedom, p. `str()` is R's
    text.
    """

    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, repr=False)
class GlhtIntervals(Glht):
    """Intervals of hypotheses (R: class confint.glht). table: Estimate, lwr, upr, (k, 3). `str()` is R's text."""

    table: Matrix = field(default_factory=lambda: Matrix([]))
    quantile: float = 0.0
    level: float = 0.95
    together: bool = True


def glht(model: Any, linfct: Any = None, alternative: str = "two.sided", rhs: Any = 0.0) -> Glht:
    """General linear hypotheses of a model's coefficients, to be tested together. R: multcomp::glht; Hothorn, Bretz &
    Westfall (2008), Biometrical Journal 50, 346.

    model: by `lm`, `aov`, `glm`, `lmer`, `glmer`, `gls` or `lme`. linfct: `mcp(f="Tukey")`; hypotheses as text, "b - a
    = 0" or a list; a matrix (k, p), a frame or {"name": [weights]}, a weight a coefficient; None for every coefficient.
    alternative: "two.sided", "less" or "greater". rhs: what the combinations are compared with, a number or (k,).

    Returns the hypotheses: `summary(g, test=adjusted("holm"))` tests them, by `single-step` unless told, `confint`
    gives intervals, `cld` letters; `coef` and `vcov` the estimates. By t of linear models, by z of all others, mixed
    ones too; `emmeans` has degrees of freedom for these.

    Raises ValueError for a factor that the model has not, hypotheses that are none, or sides that differ.

    >>> print(r.glht(r.lm("breaks ~ tension", r.load("warpbreaks")), r.mcp(tension="Dunnett")))
    <BLANKLINE>
         General Linear Hypotheses
    <BLANKLINE>
    Multiple Comparisons of Means: Dunnett Contrasts
    <BLANKLINE>
    <BLANKLINE>
    Linear Hypotheses:
               Estimate
    M - L == 0   -10.00
    H - L == 0   -14.72
    <BLANKLINE>
    """
    require_choice(alternative, SIDES, "alternative")
    beta, V, names, X, df = _coefficients(model)
    kind, values = "", None
    focus: tuple[str, ...] = ()
    if isinstance(linfct, Mcp):
        found, K, values, side, kind = of_factors(model, X, linfct)
        focus = tuple(linfct.factors)
        alternative = side or alternative
    elif linfct is None:
        found, K = names, np.eye(len(names))
    elif isinstance(linfct, str) or (isinstance(linfct, Sequence) and all(isinstance(one, str) for one in linfct)):
        texts = [linfct] if isinstance(linfct, str) else list(linfct)
        found, K, values, alternative = of_texts(texts, names, "coefficient")
    else:
        found, K = of_weights(linfct, len(names))
    if K.shape[1] != len(names):
        raise ValueError(f"linfct must have a column for each of the {len(names)} coefficients {', '.join(names)}, not "
                         f"{K.shape[1]}")
    right = np.broadcast_to(np.asarray(rhs if values is None or np.any(rhs) else values, float), len(found)).copy()
    return Glht(model, found, K, right, alternative, kind, df, beta, V, focus)


def _coefficients(m: Any) -> tuple[Floats, Floats, list[str], ModelMatrix, float]:
    """Coefficients, their covariance matrix and names, the design, residual degrees of freedom (0: normal)."""
    if isinstance(m, Lm | Glm):
        kept = list(m.kept)
        df = float(m.df_residual) if isinstance(m, Lm) else 0.0
        return (m.coefficients[kept], np.asarray(generics.vcov(m))[np.ix_(kept, kept)], [m.X.names[j] for j in kept],
                m.X, df)
    if isinstance(m, LmerMod):
        return m.beta, np.asarray(generics.vcov(m)), list(m.design.names), m.design.X, 0.0
    if isinstance(m, NlmeFit):
        return m.solution.beta, m.covariance, list(m.X.names), m.X, 0.0
    raise ValueError(f"glht needs a model by lm, aov, glm, lmer, glmer, gls or lme, not {m!r:.60}")


@generics.coef.register(Glht)
def _coef(g: Glht) -> Vector:
    return Vector(g.estimate, index=g.names)


@generics.vcov.register(Glht)
def _vcov(g: Glht) -> Matrix:
    return Matrix(g.covariance, index=g.names, columns=g.names)


@generics.summary.register(Glht)
def _summary(g: Glht, test: Any = None) -> GlhtSummary | GlhtGlobal:
    """Tests of each hypothesis, or one of all. test: `adjusted("holm")`, `univariate()`, `Ftest()`, `Chisqtest()`."""
    asked = Test("single-step") if test is None else adjusted(test) if isinstance(test, str) else test
    if not isinstance(asked, Test):
        raise ValueError("test must be adjusted('single-step'), univariate(), Ftest() or Chisqtest(), not "
                         f"{test!r:.60}")
    own = {name: getattr(g, name) for name in Glht.__dataclass_fields__}
    if asked.kind in ("Ftest", "Chisqtest"):
        return GlhtGlobal(**own, numbers=_global(g, asked.kind))
    return GlhtSummary(**own, kind=asked.kind, p=_p_values(g, asked.kind))


def _p_values(g: Glht, kind: str) -> Floats:
    t, df, side = g.statistic, g.df or np.inf, SIDES[g.alternative][1]
    if kind == "single-step" and len(t) > 1:
        C = g.correlation
        bounds = {0: lambda x: (-abs(x), abs(x)), -1: lambda x: (x, np.inf), 1: lambda x: (-np.inf, x)}[side]
        return np.array([max(0.0, 1.0 - mvt.probability(*bounds(x), g.df, C)) for x in t.tolist()])
    raw = 2.0 * np.asarray(pt(-np.abs(t), df)) if side == 0 else np.asarray(pt(t, df, lower_tail=side < 0))
    return np.asarray(p_adjust(raw, kind)) if kind in METHODS else raw


def _global(g: Glht, kind: str) -> dict[str, float]:
    """R: multcomp's global tests: a quadratic form with a generalized inverse."""
    gap = g.estimate - g.rhs
    rank = int(np.linalg.matrix_rank(g.covariance))
    chi = float(gap @ np.linalg.pinv(g.covariance, hermitian=True) @ gap)
    if kind == "Chisqtest" or not g.df:
        return {"Chisq": chi, "DF": rank, "Pr(>Chisq)": float(pchisq(chi, rank, lower_tail=False))}
    return {"F": chi / rank, "DF1": rank, "DF2": g.df, "Pr(>F)": float(pf(chi / rank, rank, g.df, lower_tail=False))}


@generics.confint.register(Glht)
def _confint(g: Glht, parm: Any = None, level: float = 0.95, calpha: Any = None) -> GlhtIntervals:
    """Intervals that hold together with probability `level`. calpha: "univariate" for each by itself, or a number to
    multiply standard errors by.
    """
    require_level(level)
    if parm is not None:
        raise ValueError("confint of hypotheses has all of them: pick rows of its table, or give glht() fewer")
    side = SIDES[g.alternative][1]
    together = calpha is None
    if together:
        quantile = float(mvt.critical(level, np.full(len(g.names), g.df or np.inf), g.correlation, side)[0])
    elif calpha == "univariate":
        tail = (1.0 - level) / (1.0 if side else 2.0)
        quantile = -float(qt(tail, g.df or np.inf))
    elif isinstance(calpha, int | float):
        quantile = float(calpha)
    else:
        raise ValueError(f"calpha must be 'univariate' or a number, not {calpha!r:.60}")
    half = quantile * g.error
    low = np.full(len(half), -np.inf) if side < 0 else g.estimate - half
    high = np.full(len(half), np.inf) if side > 0 else g.estimate + half
    table = Matrix(np.column_stack([g.estimate, low, high]), index=g.labels, columns=["Estimate", "lwr", "upr"])
    own = {name: getattr(g, name) for name in Glht.__dataclass_fields__}
    return GlhtIntervals(**own, table=table, quantile=quantile, level=level, together=together)


def letters_of(g: Glht, level: float, decreasing: bool) -> Vector:
    """Letters of a factor's levels: two that share one do not differ at `level`. R: cld.glht."""
    if g.type != "Tukey" or len(g.focus) != 1:
        raise ValueError("cld needs all pairs of one factor: glht(m, mcp(f='Tukey'))")
    p = g.p if isinstance(g, GlhtSummary) else _p_values(g, "single-step")
    frame = g.model.design.frame if isinstance(g.model, LmerMod) else g.model.frame
    value: Any = frame.variables[g.focus[0]]
    levels = list(value.levels)
    k = len(levels)
    row = {pair: at for at, pair in enumerate((i, j) for i in range(k) for j in range(i + 1, k))}
    differ = np.array([p[row[i, j]] < level for j in range(1, k) for i in range(j)])
    columns = sets(differ, k)
    columns.sort(key=lambda own: np.flatnonzero(own).tolist())
    columns.sort(key=lambda own: int(np.argmax(own)) * (-1 if decreasing else 1))
    named = list(zip(string.ascii_letters, columns, strict=False))
    return Vector(["".join(letter for letter, own in named if own[at]) for at in range(k)], index=levels)
