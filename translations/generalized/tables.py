"""Summaries, analyses of deviance and deletions of generalized linear models."""
from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from translations.printing import NAN, Matrix, Vector, html
from translations.printing.deparse import deparse
from translations.printing.dispatch import render
from translations.printing.numbers import format_number
from translations.printing.style import Style
from translations.settings import since
from translations.stats import generics
from translations.stats.additions import additions, deletions
from translations.stats.arguments import as_number, require_choice
from translations.stats.distributions import pchisq, pf, pnorm, pt
from translations.stats.linear.lm_tables import Table, table

from . import irls
from .begin import Start
from .families import gaussian
from .model import Glm
from .text import GlmSummaryText

TESTS = ("Rao", "LRT", "Chisq", "F", "Cp")


@dataclass(frozen=True, eq=False, repr=False)
class GlmSummary:
    """The summary of a generalized linear model (R: class summary.glm). `str()` is R's printed text."""

    model: Glm
    with_correlation: bool = False
    given: float | None = None

    @property
    def dispersion(self) -> float:
        """What was given, 1 where it is known, else Pearson's estimate."""
        return self.model.dispersion if self.given is None else self.given

    # What R's summary has of the model itself.
    family = property(lambda self: self.model.family)
    deviance = property(lambda self: self.model.deviance)
    null_deviance = property(lambda self: self.model.null_deviance)
    aic = property(lambda self: self.model.aic)
    df_residual = property(lambda self: self.model.df_residual)
    df_null = property(lambda self: self.model.df_null)
    iter = property(lambda self: self.model.iter)
    deviance_resid = property(lambda self: self.deviance_residuals)
    aliased = property(lambda self: Vector(np.isnan(self.model.coefficients), index=self.model.X.names))

    @cached_property
    def coefficients(self) -> Matrix:
        """Estimate, standard error, z or t value and p-value of the columns that are not aliased, (r, 4)."""
        m = self.model
        estimate = m.coefficients[m.kept]
        with np.errstate(divide="ignore", invalid="ignore"):
            error = np.sqrt(self.dispersion * np.diagonal(m.unscaled))
            ratio = estimate / error
        if m.rank and (not m.estimates_dispersion or self.given is not None):
            p, letter = 2.0 * pnorm(-np.abs(ratio)), "z"
        elif m.fit.df_residual > 0:
            p, letter = 2.0 * pt(-np.abs(ratio), m.fit.df_residual), "t"
        else:
            error = ratio = p = np.full(m.rank, NAN)
            letter = "t"
        names = [m.X.names[j] for j in m.kept]
        heads = ["Estimate", "Std. Error", f"{letter} value", f"Pr(>|{letter}|)"]
        return Matrix(np.column_stack([estimate, error, ratio, p]), index=names, columns=heads)

    @property
    def cov_unscaled(self) -> Matrix:
        """(XᵀWX)⁻¹, (r, r)."""
        return Matrix(self.model.unscaled, index=self.coefficients.index, columns=self.coefficients.index)

    @property
    def cov_scaled(self) -> Matrix:
        """The coefficients' covariance matrix, (r, r)."""
        return Matrix(self.cov_unscaled * self.dispersion)

    @property
    def correlation(self) -> Matrix | None:
        """Correlations of the coefficients, (r, r), where they were asked for."""
        if not self.with_correlation:
            return None
        se = np.sqrt(np.diagonal(self.model.unscaled))
        return Matrix(self.cov_unscaled / np.outer(se, se))

    @property
    def deviance_residuals(self) -> Vector:
        """Deviance residuals, (n,)."""
        return Vector(self.model.deviance_residuals, index=self.model.labels)

    @property
    def df(self) -> tuple[int, int, int]:
        """Rank, residual degrees of freedom, number of columns."""
        return self.model.rank, self.model.fit.df_residual, len(self.model.X.names)

    @property
    def text(self) -> GlmSummaryText:
        """What R prints for the summary."""
        m, fit = self.model, self.model.fit
        return GlmSummaryText(
            m.call, m.padded(m.deviance_residuals), self.coefficients.reindex(m.X.names), m.family.name,
            self.dispersion, fit.df_null, fit.df_residual, fit.null_deviance, fit.deviance, fit.aic, fit.steps,
            len(m.frame.omitted), self.correlation)

    def __str__(self) -> str:
        return str(self.text)

    def _repr_html_(self) -> str:
        m, of = self.model, self.model.frame.formula.text
        fit = f"Residual deviance {html.cell(m.fit.deviance)} on {m.fit.df_residual} degrees of freedom"
        return html.page(f"Generalized linear model {of}, {m.family.name}", [html.table(self.coefficients)], [fit])

    def __repr__(self) -> str:
        return f"<summary of {self.model!r}>"


