"""How a fit says that observations hang together: their covariances and the residuals' autocorrelations.

Source: Pinheiro & Bates (2000), sections 5.1 and 5.3. R: nlme's getVarCov and ACF.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Matrix
from translations.printing.dispatch import render
from translations.printing.numbers import format_number
from translations.printing.objects import Textual
from translations.printing.rounding import signif
from translations.printing.style import Style
from translations.stats import generics
from translations.stats.arguments import as_count, require_choice
from translations.stats.formulas.frame import as_frame, factor_of, model_frame

from .fit import NlmeFit
from .generics import ACF, getVarCov
from .gls import Gls
from .gls_results import TYPES
from .lme import Lme
from .rows import form_of, numbers_of

KINDS = {"random.effects": "Random effects", "conditional": "Conditional", "marginal": "Marginal"}
DIGITS = 5  # print.VarCov's own


class VarCov(Matrix):
    """Covariances (k, k) of random effects, or of the observations of a group (R: class VarCov); `kind` is whose."""

    _metadata = ["r_class", "kind"]
    kind: str = "marginal"


class VarCovs(Textual, dict[str, VarCov]):
    """Covariances of the observations of several groups, by the group's label; `factor`: what groups."""

    factor: str = ""


@render.register(VarCov)
def _covariances(x: VarCov, style: Style) -> list[str]:
    values = x.to_numpy(float)
    shown = Matrix(signif(values, DIGITS), index=x.index, columns=x.columns)
    spread = " ".join(format_number(float(one), style.digits) for one in signif(np.sqrt(np.diagonal(values)), DIGITS))
    return [f"{KINDS[x.kind]} variance covariance matrix", *render(shown, style), f"  Standard Deviations: {spread} "]


@render.register(VarCovs)
def _groups(x: VarCovs, style: Style) -> list[str]:
    return [line for name, one in x.items() for line in (f"{x.factor} {name} ", *render(one, style))]


def _made(values: np.ndarray, kind: str, names: list[str] | None = None) -> VarCov:
    made = VarCov(values, index=names, columns=names)
    made.kind = kind
    return made


def _errors(m: NlmeFit, rows: np.ndarray) -> np.ndarray:
    """Covariances (k, k) of the errors of one group's rows, (k,), which are in data order."""
    problem, _ = m.errors
    correlation = problem.correlation
    C = np.eye(len(rows))
    if correlation is not None:
        covariates = correlation.form.covariates
        at = numbers_of(covariates, m.frame, correlation.name)[rows] if covariates else np.arange(1.0, len(rows) + 1.0)
        C = correlation.matrix(m.correlation_parameters, at.reshape(len(rows), -1))
    spread = m.sigma / m.weights[rows]
    return np.asarray(spread[:, None] * C * spread)


def _chosen(individuals: Any, groups: Sequence[str]) -> list[str]:
    """Groups by their labels or numbers from 1. Raises KeyError for one that there is not."""
    several = isinstance(individuals, Sequence | np.ndarray | pd.Series | pd.Index) and not isinstance(individuals, str)
    found = []
    for one in individuals if several else [individuals]:
        label = one
        if not isinstance(one, str):
            at = as_count(one, "individuals", 1)
            label = groups[at - 1] if at <= len(groups) else at
        if label not in groups:
            raise KeyError(f"no group {label!r} was used in the fit; there are {len(groups)}: "
                           f"{', '.join(groups[:6])}{', ...' * (len(groups) > 6)}")
        found.append(str(label))
    return found


@getVarCov.register(Lme)
def _of_lme(m: Lme, individuals: Any = None, type: str | None = None) -> VarCov | VarCovs:
    kind = "random.effects" if type is None else type
    require_choice(kind, KINDS, "type")
    if m.Q > 1:
        raise ValueError("getVarCov() is not implemented for multiple levels of nesting, as in R: VarCorr(m) has each "
                         "level's covariances")
    if kind == "random.effects":
        return _made(m.covariances[0], kind, m.problem.levels[0].effects)
    labels = np.array(m.group_labels(1), object)
    made = VarCovs()
    made.factor = m.form.groups[0]
    for name in _chosen(1 if individuals is None else individuals, list(dict.fromkeys(labels))):
        rows = np.flatnonzero(labels == name)
        V = _errors(m, rows)
        if kind == "marginal":
            Z = m.random[0].values[rows]
            V = V + Z @ m.covariances[0] @ Z.T
        made[name] = _made(V, kind, [str(k + 1) for k in range(len(rows))])
    return made


