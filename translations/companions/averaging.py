"""Models averaged by their weights: MuMIn's model.avg, get.models and sw.

Source: Burnham & Anderson (2002), sections 4.2 and 4.3; adjusted standard errors: section 4.3.3.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Matrix, Vector
from translations.printing.coefmat import coef_lines
from translations.printing.dispatch import render
from translations.printing.layout import text_matrix
from translations.printing.models import call_lines
from translations.printing.objects import Textual
from translations.printing.rounding import round_half_even, zapsmall
from translations.printing.style import Style
from translations.printing.tables import Call, CoefTable
from translations.printing.text import fill, strwrap
from translations.stats import generics
from translations.stats.arguments import as_labels, require_choice, require_level
from translations.stats.calls import called
from translations.stats.distributions import pnorm, qnorm, qt
from translations.stats.linear.linear_model import argument_text

from .mumin import RANKS, Coefficients, coefficients_of, criterion_of, labels_of, refitted, sources
from .selection import ModelSelection


class SumOfWeights(Vector):
    """Sums of weights by term, the largest first; `n_models`: of how many models each (R: class sw)."""

    _metadata = ["of_diagonal", "n_models"]
    n_models: Sequence[int] = ()


@render.register(SumOfWeights)
def _sums(x: SumOfWeights, style: Style) -> list[str]:
    sums = ["<0.01" if one < 0.01 else f"{one:.2f}" for one in x]
    widest = max(map(len, sums))
    counts = [str(one) for one in x.n_models]
    most = max(map(len, counts))
    cells = np.array([[one.ljust(widest) for one in sums], [one.rjust(most) for one in counts]], dtype=object)
    wide = max(widest, most)
    cells = np.array([[one.rjust(wide) if row else one.ljust(wide) for one in line]
                      for row, line in enumerate(cells)], dtype=object)
    return text_matrix(cells, style, ["Sum of weights:", "N containing models:"], list(x.index), right_justify=False)


def _summed(there: pd.DataFrame, weights: np.ndarray) -> SumOfWeights:
    """Of a frame (models, terms) of truth values."""
    sums = Vector(weights @ there.to_numpy(float), index=there.columns)
    order = np.argsort(-sums.to_numpy(), kind="stable")
    made = SumOfWeights(sums.to_numpy()[order], index=there.columns[order])
    made.n_models = there.to_numpy(int).sum(axis=0)[order].tolist()
    return made


@dataclass(frozen=True, eq=False, repr=False)
class Averaging(Textual):
    """Averages over k models of their c coefficients (R: class averaging). `str()` is R's text.

    msTable:   a row a model, best first: df, logLik, the criterion, delta, weight
    names:     the coefficients';  array: (k, 3, c) estimates, standard errors, degrees of freedom, NaN where there are
               none;  codes: the terms' numbers
    sw:        sums of weights by term
    source:    the ranked models, or these themselves by their names
    """

    msTable: pd.DataFrame
    names: list[str]
    array: np.ndarray
    codes: Mapping[str, int]
    sw: SumOfWeights
    call: Call
    component: Call
    source: Any

    @property
    def weights(self) -> np.ndarray:
        """(k,), of sum 1."""
        return np.asarray(self.msTable["weight"], float)

    def averaged(self, full: bool, level: float = 0.95) -> Matrix:
        """Estimate, Std. Error, Adjusted SE and the interval's ends, (c, 5); `full`: coefficients that a model has not
        are 0 there, else it is left out.
        """
        x, se, df = np.moveaxis(self.array, 1, 0).copy()
        if full:
            gone = np.isnan(x)
            x[gone] = se[gone] = 0.0
            df[np.isnan(df)] = np.inf
        w = np.where(np.isnan(x), 0.0, self.weights[:, None])
        w = w / w.sum(axis=0)
        filled = [np.where(w > 0.0, one, 0.0) for one in (x, se)]
        mean = (w * filled[0]).sum(axis=0)
        apart = (filled[0] - mean) ** 2
        upper = (1.0 + level) / 2.0
        wider = np.array([[float(qt(upper, one)) if np.isfinite(one) else float(qnorm(upper)) for one in row]
                          for row in np.where(w > 0.0, df, np.inf)]) / float(qnorm(upper))
        plain = np.sqrt((w * (filled[1] ** 2 + apart)).sum(axis=0))
        adjusted = np.sqrt((w * ((filled[1] * wider) ** 2 + apart)).sum(axis=0))
        half = float(qnorm(upper)) * adjusted
        return Matrix(np.column_stack([mean, plain, adjusted, mean - half, mean + half]), index=self.names,
                      columns=["Estimate", "Std. Error", "Adjusted SE", "Lower CI", "Upper CI"])

    @cached_property
    def coefficients(self) -> Matrix:
        """(2, c): "full" averages, of models without a coefficient 0, and "subset", of those that have it."""
        return Matrix([self.averaged(full)["Estimate"].to_numpy() for full in (True, False)], index=["full", "subset"],
                      columns=self.names)

    def models(self) -> Mapping[str, Any]:
        """The models, fitted."""
        return get_models(self.source) if isinstance(self.source, ModelSelection) else self.source

    def __repr__(self) -> str:
        return f"<Averaging of {len(self.msTable)} models>"


@dataclass(frozen=True, eq=False, repr=False)
class AveragingSummary(Textual):
    """An average's coefficients with tests (R: class summary.averaging)."""

    model: Averaging

    def coefmat(self, full: bool) -> Matrix:
        """Estimate, Std. Error, Adjusted SE, z value, Pr(>|z|), (c, 5)."""
        table = self.model.averaged(full).iloc[:, :3].copy()
        z = np.abs(table["Estimate"].to_numpy() / table["Adjusted SE"].to_numpy())
        table["z value"], table["Pr(>|z|)"] = z, 2.0 * np.asarray(pnorm(z, lower_tail=False))
        return Matrix(table)

    @cached_property
    def coefmat_full(self) -> Matrix:
        """Of full averages."""
        return self.coefmat(True)

    @cached_property
    def coefmat_subset(self) -> Matrix:
        """Of conditional averages."""
        return self.coefmat(False)

    def __repr__(self) -> str:
        return f"<summary of {self.model!r}>"