@render.register(GlmSummary)
def _lines(x: GlmSummary, style: Style) -> list[str]:
    return render(x.text, style)


@generics.summary.register(Glm)
def _summary(m: Glm, correlation: bool | None = None, dispersion: float | None = None) -> GlmSummary:
    """The summary, with `correlation` the correlations of the coefficients too. R: summary.glm.

    dispersion: taken for known. Raises ValueError for one that is no number.
    """
    if dispersion is not None:
        return GlmSummary(m, bool(correlation), as_number(dispersion, "dispersion"))
    if m.estimates_dispersion and m.fit.df_residual > 0 and (m.fit.weights == 0.0).any():
        warnings.warn("observations with zero weight not used for calculating dispersion", stacklevel=3)
    return GlmSummary(m, bool(correlation))


@generics.coef.register(GlmSummary)
def _coefficients(s: GlmSummary) -> Matrix:
    return s.coefficients


@generics.residuals.register(GlmSummary)
def _deviance_residuals(s: GlmSummary) -> Vector:
    return s.model.padded(s.model.deviance_residuals)


def refit(m: Glm, columns: np.ndarray) -> irls.Fit:
    """The same rows fitted by some of the columns (a mask or positions)."""
    return irls.fit(m.X.values[:, columns], m.begun, m.family, m.frame.offset, m.control,
                    intercept=m.frame.formula.intercept)


def rao(X: np.ndarray, smaller: irls.Fit, intercept: bool = True) -> float:
    """Rao's score statistic, times the dispersion: what X explains of the smaller fit's working residuals."""
    ones = np.ones(len(X))
    begun = Start(smaller.working, ones, smaller.weights, smaller.working)
    fit = irls.fit(X, begun, gaussian(), intercept=intercept)
    return fit.null_deviance - fit.deviance


@generics.anova.register(Glm)
def _anova(m: Glm, *more: Glm, test: str | None = "default") -> Table:
    """Analysis of deviance of one model's terms in their order, or of several models. R: anova.glm, anova.glmlist.

    `test` is "Chisq" ("LRT"), "F", "Rao", "Cp" or None; where it is not given, none in R 4.2, and from R 4.4 on "Chisq"
    where the dispersion is known and else "F". Raises ValueError for models of different data.
    """
    if test == "default":
        largest = min((m, *more), key=lambda one: one.fit.df_residual)
        test = None if not since("1.1-37") else "F" if largest.family.dispersion is None else "Chisq"
        if largest.family.theta is not None:
            test = None
        if test == "F" and not largest.fit.df_residual:
            test = None
    if test is not None:
        require_choice(test, TESTS, "test")
    return _compare((m, *more), test) if more else _sequential(m, test)


def _sequential(m: Glm, test: str | None) -> Table:
    assign = m.X.assign
    labels = [t.label for t in m.frame.formula.terms]
    last = int(assign.max(initial=0))
    fits = [refit(m, assign <= i) for i in range(1, last)]
    df = np.array([m.fit.df_null, *(f.df_residual for f in fits), m.fit.df_residual][: len(labels) + 1])
    dev = np.array([m.fit.null_deviance, *(f.deviance for f in fits), m.fit.deviance][: len(labels) + 1])
    gain = np.maximum(0.0, -np.diff(dev))
    columns: dict[str, Any] = {
        "Df": np.append(np.nan, -np.diff(df)), "Deviance": np.append(np.nan, np.where(np.isnan(gain), NAN, gain)),
        "Resid. Df": df, "Resid. Dev": np.where(np.isnan(dev), NAN, dev),
    }
    if test == "Rao":
        smaller = [refit(m, assign == 0), *fits][:last]
        columns["Rao"] = [np.nan, *(rao(m.X.values[:, assign <= i + 1], one, m.frame.formula.intercept)
                                    for i, one in enumerate(smaller))]
    heading = (f"Analysis of Deviance Table\n\nModel: {m.family.name}, link: {m.family.link.name}\n\nResponse: "
               f"{m.frame.formula.response_name}\n\nTerms added sequentially (first to last)\n\n")
    return table(_tested(columns, test, m), ["NULL", *labels][: len(df)], heading)


