"""Predicted effects as frames: R's `effect`, `Effect`, `allEffects` (effects) and `ggpredict` (ggeffects)."""
from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from translations.figures.catalogue import require_plotnine
from translations.figures.lattice import plot
from translations.generalized.model import Glm
from translations.lme4.control import FollowedWarning
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.model import LmerMod
from translations.marginal.basis import basis_of
from translations.printing.dispatch import console
from translations.printing.objects import ResultFrame, Textual
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import as_labels, require_level
from translations.stats.distributions import qnorm, qt
from translations.stats.formulas.design import ModelMatrix
from translations.stats.formulas.frame import ModelFrame, as_frame
from translations.stats.language.evaluate import column
from translations.stats.language.expressions import symbols
from translations.stats.language.factors import Factor, make_factor
from translations.stats.language.logic import is_logical, textual
from translations.stats.linear.linear_model import Lm

from . import representative

POPULATION = ("You are calculating adjusted predictions on the population-level (i.e.\n  `type = \"fixed\"`) for a "
              "*generalized* linear mixed model.\n  This may produce biased estimates due to Jensen's inequality. "
              "Consider\n  setting `bias_correction = TRUE` to correct for this bias.\n  See also the documentation of "
              "the `bias_correction` argument.")
NARROW = ("ggeffects 2.3 with lme4 2.0 and later takes the standard errors on the response's scale for ones on the "
          "link's: its limits are too near. emmeans(m, terms, type='response') has the right ones, and so has "
          "options(lme4='1.1-37')")


class EffectFrame(ResultFrame):
    """Effects or predictions, a row a combination of predictors; `plot` draws them, and `str()` of effects is R's text.

    focal: the predictors, the first along the axis; response: what is predicted; kind: "effect" or "prediction"; level:
    of the intervals.
    """

    _metadata = ["focal", "response", "kind", "level"]
    focal: tuple[str, ...] = ()
    response: str = ""
    kind: str = "effect"
    level: float = 0.95

    def as_data_frame(self) -> pd.DataFrame:
        """The numbers, a row a combination."""
        return pd.DataFrame(self)

    def __str__(self) -> str:
        return console(self)


class EffectDict(Textual, dict[str, EffectFrame]):
    """Effects by term; `plot` gives a figure of each, and `str()` is R's text. formula: the model's, fixed effects."""

    formula: str = ""


def _told(frame: pd.DataFrame, focal: Sequence[str], m: Any, kind: str) -> EffectFrame:
    out = EffectFrame(frame)
    _, rows = _parts(m, kind)
    out.focal, out.response, out.kind = tuple(focal), rows.formula.response_name or "response", kind
    return out


@plot.register(EffectFrame)
def _plot(x: EffectFrame) -> Any:
    require_plotnine()
    from .plots import effect_plot, prediction_plot

    return (effect_plot if x.kind == "effect" else prediction_plot)(x)


@plot.register(EffectDict)
def _plots(x: EffectDict) -> dict[str, Any]:
    return {label: _plot(one) for label, one in x.items()}


class EffectsNote(UserWarning):
    """What effects or ggeffects says beside its answer; the text is R's message."""

    r_message = True  # R says it with message()


def _parts(m: Any, function: str) -> tuple[ModelMatrix, ModelFrame]:
    if isinstance(m, LmerMod):
        return m.design.X, m.design.frame
    if isinstance(m, Lm | Glm):
        return m.X, m.frame
    raise ValueError(f"{function} needs a linear, a generalized or a mixed model, not {type(m).__name__}")