def get_models(x: ModelSelection, subset: Any = None) -> dict[str, Any]:
    """Fit models of a table of ranked ones again. R: MuMIn::get.models.

    x: what `dredge` returns. subset: a condition as text, "delta < 2", a boolean array, or numbers from 1 of rows; None
    for all.

    Returns {number: model}, best first, with terms in the order of MuMIn.

    Raises ValueError for another object, or a subset of no models.

    >>> m = r.lm("bwt ~ lwt + age + smoke", r.load("birthwt"))
    >>> list(r.get_models(r.dredge(m), "delta < 2"))
    ['7', '8']
    """
    if not isinstance(x, ModelSelection) or x.origin is None:
        raise ValueError(f"get_models() needs what dredge() returns, not {type(x).__name__}")
    chosen = _rows(x, subset)
    return {str(number): refitted(x.origin, number) for number in chosen.index}


def _rows(x: ModelSelection, subset: Any) -> ModelSelection:
    """Rows of ranked models by a condition; ValueError for none."""
    if subset is None:
        return x
    if isinstance(subset, str):
        try:
            chosen: Any = x[np.asarray(pd.DataFrame(x).eval(subset), bool)]
        except Exception as error:  # pandas' own of any kind
            raise ValueError(f"subset must be a condition on the table's columns, such as 'delta < 4', not {subset!r}; "
                             f"columns are {', '.join(map(str, x.columns))}") from error
    else:
        at = np.atleast_1d(np.asarray(subset))
        if at.dtype.kind not in "biu" or (at.dtype.kind == "b" and len(at) != len(x)) or (
            at.dtype.kind != "b" and len(at) and not 1 <= at.min() <= at.max() <= len(x)
        ):
            raise ValueError(f"subset must be a condition, {len(x)} truth values or rows from 1, not {subset!r:.60}")
        chosen = x.iloc[np.flatnonzero(at) if at.dtype.kind == "b" else at - 1]
    if not len(chosen):
        raise ValueError(f"subset={subset!r:.60} leaves no models of {len(x)}")
    found: ModelSelection = chosen
    return found


def sw(x: Any) -> SumOfWeights:
    """Sums of the weights of the models that a term is in. R: MuMIn::sw. Source: Burnham & Anderson (2002), 4.2.

    x: what `dredge` or `model_avg` returns, or models as `model_avg` takes them.

    Returns a Vector by term, the largest first; `str()` is R's text.

    Raises ValueError for fewer than two models.

    >>> m = r.lm("bwt ~ lwt + age + smoke", r.load("birthwt"))
    >>> r.sw(r.dredge(m)).round(2).tolist()
    [0.91, 0.88, 0.33]
    """
    return (x if isinstance(x, Averaging) else model_avg(x)).sw