def _tested(columns: dict[str, Any], test: str | None, m: Glm, df_scale: float | None = None) -> dict[str, Any]:
    """The columns with those of the test, whose dispersion is that of the largest model `m`. R: stat.anova."""
    if test is None:
        return columns
    known = m.dispersion == 1.0
    df_scale = np.inf if known else m.fit.df_residual if df_scale is None else df_scale
    if test == "F" and known:
        fixed = m.family.name in ("binomial", "poisson")
        said = f"a '{m.family.name}' family" if fixed else "a fixed dispersion"
        warnings.warn(f"using F test with {said} is inappropriate", stacklevel=6)
    df = np.asarray(columns["Df"], float)
    gain = np.asarray(columns["Rao" if test == "Rao" else "Deviance"], float)
    if test == "Cp":
        return {**columns, "Cp": columns["Resid. Dev"] + 2.0 * m.dispersion * (m.frame.n - columns["Resid. Df"])}
    with np.errstate(divide="ignore", invalid="ignore"):
        if test == "F":
            value = gain / df / m.dispersion
            value[(df == 0.0) | (value < 0.0)] = np.nan
            return {**columns, "F": value, "Pr(>F)": pf(value, np.abs(df), df_scale, lower_tail=False)}
        value = gain / m.dispersion * np.sign(df)
        value[(df == 0.0) | (value < 0.0)] = np.nan
        return {**columns, "Pr(>Chi)": pchisq(value, np.abs(df), lower_tail=False)}


def _compare(models: tuple[Glm, ...], test: str | None) -> Table:
    for one in models:
        if not isinstance(one, Glm):
            raise ValueError(f"anova compares models by glm, and {type(one).__name__} is none")
    first = models[0].frame.formula.response
    other = [m.frame.formula.response for m in models if m.frame.formula.response != first]
    if other:
        warnings.warn(f"models with response {', '.join(f'‘{one}’' for one in other)} removed because response differs "
                      "from model 1", stacklevel=4)
        models = tuple(m for m in models if m.frame.formula.response == first)
    if len({m.frame.n for m in models}) > 1:
        raise ValueError("models were not all fitted to the same size of dataset")
    if len(models) == 1:
        return _sequential(models[0], test)
    df, dev = np.array([m.fit.df_residual for m in models]), np.array([m.fit.deviance for m in models])
    columns: dict[str, Any] = {"Resid. Df": df, "Resid. Dev": dev, "Df": np.append(np.nan, -np.diff(df)),
                               "Deviance": np.append(np.nan, -np.diff(dev))}
    if test == "Rao":
        scores = [np.nan]
        for a, b in zip(models, models[1:], strict=False):
            grows = a.fit.df_residual > b.fit.df_residual
            small, large = (a, b) if grows else (b, a)
            score = rao(large.X.values, small.fit, small.frame.formula.intercept)
            scores.append(score if grows else -score)
        columns["Rao"] = np.array(scores)
    largest = models[int(np.argmin(df))]
    rows = [str(i + 1) for i in range(len(models))]
    shown = ["\n".join(deparse(m.frame.formula.text)) for m in models]
    note = "\n".join(f"Model {row:>{len(rows[-1])}}: {text}" for row, text in zip(rows, shown, strict=True))
    return table(_tested(columns, test, largest, float(df.min())), rows, "Analysis of Deviance Table\n", note)


@generics.drop1.register(Glm)
def _drop1(
    m: Glm, scope: Sequence[str] | str | None = None, test: str | None = None, scale: float = 0.0, k: float = 2.0
) -> Table:
    """Each single-term deletion with its deviance and AIC. R: drop1.glm. `test` is None, "Chisq" ("LRT"), "F", "Rao".

    Raises ValueError for a term that is not in the model.
    """
    labels, tried = [t.label for t in m.frame.formula.terms], deletions(m, scope)
    fits = [m.fit, *(_within(m, m.X.assign != labels.index(label) + 1) for label in tried)]
    scores = [rao(m.X.values, f) for f in fits[1:]] if test == "Rao" else []
    return _changed("Single term deletions", m, tried, fits, scores, test, scale, k)