def _columns(m: Any, X: ModelMatrix) -> dict[str, Any]:
    """The model's predictors as they stand in the data, by name: numbers as they are, text as a factor.

    lme4 makes factors of text; `lm` and `glm` leave it, and the factor says so (`sorted_text`).
    """
    data = as_frame(m.data)
    frame = m.design.frame if isinstance(m, LmerMod) else m.frame
    names = list(dict.fromkeys(name for label in X.formula.predictors
                               for name in symbols(X.formula.variables[label]) if name in data.columns))
    used = data.iloc[frame.rows]
    columns = {name: column(used, name) for name in names}
    columns |= {name: replace(make_factor(value), logical=True) for name, value in columns.items() if is_logical(value)}
    texts = {name for name, value in columns.items() if textual(value) and not isinstance(value, Factor)}
    return columns | {name: replace(make_factor(columns[name]), sorted_text=not isinstance(m, LmerMod))
                      for name in texts}


def _coefficients(m: Any, X: ModelMatrix) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions of the columns that have coefficients, the coefficients, and their covariance matrix."""
    if isinstance(m, LmerMod):
        return np.asarray(m.design.kept), np.asarray(m.beta), generics.vcov(m).to_numpy(float)
    return np.asarray(m.kept), np.asarray(m.coefficients)[m.kept], generics.vcov(m, complete=False).to_numpy(float)


def _levels(value: Any, name: str) -> list[str]:
    if not isinstance(value, Factor):
        raise ValueError(f"{name} is no factor")
    return value.drop_unused().levels


def _new_data(grid: Sequence[Mapping[str, Any]], columns: Mapping[str, Any]) -> pd.DataFrame:
    """The grid as data for the model: what was logical is so again."""
    logical = [name for name, value in columns.items() if isinstance(value, Factor) and value.logical]
    truths = {name: [str(row[name]).upper() == "TRUE" for row in grid] for name in logical}
    return _frame_of(grid, columns).assign(**truths)


def _frame_of(grid: Sequence[Mapping[str, Any]], columns: Mapping[str, Any]) -> pd.DataFrame:
    made = {}
    for name, value in columns.items():
        chosen = [row[name] for row in grid]
        made[name] = pd.Categorical(chosen, _levels(value, name), value.ordered) if isinstance(value, Factor) and not \
            value.logical else chosen
    return pd.DataFrame(made)


def _interval(m: Any, eta: np.ndarray, error: np.ndarray, quantile: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimate and bounds on the response's scale."""
    family = getattr(m, "family", None)
    ends = eta, eta - quantile * error, eta + quantile * error
    if family is None:
        return ends
    fit, low, high = (np.asarray(family.link.linkinv(one)) for one in ends)
    return fit, low, high


def nice(x: np.ndarray) -> np.ndarray:
    """Numbers with as few leading digits as keep them apart. R: effects:::nice."""
    rounded = x
    for digits in range(1, 16):
        with np.errstate(divide="ignore"):
            power = np.where(x == 0, 0.0, np.floor(np.log10(np.abs(np.where(x == 0, 1.0, x)))) - digits + 1)
        rounded = np.round(x / 10.0**power) * 10.0**power
        if len(np.unique(rounded)) == len(np.unique(x)):
            break
    return np.round(rounded, 12)


