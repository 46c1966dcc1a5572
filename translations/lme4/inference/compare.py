"""Comparing fitted models: likelihood ratios, sequential sums of squares, deletions. R: anova.merMod, drop1.merMod."""
from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence

import numpy as np

from translations.arrays import Floats
from translations.printing.deparse import deparse
from translations.printing.style import wording
from translations.settings import option
from translations.stats import generics
from translations.stats.arguments import as_labels, as_number
from translations.stats.calls import called
from translations.stats.formulas.terms import parse
from translations.stats.linear.linear_model import Lm

from ..model import LmerMod
from ..refit import refitML
from ..results.update import update_mixed
from .ranova import AnovaFrame, anova_frame


@generics.anova.register(LmerMod)
def _anova(
    m: LmerMod, *more: LmerMod | Lm, refit: bool = True, model_names: Sequence[str] | None = None,
    ddf: str | None = None, type: int | str | None = None, test: str | None = "default",
) -> AnovaFrame:
    """One model's sequential sums of squares, or likelihood-ratio tests of several. R: anova.merMod.

    Several models (linear models may be among them) are sorted by their number of parameters, and each tested against
    the one before; fits by REML are fitted by maximum likelihood first, unless `refit` is False. model_names: the
    rows' names, else those of the caller's variables. ddf ("Satterthwaite", "Kenward-Roger", "lme4") or type (1, 2,
    3): lmerTest's F tests of one model. test: of no effect, as in R, which says so of one model by lme4.

    Raises ValueError for models of different data, subsets or numbers of observations.
    """
    if more:
        return likelihood_ratios((m, *more), refit, model_names)
    linear = not hasattr(m, "family")
    if ddf != "lme4" and (ddf is not None or type is not None or (linear and option("lmerTest"))):
        from .lmertest import anova_table

        return anova_table(m, "Satterthwaite" if ddf is None else ddf, 3 if type is None else type)
    if test != "default":
        warnings.warn("additional arguments ignored: 'test'", stacklevel=3)
    return sequential_table(m)


def likelihood_ratios(
    models: tuple[LmerMod | Lm, ...], refit: bool = True, model_names: Sequence[str] | None = None,
) -> AnovaFrame:
    """Likelihood-ratio tests between models in order of their number of parameters; see `anova`."""
    for one in models:
        if not isinstance(one, Lm) and not hasattr(type(one), "theta"):
            raise ValueError(f"anova compares fitted models, and {type(one).__name__} is none")
    if len({int(generics.nobs(m)) for m in models}) > 1:
        raise ValueError("models were not all fitted to the same size of dataset: "
                         + ", ".join(f"{_formula(m)} to {int(generics.nobs(m))}" for m in models))
    names = _names(models) if model_names is None else list(model_names)
    if len(names) != len(models):
        raise ValueError(f"model names vector and model list have different lengths: {len(names)} and {len(models)}")
    by_reml = [isinstance(m, LmerMod) and m.REML for m in models]
    if any(by_reml) and refit:
        print("refitting model(s) with ML (instead of REML)", file=sys.stderr)
        models = tuple(refitML(m) if isinstance(m, LmerMod) else m for m in models)
    elif any(by_reml) and not all(by_reml):
        warnings.warn("some models fit with REML = TRUE, some not", stacklevel=4)
    heading = [*_common(models), "Models:"]
    likelihoods = [generics.logLik(m) for m in models]
    order = sorted(range(len(models)), key=lambda i: likelihoods[i].df)
    npar = np.array([likelihoods[i].df for i in order], dtype=float)
    logLik = np.array([float(likelihoods[i]) for i in order])  # noqa: N806
    penalty = np.log([likelihoods[i].nobs for i in order])
    chisq, df = np.append(np.nan, np.maximum(0.0, 2.0 * np.diff(logLik))), np.append(np.nan, np.diff(npar))
    deviance = -2.0 * logLik
    criteria = [npar, deviance + 2.0 * npar, deviance + penalty * npar, logLik, deviance]
    columns = [*criteria, chisq, df, upper_tail(chisq, df)]
    heading += [f"{names[i]}: {_formula(models[i])}" for i in order]
    labels = ["npar", "AIC", "BIC", "logLik", wording().objective, "Chisq", "Df", "Pr(>Chisq)"]
    return anova_frame(np.column_stack(columns), [names[i] for i in order], labels, tuple(heading))


def upper_tail(chisq: Floats, df: Floats) -> Floats:
    """P(chi-squared with df > chisq), elementwise; NaN where df is 0 or missing."""
    from scipy.special import chdtrc

    with np.errstate(invalid="ignore"):
        return np.where(df > 0, chdtrc(np.where(df > 0, df, 1.0), chisq), np.nan)


def _formula(m: LmerMod | Lm) -> str:
    return m.design.formula.text if isinstance(m, LmerMod) else m.frame.formula.text


def _names(models: tuple[LmerMod | Lm, ...]) -> list[str]:
    """What the caller wrote for the models; as in R all are generic when one cannot be had, or has over 200 letters."""
    names = [name for name in (called(m, "", "anova", i) for i, m in enumerate(models)) if name]
    if len(set(names)) == len(models) and max(map(len, names)) <= 200:
        return names
    warnings.warn("failed to find model names, assigning generic names", stacklevel=5)
    return [f"MODEL{i + 1}" for i in range(len(models))]