@generics.add1.register(Glm)
def _add1(
    m: Glm, scope: Sequence[str] | str, test: str | None = None, scale: float = 0.0, k: float = 2.0
) -> Table:
    """Each single-term addition with its deviance and AIC. R: add1.glm. `test` is None, "Chisq" ("LRT"), "F", "Rao".

    Raises ValueError where nothing can be added.
    """
    tried, found = additions(m, scope, lambda whole, there: (_within(whole, there), whole.X.values[:, there]))
    fits = [one for one, _ in found]
    scores = [rao(X, fits[0]) for _, X in found[1:]] if test == "Rao" else []
    return _changed("Single term additions", m, tried, fits, scores, test, scale, k)


def _within(m: Glm, there: np.ndarray) -> irls.Fit:
    """The fit over the same rows with some of the columns, a mask."""
    return irls.fit(m.X.values[:, there], m.begun, m.family, m.frame.offset, m.control)


def _changed(title: str, m: Glm, tried: list[str], fits: list[irls.Fit], scores: list[float], test: str | None,
             scale: float, k: float) -> Table:
    """The table of changes; the first of the fits is the model's own. R: drop1.glm, add1.glm."""
    if test is not None:
        require_choice(test, ("none", "Rao", "LRT", "Chisq", "F"), "test")
    n, dispersion, added = len(fits[0].mu), scale or m.dispersion, title.endswith("additions")
    rank, dev = np.array([f.rank for f in fits], dtype=float), np.array([f.deviance for f in fits])
    if m.family.name == "gaussian":
        fit_term = dev / scale - n if scale > 0.0 else n * np.log(dev / n)
    else:
        fit_term = dev / dispersion
    aic = fit_term + k * rank
    aic = aic + (generics.extractAIC(m, k=k)[1] - aic[0])
    df = np.abs(rank - rank[0])
    df[0] = np.nan
    columns: dict[str, Any] = {"Df": df, "Deviance": dev, "AIC": aic}
    if np.isnan(aic).all():
        del columns["AIC"]
    known = dispersion == 1.0
    if test in ("LRT", "Chisq"):
        sign = -1.0 if added else 1.0  # a fit that stopped early may be on the wrong side, which is no gain
        gain = np.maximum(0.0, sign * (fit_term - fit_term[0]))
        gain[0] = np.nan
        columns |= {"LRT" if known else "scaled dev.": gain, "Pr(>Chi)": _tail(gain, df)}
    elif test == "Rao":
        score = np.array([np.nan, *np.maximum(0.0, scores)]) / dispersion
        columns |= {"Rao score" if known else "scaled Rao sc.": score, "Pr(>Chi)": _tail(score, df)}
    elif test == "F":
        columns |= _f_of_changes(m, dev, df, added)
    heading = [title, "\nModel:", *deparse(m.frame.formula.text)]
    return table(columns, ["<none>", *tried], *heading, *([f"\nscale:  {format_number(scale)} \n"] if scale else []))


def _f_of_changes(m: Glm, dev: np.ndarray, df: np.ndarray, added: bool) -> dict[str, np.ndarray]:
    """F values and their p: over what the model leaves, or where terms are added what each larger model leaves."""
    if m.family.name in ("binomial", "poisson"):
        quasi = f"quasi{m.family.name}"
        warnings.warn(f"F test assumes {quasi if added else repr(quasi)} family", stacklevel=4)
    left = m.fit.df_residual - df if added else np.full(len(df), float(m.fit.df_residual))
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.maximum(0.0, (-1.0 if added else 1.0) * (dev - dev[0]))
        f = gain / df / ((dev if added else dev[0]) / left)
    f[~(df >= 1e-4)] = np.nan
    return {"F value": f, "Pr(>F)": pf(f, df, left, lower_tail=False)}


def _tail(value: np.ndarray, df: np.ndarray) -> np.ndarray:
    p: np.ndarray = pchisq(value, np.where(df > 0.0, df, np.nan), lower_tail=False)
    return p