def Effect(focal: str | Sequence[str], m: Any, xlevels: Mapping[str, Sequence[float]] | None = None,  # noqa: N802
           confidence_level: float = 0.95) -> EffectFrame:
    """Fitted values at the values of some predictors, the others held where they are typical. R: effects::Effect.

    focal: names of predictors. m: a linear, generalized or mixed model. xlevels: values of numbers, by default five
    round ones from the smallest to the largest. confidence_level: of the intervals.

    Other numbers are held at their means, other factors averaged in the proportions of the data (emmeans weighs their
    levels alike). Of a mixed model the random effects are zero.

    Returns a frame, which `plot` draws, a row a combination, the first predictor varying fastest: the predictors, fit,
    se, lower, upper; of a generalized model fit and bounds on the response's scale, se of the link's by the delta
    method.

    Raises KeyError for a name that is no predictor, ValueError for another model. Source: Fox (2003), J. Stat. Softw.
    8(15).

    >>> print(r.Effect("Days", r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())).round(3))
       Days      fit      se    lower    upper
    0   0.0  251.405   6.825  237.938  264.873
    1   2.0  272.340   7.094  258.340  286.339
    2   4.0  293.274   8.556  276.391  310.158
    3   7.0  324.676  11.973  301.050  348.303
    4   9.0  345.611  14.629  316.742  374.479
    """
    require_level(confidence_level, "confidence_level")
    X, _ = _parts(m, "Effect")
    columns = _columns(m, X)
    names = as_labels(focal, "focal")
    _known(names, columns)
    values: dict[str, list[Any]] = {}
    for name in names:
        value = columns[name]
        if isinstance(value, Factor):
            values[name] = _levels(value, name)
        elif xlevels is not None and name in xlevels:
            values[name] = [float(one) for one in xlevels[name]]
        else:
            numbers = np.asarray(value, float)
            values[name] = nice(np.linspace(numbers.min(), numbers.max(), 5)).tolist()
    combinations = [dict(zip(reversed(names), one, strict=True))
                    for one in product(*(values[name] for name in reversed(names)))]
    others = [name for name in columns if name not in names]
    rows, weights = _typical({name: columns[name] for name in others})
    grid = [{**row, **other} for row in combinations for other in rows]
    full = X.for_newdata(_new_data(grid, columns)).values
    averaged = np.tensordot(full.reshape(len(combinations), len(rows), -1), weights, axes=([1], [0]))
    kept, beta, V = _coefficients(m, X)
    L = averaged[:, kept]
    eta, error = L @ beta, np.sqrt(np.einsum("ij,jk,ik->i", L, V, L))
    eta[_inestimable(m, averaged, names)] = np.nan
    error[np.isnan(eta)] = np.nan
    family = getattr(m, "family", None)
    known = family is not None and family.dispersion is not None
    df = int(generics.nobs(m)) - len(kept)
    half = (1.0 + confidence_level) / 2.0
    fit, low, high = _interval(m, eta, error, float(qnorm(half) if known else qt(half, df)))
    if family is not None:
        error = error * np.abs(np.asarray(family.link.mu_eta(eta)))
    shown = _frame_of(combinations, {name: columns[name] for name in names})
    made = _told(shown.assign(fit=fit, se=error, lower=low, upper=high), names, m, "effect")
    made.level = confidence_level
    return made