def _common(models: tuple[LmerMod | Lm, ...]) -> list[str]:
    """The lines on data and subset that all models share. Raises ValueError when they do not."""
    first = models[0]
    if any(m.data is not first.data and m.data_name != first.data_name for m in models):
        raise ValueError("all models must be fit to the same data object; they were fitted to "
                         + ", ".join(dict.fromkeys(m.data_name for m in models)))
    subsets = [m.arguments.get("subset") for m in models]
    if not all(s is subsets[0] or np.array_equal(np.asarray(s), np.asarray(subsets[0])) for s in subsets):
        raise ValueError("all models must use the same subset")
    lines = [f"Data: {first.data_name}"]
    if subsets[0] is not None:
        lines.append(f"Subset: {subsets[0] if isinstance(subsets[0], str) else called(subsets[0], 'subset', '', 0)}")
    return lines


def sequential_table(m: LmerMod) -> AnovaFrame:
    """Sums of squares of the fixed part's terms, each after those before it: (RX beta)² summed by term. R:
    anova.merMod.

    Source: Bates et al. (2015), JSS 67(1), section 5.1; no degrees of freedom and so no p-values belong to them.
    """
    assign = m.design.X.assign[m.design.kept]
    squares = (m.solution.RX @ m.beta) ** 2
    terms = m.design.frame.formula.terms
    present = [k for k in dict.fromkeys(assign.tolist()) if k > 0]
    npar = np.array([(assign == k).sum() for k in present], dtype=float)
    ss = np.array([squares[assign == k].sum() for k in present])
    rows = np.column_stack([npar, ss, ss / npar, ss / npar / m.sigma**2]) if present else np.empty((0, 4))
    columns = ["npar", "Sum Sq", "Mean Sq", "F value"]
    return anova_frame(rows, [terms[k - 1].label for k in present], columns, ("Analysis of Variance Table",))


@generics.extractAIC.register(LmerMod)
def extract_aic(m: LmerMod, k: float = 2.0) -> Floats:
    """Number of parameters and -2 log-likelihood + k times it, of the fit by maximum likelihood, (2,). R:
    extractAIC.merMod."""
    k = as_number(k, "k")
    likelihood = generics.logLik(refitML(m))
    return np.array([likelihood.df, -2.0 * float(likelihood) + k * likelihood.df])


@generics.drop1.register(LmerMod)
def _drop1(m: LmerMod, scope: Sequence[str] | str | None = None, test: str | None = None, k: float = 2.0,
           ddf: str | None = None) -> AnovaFrame:
    """The fit by maximum likelihood without each fixed term in turn: npar, AIC, with test="Chisq" also LRT and Pr(Chi).
    With ddf ("Satterthwaite", "Kenward-Roger") lmerTest's F tests instead.

    scope: labels of the terms, or a formula of them ("~ x"); by default those not marginal to another. R: drop1.merMod.
    Raises ValueError for a term that the model lacks, or when dropping one changes which rows are used.
    """
    linear = not hasattr(m, "family")
    if ddf != "lme4" and (ddf is not None or (linear and option("lmerTest"))):
        from .deletions import drop1_table

        return drop1_table(m, scope, "Satterthwaite" if ddf is None else ddf)
    if test not in (None, "none", "Chisq"):
        raise ValueError(f"test must be None, 'none' or 'Chisq', not {test!r}; for F tests: ddf='Satterthwaite'")
    labels = [t.label for t in m.design.frame.formula.terms]
    tried = _scope(m, scope)
    missing = [label for label in tried if label not in labels]
    if missing:
        raise ValueError(f"scope is not a subset of the terms {', '.join(labels)}: {', '.join(missing)}")
    fits = [m, *(generics.update(m, f"~ . - {label}") for label in tried)]
    if any(f.n != m.n for f in fits):
        raise ValueError("number of rows in use has changed: remove missing values?")
    criteria = np.array([extract_aic(f, k=k) for f in fits])
    npar = criteria[0, 0] - criteria[:, 0]
    ratio = criteria[:, 1] - k * criteria[:, 0]
    npar[0], ratio = np.nan, ratio - ratio[0]
    ratio[0] = np.nan
    columns = {"npar": npar, "AIC": criteria[:, 1]}
    if test == "Chisq":
        columns |= {"LRT": ratio, "Pr(Chi)": upper_tail(ratio, npar)}
    heading = ("Single term deletions", "\nModel:", *deparse(m.design.formula.text))
    rows = ["<none>", *tried] if tried else ["1"]  # where nothing can be left out lme4 has no names for the rows
    return anova_frame(np.column_stack(list(columns.values())), rows, list(columns), heading)


def _scope(m: LmerMod, scope: Sequence[str] | str | None) -> list[str]:
    if scope is None:
        terms = m.design.frame.formula.terms
        return [t.label for t in terms if not any(set(t.variables) < set(o.variables) for o in terms)]
    if isinstance(scope, str) and "~" in scope:
        from ..formula import split

        whole = update_mixed(m.design.formula.text, scope) if "." in scope else None
        return [t.label for t in parse(split(whole).fixed if whole else scope).terms]
    return as_labels(scope, "scope")
