"""Tables of information criteria: R's package bbmle."""
from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Style, console, layout
from translations.printing.coefmat import format_pval
from translations.printing.dispatch import render
from translations.printing.numbers import format_numbers
from translations.printing.rounding import round_half_even
from translations.stats import generics
from translations.stats.arguments import as_count, as_number, require_choice
from translations.stats.calls import called

TYPES = ("AIC", "BIC", "AICc", "qAIC", "qAICc")
LEAST = 0.001  # weights below are printed as that


class CriteriaTable(pd.DataFrame):
    """Models by an information criterion, a row each: `str()` is R's text, rounded to one digit after the point."""

    @property
    def _constructor(self) -> type[CriteriaTable]:
        return CriteriaTable

    def __str__(self) -> str:
        return console(self)


@render.register(CriteriaTable)
def _lines(x: CriteriaTable, style: Style) -> list[str]:
    values = round_half_even(x.to_numpy(float), 1)
    cells = np.array(format_numbers(values.T.ravel()), object).reshape(values.shape[::-1]).T
    for j, name in enumerate(x.columns):
        if name == "df":
            cells[:, j] = [f"{df:g}" for df in x["df"]]
        elif name == "weight":
            cells[:, j] = [f"<{LEAST:g}" if weight < LEAST else "" for weight in x["weight"]]
            large = x["weight"].to_numpy() >= LEAST
            cells[large, j] = format_pval(x["weight"].to_numpy()[large], 2)
    return layout.text_matrix(cells, style, [str(name) for name in x.index], [str(name) for name in x.columns])


def ICtab(  # noqa: N802
    *models: Any, type: str = "AIC", weights: bool = False, delta: bool = True, base: bool = False,
    logLik: bool = False, sort: bool = True, nobs: int | None = None, dispersion: float = 1.0,  # noqa: N803
    mnames: Sequence[str] | None = None,
) -> CriteriaTable:  # fmt: skip
    """Models by an information criterion: how much each has more than the least. R: bbmle::ICtab.

    models: fits of the same data that have a `logLik`, or one list or mapping of them. type: "AIC", "BIC", "AICc",
    "qAIC" or "qAICc", the last two with the log-likelihood over `dispersion`. weights: Akaike's weights too. delta,
    base: the differences, the criteria themselves. logLik: log-likelihoods beside each of these. sort: the best first.
    nobs: number of observations, by default the models'. mnames: the rows' names, by default what the call says.

    Of fits by REML the criterion is that of the restricted likelihood, as in R: compare models of other fixed effects
    by maximum likelihood.

    Returns a frame: (logLik, criterion,) (dLogLik,) d<criterion>, df, (weight); `str()` is R's text.

    Raises ValueError for fewer than two models, another type, models of different numbers of observations where these
    count, and where neither differences nor criteria are wanted. Source: Burnham & Anderson (2002), chapter 2.

    >>> d = r.sleepstudy()
    >>> none = r.lmer("Reaction ~ 1 + (1 | Subject)", d, REML=False)
    >>> days = r.lmer("Reaction ~ Days + (1 | Subject)", d, REML=False)
    >>> print(r.ICtab(none, days, weights=True))
         dAIC  df weight
    days   0.0 4  1     
    none 114.5 3  <0.001
    """  # noqa: W291
    return _table("ICtab", models, type, weights, delta, base, logLik, sort, nobs, dispersion, mnames)


def AICtab(*models: Any, weights: bool = False, delta: bool = True, base: bool = False,  # noqa: N802
           logLik: bool = False, sort: bool = True, mnames: Sequence[str] | None = None) -> CriteriaTable:  # noqa: N803
    """Models by AIC. R: bbmle::AICtab.

    models, weights, delta, base, logLik, sort, mnames: as in `ICtab`.

    Returns a frame, see `ICtab`. Raises ValueError as that does.

    >>> d = r.sleepstudy()
    >>> fits = {x: r.lmer(f"Reaction ~ {x} + (1 | Subject)", d, REML=False) for x in ("1", "Days")}
    >>> r.AICtab(fits)["dAIC"].round(1).to_dict()
    {'Days': 0.0, '1': 114.5}
    """
    return _table("AICtab", models, "AIC", weights, delta, base, logLik, sort, None, 1.0, mnames)


def AICctab(*models: Any, weights: bool = False, delta: bool = True, base: bool = False,  # noqa: N802
            logLik: bool = False, sort: bool = True, nobs: int | None = None,  # noqa: N803
            mnames: Sequence[str] | None = None) -> CriteriaTable:
    """Models by AICc, AIC corrected for few observations. R: bbmle::AICctab.

    models, weights, delta, base, logLik, sort, nobs, mnames: as in `ICtab`.

    Returns a frame, see `ICtab`. Raises ValueError as that does. Source: Hurvich & Tsai (1989).

    >>> d = r.sleepstudy()
    >>> fits = {x: r.lmer(f"Reaction ~ {x} + (1 | Subject)", d, REML=False) for x in ("1", "Days")}
    >>> r.AICctab(fits, nobs=20)["dAICc"].round(1).to_dict()
    {'Days': 0.0, '1': 113.3}
    """
    return _table("AICctab", models, "AICc", weights, delta, base, logLik, sort, nobs, 1.0, mnames)