def _inestimable(m: Any, L: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Which rows of L (rows, q) the data cannot estimate, for cells are empty or columns aliased; said as R says it."""
    off = ~basis_of(m, "asymptotic").estimable(L)
    what = f"in the {'*'.join(names)} effect are not estimable"
    if off.all():
        warnings.warn(f"none of the values of the {'*'.join(names)} effect are estimable", stacklevel=3)
    elif count := int(off.sum()):
        warnings.warn(f"Note:\n  {count} value{'s' * (count > 1)} {what}", EffectsNote, stacklevel=3)
    return off


def _typical(others: Mapping[str, Any]) -> tuple[list[dict[str, Any]], np.ndarray]:
    """Rows of what is held: numbers at their means, each combination of the factors' levels; and their weights."""
    choices: list[list[tuple[str, Any, float]]] = []
    for name, value in others.items():
        if isinstance(value, Factor):
            used = value.drop_unused()
            shares = np.bincount(used.codes[used.codes >= 0], minlength=len(used.levels)) / (used.codes >= 0).sum()
            choices.append([(name, level, share) for level, share in zip(used.levels, shares, strict=True)])
        else:
            choices.append([(name, float(np.mean(np.asarray(value, float))), 1.0)])
    rows = [{name: level for name, level, _ in one} for one in product(*choices)]
    return rows, np.array([np.prod([share for *_, share in one]) for one in product(*choices)])


def _known(names: Sequence[str], columns: Mapping[str, Any]) -> None:
    if wrong := [name for name in names if name not in columns]:
        raise KeyError(f"no predictor {', '.join(map(repr, wrong))} in the model; there are {', '.join(columns)}")


def effect(term: str, m: Any, xlevels: Mapping[str, Sequence[float]] | None = None, confidence_level: float = 0.95
           ) -> EffectFrame:
    """`Effect` of the predictors of one term, "a" or "a:b" ("a*b"). R: effects::effect.

    term: its label. m, xlevels, confidence_level: as `Effect` takes them.

    Returns a frame: the predictors, fit, se, lower, upper.

    Raises KeyError for a name that is no predictor, ValueError for another model.

    >>> print(r.effect("Days", r.lm("Reaction ~ Days", r.sleepstudy())).round(2))
       Days     fit    se   lower   upper
    0   0.0  251.41  6.61  238.36  264.45
    1   2.0  272.34  4.71  263.04  281.64
    2   4.0  293.27  3.61  286.15  300.40
    3   7.0  324.68  4.71  315.37  333.98
    4   9.0  345.61  6.61  332.57  358.66
    """
    if not isinstance(term, str):
        raise ValueError(f"effect needs the name of a term, such as 'a:b', and then the model, not {term!r:.60}")
    return Effect(re.split(r"\s*[:*]\s*", term), m, xlevels, confidence_level)


def allEffects(m: Any, xlevels: Mapping[str, Sequence[float]] | None = None,  # noqa: N802
               confidence_level: float = 0.95) -> EffectDict:
    """`Effect` of each term that is not marginal to another. R: effects::allEffects.

    m, xlevels, confidence_level: as `Effect` takes them.

    Returns frames by term: the predictors, fit, se, lower, upper.

    Raises ValueError for another model.

    >>> list(r.allEffects(r.lm("angle ~ recipe * temp", r.cake())))
    ['recipe:temp']
    """
    X, _ = _parts(m, "allEffects")
    columns = _columns(m, X)
    sets: dict[str, list[str]] = {}
    for term in X.formula.terms:
        names = [name for label in term.variables for name in symbols(X.formula.variables[label]) if name in columns]
        sets[term.label] = list(dict.fromkeys(names))
    high = {label: names for label, names in sets.items()
            if not any(set(names) < set(other) for other in sets.values())}
    made = EffectDict({label: Effect(names, m, xlevels, confidence_level) for label, names in high.items()})
    made.formula = X.formula.written
    return made


def ggpredict(m: Any, terms: str | Sequence[str], ci_level: float = 0.95) -> EffectFrame:
    """Predictions at the values of one or two predictors, the others held. R: ggeffects::ggpredict.

    m: a linear, generalized or mixed model. terms: names of predictors, each perhaps with values: "Days",
    "Days [0, 5, 9]", "temp [all]", or of a selection that ggeffects has, rounded as there: "meansd", "minmax",
    "zeromax", "quart", "quart2", "terciles", "terciles2". ci_level: of the intervals.

    Without values, a number has all that it takes, or round ones over its range if it takes 20 or more; in second place
    the mean and one standard deviation around it if it takes 10 or more. Other numbers are held at their means (whole
    ones, as integers in R, at their medians), other factors at their first level, text at its most frequent. Of a mixed
    model the random effects are zero, and the intervals are of the population.

    Returns a frame: x, predicted, std.error (on the link's scale), conf.low, conf.high, group (the second predictor's
    value, else 1).

    Raises KeyError for a name that is no predictor, ValueError for more than two, or a selection that there is not.

    >>> print(r.ggpredict(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy()), "Days [0, 9]").round(2))
         x  predicted  std.error  conf.low  conf.high group
    0  0.0     251.41       9.75    232.17     270.64     1
    1  9.0     345.61       9.75    326.38     364.85     1
    """
    require_level(ci_level, "ci_level")
    X, _ = _parts(m, "ggpredict")
    if isinstance(m, GlmerMod) and since("1.1-37"):
        warnings.warn(POPULATION, EffectsNote, stacklevel=2)
    columns = _columns(m, X)
    if truths := [name for name, value in columns.items() if isinstance(value, Factor) and value.logical]:
        raise ValueError(f"ggpredict takes no logical predictors, as R's does not: make factors of {', '.join(truths)} "
                         "and fit the model again")
    asked = [_term(one) for one in as_labels(terms, "terms")]
    if not 1 <= len(asked) <= 2:
        raise ValueError(f"terms must be one or two predictors, not {len(asked)}")
    _known([name for name, _ in asked], columns)
    curved = isinstance(m, Lm | Glm) and any(representative.CURVED.search(one) for one in X.formula.variables)
    values = [_values(name, columns[name], chosen, at > 0, curved) for at, (name, chosen) in enumerate(asked)]
    held = {name: _held(value, name) for name, value in columns.items()}
    grid = [{**held, **dict(zip((name for name, _ in asked), one, strict=True))} for one in product(*values)]
    kept, beta, V = _coefficients(m, X)
    if isinstance(m, GlmerMod) and since("1.1-37"):  # ggeffects 2 asks predict(), whose errors come of the factor
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            V = m.covariance(False)
    L = X.for_newdata(_new_data(grid, columns)).values[:, kept]
    eta, error = L @ beta, np.sqrt(np.einsum("ij,jk,ik->i", L, V, L))
    family = getattr(m, "family", None)
    half = (1.0 + ci_level) / 2.0
    quantile = float(qt(half, generics.df_residual(m)) if family is None else qnorm(half))
    if isinstance(m, GlmerMod) and since("2.1"):
        error = error * np.abs(np.asarray(m.family.link.mu_eta(eta)))
        warnings.warn(NARROW, FollowedWarning, stacklevel=2)
    fit, low, high = _interval(m, eta, error, quantile)
    group = ["1"] * len(grid) if len(asked) == 1 else [_text(row[asked[1][0]]) for row in grid]
    table = pd.DataFrame({"x": [row[asked[0][0]] for row in grid], "predicted": fit, "std.error": error,
                         "conf.low": low, "conf.high": high, "group": group})
    return _told(table, [name for name, _ in asked], m, "prediction")


def _text(value: Any) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _term(text: str) -> tuple[str, str | None]:
    """A name, and what stands in brackets after it."""
    found = re.fullmatch(r"\s*(.+?)\s*(?:\[(.*)\])?\s*", text)
    if found is None:
        raise ValueError(f"{text!r} names no predictor")
    return found[1], found[2]


def _held(value: Any, name: str) -> Any:
    """Where a predictor is held that nothing is asked of. R: ggeffects:::.typical_value."""
    if isinstance(value, Factor):
        counts = np.bincount(value.codes[value.codes >= 0], minlength=len(value.levels))
        return value.levels[int(np.argmax(counts))] if value.sorted_text else _levels(value, name)[0]
    return float((np.median if np.asarray(value).dtype.kind in "iu" else np.mean)(np.asarray(value, float)))


def _values(name: str, value: Any, chosen: str | None, grouping: bool, everything: bool) -> list[Any]:
    if isinstance(value, Factor):
        levels = _levels(value, name)
        if chosen is None:
            return [value.levels[code] for code in dict.fromkeys(value.codes.tolist())] if value.sorted_text else levels
        picked = [one.strip() for one in chosen.split(",")]
        if wrong := [one for one in picked if one not in levels]:
            raise ValueError(f"{name} has no level {', '.join(wrong)}; there are {', '.join(levels)}")
        return picked
    numbers = np.asarray(value, float)
    if chosen is None:
        return representative.usual(numbers, grouping, everything)
    if chosen.strip() in representative.SELECTIONS:
        return representative.selected(numbers, chosen.strip())
    if chosen.strip() == "all":
        return np.unique(numbers).tolist()
    try:
        return [float(one) for one in chosen.split(",")]
    except ValueError:
        known = ", ".join(representative.SELECTIONS)
        raise ValueError(f"{name} [{chosen}]: numbers, all, or one of {known} are asked for in brackets") from None