@getVarCov.register(Gls)
def _of_gls(m: Gls, individuals: Any = None, type: str | None = None, individual: Any = None) -> VarCov:
    require_choice("marginal" if type is None else type, ("marginal",), "type")
    correlation = m.problem.correlation
    if correlation is None:
        raise ValueError("getVarCov() is not implemented for uncorrelated errors: sigma(m) is their standard deviation")
    if not correlation.form.groups:
        raise ValueError("getVarCov() is not implemented for correlation structures without a grouping factor")
    labels, groups = _labels(correlation.form.groups, m)
    asked = individuals if individual is None else individual
    chosen = _chosen(1 if asked is None else asked, groups)
    if len(chosen) != 1:
        raise ValueError(f"individual must be one group of gls, not {len(chosen)}")
    return _made(_errors(m, np.flatnonzero(labels == chosen[0])), "marginal")


def _labels(groups: tuple[str, ...], m: NlmeFit) -> tuple[np.ndarray, list[str]]:
    """Each row's group, (n,), in data order, and the groups: one factor's in the order of its levels, those of several,
    joined by `/`, as they come.
    """
    found = model_frame("~ 1", as_frame(m.data), extra=groups, na_action="na.pass")
    pieces = [factor_of(one, found) for one in groups]
    texts = [np.array(levels, object)[codes][m.frame.rows] for codes, levels in pieces]
    joined = ["/".join(parts) for parts in zip(*texts, strict=True)]
    there = dict.fromkeys(joined)
    return np.array(joined, object), [one for one in pieces[0][1] if one in there] if len(groups) == 1 else list(there)


class Autocorrelations(Textual, pd.DataFrame):  # type: ignore[misc]
    """Autocorrelations by lag, columns lag and ACF; `.attrs["n_used"]`: of how many pairs each (R: class ACF)."""


def autocorrelations(groups: Sequence[np.ndarray], most: int | None) -> Autocorrelations:
    """The mean product of residuals `lag` rows apart in a group, over the mean square; of all groups' pairs."""
    longest = max(map(len, groups)) - 1
    most = min(longest, int(10.0 * np.log10(longest + 1.0))) if most is None else most
    lags = range(most + 1)
    pairs = [sum(max(len(one) - lag, 0) for one in groups) for lag in lags]
    products = [sum(float(one[: len(one) - lag] @ one[lag:]) for one in groups if lag < len(one)) for lag in lags]
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.array(products) / np.array(pairs, float)
        made = Autocorrelations({"lag": list(lags), "ACF": means / means[0]})
    made.attrs["n_used"] = pairs
    return made


@ACF.register(NlmeFit)
def _acf(m: Lme | Gls, maxLag: int | None = None, resType: str = "pearson", form: str = "~ 1"  # noqa: N803
         ) -> Autocorrelations:
    require_choice(resType, TYPES, "resType")
    most = None if maxLag is None else as_count(maxLag, "maxLag", 0)
    residuals = np.asarray(generics.residuals(m, resType), float)
    residuals = residuals[~np.isnan(residuals)]  # those of rows that na.exclude left out
    if isinstance(m, Lme):
        labels = np.array(m.group_labels(m.Q), object)
    else:
        own = m.problem.correlation
        groups = own.form.groups if own is not None and own.form.groups else form_of(form, "ACF").groups
        if not groups:
            return autocorrelations([residuals], most)
        labels, _ = _labels(groups, m)
    return autocorrelations([residuals[labels == one] for one in dict.fromkeys(labels)], most)