def BICtab(*models: Any, weights: bool = False, delta: bool = True, base: bool = False,  # noqa: N802
           logLik: bool = False, sort: bool = True, nobs: int | None = None,  # noqa: N803
           mnames: Sequence[str] | None = None) -> CriteriaTable:
    """Models by BIC. R: bbmle::BICtab.

    models, weights, delta, base, logLik, sort, nobs, mnames: as in `ICtab`; as in R `nobs` changes no BIC.

    Returns a frame, see `ICtab`. Raises ValueError as that does. Source: Schwarz (1978).

    >>> d = r.sleepstudy()
    >>> fits = {x: r.lmer(f"Reaction ~ {x} + (1 | Subject)", d, REML=False) for x in ("1", "Days")}
    >>> r.BICtab(fits)["dBIC"].round(1).to_dict()
    {'Days': 0.0, '1': 111.3}
    """
    return _table("BICtab", models, "BIC", weights, delta, base, logLik, sort, nobs, 1.0, mnames)


def _table(function: str, models: Sequence[Any], kind: str, weights: bool, delta: bool, base: bool, likelihoods: bool,
           sort: bool, nobs: int | None, dispersion: float, mnames: Sequence[str] | None) -> CriteriaTable:
    require_choice(kind, TYPES, "type")
    fits = _named(function, models, mnames)
    if not delta and not base:
        raise ValueError(f"{function} shows differences or criteria: either 'base' or 'delta' must be True")
    if as_number(dispersion, "dispersion") != 1.0:
        if kind == "BIC":
            raise ValueError("cannot specify dispersion with BIC")
        if not kind.startswith("q"):
            kind = f"q{kind}"
            warnings.warn(f"dispersion!=1, type changed to {kind}", stacklevel=3)
    value, df, criterion = _criteria([m for _, m in fits], kind, dispersion, nobs)
    more = criterion - criterion.min()
    columns: dict[str, Any] = {}
    if base:
        columns |= {"logLik": value} if likelihoods else {}
        columns[kind] = criterion
    if delta:
        columns |= {"dLogLik": value - value.min()} if likelihoods else {}
        columns[f"d{kind}"] = more
    columns["df"] = df
    if weights:
        columns["weight"] = np.exp(-more / 2.0) / np.exp(-more / 2.0).sum()
    table = CriteriaTable(columns, index=[name for name, _ in fits])
    return table.iloc[np.argsort(criterion, kind="stable")] if sort else table


def _named(function: str, models: Sequence[Any], mnames: Sequence[str] | None) -> list[tuple[str, Any]]:
    """The models by name: `mnames`, a mapping's, or as the caller calls them. Raises ValueError for fewer than two."""
    named = models[0] if len(models) == 1 else None
    if isinstance(named, Mapping):
        fits, names = list(named.values()), [str(name) for name in named]
    elif isinstance(named, list | tuple):
        fits, names = list(named), [f"model{i + 1}" for i in range(len(named))]
    else:
        fits = list(models)
        names = [called(m, f"model{i + 1}", function, i) for i, m in enumerate(fits)]
    if len(fits) < 2:
        raise ValueError(f"{function} needs two models or more")
    if mnames is not None:
        if len(mnames) != len(fits):
            raise ValueError(f"mnames has {len(mnames)} names for {len(fits)} models")
        names = [str(name) for name in mnames]
    return list(zip(names, fits, strict=True))


def _criteria(fits: Sequence[Any], kind: str, dispersion: float, nobs: int | None
              ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log-likelihoods, degrees of freedom and criteria, (models,) each."""
    found = [generics.logLik(m) for m in fits]
    value, df = np.array([float(one) for one in found]), np.array([one.df for one in found])
    if kind in ("AICc", "BIC", "qAICc") and nobs is None:
        sizes = {int(generics.nobs(m)) for m in fits}
        if len(sizes) > 1:
            raise ValueError(f"nobs different: must have identical data for all objects, not {sorted(sizes)}")
        nobs = sizes.pop()
    criterion = -2.0 * value / (dispersion if kind.startswith("q") else 1.0) + 2.0 * df
    if kind == "BIC":
        criterion = np.array([generics.BIC(m) for m in fits], dtype=float)
    elif kind.endswith("c"):
        n, k = as_count(nobs, "nobs"), df + kind.startswith("q")  # the dispersion of qAICc is a parameter too
        with np.errstate(divide="ignore"):
            criterion += 2.0 * (k - df) + 2.0 * k * (k + 1.0) / (n - k - 1.0)
    return value, df, criterion