def model_avg(object: Any, *more: Any, subset: Any = None, rank: str = "AICc") -> Averaging:
    """Average the coefficients of models by their weights. R: MuMIn::model.avg. Source: Burnham & Anderson (2002).

    object, more: what `dredge` returns; or models, one by one, in a list, or by names in a mapping. subset: of ranked
    models, a condition as text, "delta < 4", a boolean array, or rows from 1. rank: of models the criterion of the
    weights: "AICc", "AIC" or "BIC".

    Returns the averages: `str()` and that of `summary` are R's text; `.coefficients` has "full" averages, where a
    coefficient that a model has not is 0, and those of the "subset" of models that have it; `.msTable` the models.
    `coef`, `confint` (of the subset, or with full=True), `sw` and `predict` take it.

    Raises ValueError for fewer than two models, an unknown criterion or condition, or different data.

    >>> m = r.lm("bwt ~ lwt + age + smoke", r.load("birthwt"))
    >>> print(r.model_avg(r.dredge(m), subset="delta < 2").coefficients.round(2))
           (Intercept)  lwt  smoke  age
    full       2457.86 4.17 -271.2 2.23
    subset     2457.86 4.17 -271.2 7.15
    """
    written = {"object": called(object, "models", "model_avg", 0)} if not more else {
        f"model{i + 1}": called(one, f"model{i + 1}", "model_avg", i) for i, one in enumerate((object, *more))}
    if subset is not None:
        written["subset"] = argument_text("subset", subset)
    call = Call("model.avg", written if not more else {"object": written.pop("model1"), **written})
    require_choice(rank, RANKS, "rank")
    if isinstance(object, ModelSelection) and not more:
        return _of_ranked(_rows(object, subset), call)
    if subset is not None:
        raise ValueError("subset is of ranked models, what dredge() returns: choose among models yourself")
    given = (object, *more) if more else object
    named = dict(given) if isinstance(given, Mapping) else {str(i + 1): m for i, m in enumerate(
        given if isinstance(given, list | tuple) else (given,))}
    return _of_models(named, rank, call)


def _of_ranked(x: ModelSelection, call: Call) -> Averaging:
    if x.origin is None or x.rank_by not in x.columns:
        raise ValueError("model_avg() needs the table of dredge() with all its columns")
    _require_two(len(x))
    labels = [name for name in x.terms if name != "(Intercept)" and x[name].notna().any()]
    there = pd.DataFrame(x)[labels].notna()
    return _made(x[["df", "logLik", x.rank_by, "delta", "weight"]], [x.origin.tables[number] for number in x.index],
                 there, call, x.origin.call, x)


def _of_models(named: Mapping[str, Any], rank: str, call: Call) -> Averaging:
    _require_two(len(named))
    sizes = {int(generics.nobs(m)) for m in named.values()}
    if len(sizes) > 1:
        raise ValueError(f"the models have different numbers of observations: {', '.join(map(str, sorted(sizes)))}")
    rows = {}
    for name, m in named.items():
        likelihood: Any = generics.logLik(m)
        rows[name] = {"df": likelihood.df, "logLik": float(likelihood), rank: criterion_of(m, rank)}
    table = pd.DataFrame.from_dict(rows, orient="index").sort_values(rank, kind="stable")
    table["delta"] = table[rank] - table[rank].min()
    table["weight"] = np.exp(-table["delta"] / 2.0)
    models = {str(name): named[name] for name in table.index}
    of = [list(labels_of(m).values()) for m in models.values()]
    terms = sorted({one for each in of for one in each}, key=lambda one: (one.count(":"), one))
    there = pd.DataFrame([[one in each for one in terms] for each in of], columns=terms)
    return _made(table, [coefficients_of(m, in_order=False) for m in models.values()], there, call,
                 sources(next(iter(models.values()))), models)


def _require_two(count: int) -> None:
    if count < 2:
        raise ValueError("model_avg() needs two models or more")


def _made(table: pd.DataFrame, parts: Sequence[Coefficients], there: pd.DataFrame, call: Call, component: Call,
          source: Any) -> Averaging:
    """The averages of models in this order; `there`: (models, terms) which has which."""
    names = list(dict.fromkeys(name for one in parts for name in one.names))
    array = np.full((len(parts), 3, len(names)), np.nan)
    for at, one in enumerate(parts):
        array[at][:, [names.index(name) for name in one.names]] = one.values
    array[:, 2][np.isnan(array[:, 0])] = np.nan
    codes = {name: at + 1 for at, name in enumerate(there.columns)}
    sep = "+" if len(codes) > 9 else ""
    labels = [sep.join(str(codes[name]) for name in there.columns[row]) or "(Null)" for row in there.to_numpy(bool)]
    twice = {one for one in labels if labels.count(one) > 1}
    labels = [f"{one}{chr(96 + labels[: at + 1].count(one))}" if one in twice else one for at, one in enumerate(labels)]
    shown = pd.DataFrame(table).set_axis(labels, axis=0).astype(float)
    shown["weight"] = shown["weight"] / shown["weight"].sum()
    return Averaging(shown, names, array, codes, _summed(there, shown["weight"].to_numpy()), call, component, source)


@render.register(Averaging)
def _lines(x: Averaging, style: Style) -> list[str]:
    names = [f"‘{one}’" for one in x.msTable.index]
    wide = max(map(len, names))
    return ["", "Call:", *call_lines(x.call), "", "Component models: ",
            *fill([one.ljust(wide) for one in names], style.width), "", "Coefficients: ",
            *render(x.coefficients, style)]


@render.register(AveragingSummary)
def _summary_lines(s: AveragingSummary, style: Style) -> list[str]:
    x = s.model
    count = len(x.msTable)
    left = dict(x.component.arguments)
    response = left["formula"].split("~")[0].strip()
    left["formula"] = f"{response} ~ <{count} unique rhs>"
    one_line = f"{x.component.function}({', '.join(f'{name} = {value}' for name, value in left.items())})"
    first, *rest = strwrap(one_line, 0.9 * style.width)
    component = [first, *(f"     {line}" for line in rest)]
    component = [f"{line} " for line in component[:-1]] + component[-1:]
    rounded = Matrix(round_half_even(x.msTable.to_numpy(float), 2), index=x.msTable.index, columns=x.msTable.columns)
    lines = ["", "Call:", *call_lines(x.call), "", "Component model call: ", *component, "", "Component models: ",
             *render(rounded, style), "", "Term codes: ", *render(Vector(list(x.codes.values()), index=list(x.codes)),
                                                                style), "", "Model-averaged coefficients:  "]
    for words, table in (("(full average) ", s.coefmat_full), ("(conditional average) ", s.coefmat_subset)):
        shown = table.assign(**{"Pr(>|z|)": zapsmall(table["Pr(>|z|)"].to_numpy(), 7)})
        last = words.startswith("(cond")
        lines += [words, *coef_lines(CoefTable(shown, legend=last), style, max(3, style.digits - 3)), " "]
    return [*lines[:-1], ""]


@generics.summary.register(Averaging)
def _summary(x: Averaging) -> AveragingSummary:
    return AveragingSummary(x)


@generics.coef.register(Averaging)
def _coef(x: Averaging, *, full: bool = False) -> Vector:
    """Averages of the models that have a coefficient; full: of all, with 0 in the others."""
    return Vector(x.coefficients.loc["full" if full else "subset"].to_numpy(), index=x.names)


@generics.confint.register(Averaging)
def _confint(x: Averaging, parm: Any = None, level: float = 0.95, **settings: Any) -> Matrix:
    """Intervals by adjusted standard errors and the normal distribution; full=True of full averages."""
    require_level(level)
    full = settings.pop("full", False)
    if settings:
        raise ValueError(f"confint() of averaged models takes level= and full=, not {', '.join(settings)}")
    names = x.names if parm is None else as_labels(parm, "parm")
    for one in names:
        if one not in x.names:
            raise KeyError(f"the models have no coefficient {one}; they have {', '.join(x.names)}")
    found = x.averaged(bool(full), level).loc[names, ["Lower CI", "Upper CI"]]
    tail = (1.0 - level) / 2.0
    return Matrix(found.set_axis([f"{100.0 * share:.3g} %" for share in (tail, 1.0 - tail)], axis=1))


@generics.nobs.register(Averaging)
def _nobs(x: Averaging) -> int:
    return int(generics.nobs(next(iter(x.models().values()))))


@generics.predict.register(Averaging)
def _predict(x: Averaging, newdata: Any = None, *, re_form: str | float | None = None, type: str | None = None
             ) -> Vector:
    """Predictions of all models averaged by their weights, (rows,); re_form and type as the models take them."""
    given: dict[str, Any] = {name: value for name, value in (("re_form", re_form), ("type", type)) if value is not None}
    each = [generics.predict(m, newdata, **given) for m in x.models().values()]
    return Vector(x.weights @ np.array([np.asarray(one, float) for one in each]), index=each[0].index)
