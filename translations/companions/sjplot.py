"""Models side by side in one table, as papers print them: R's package sjPlot."""
from __future__ import annotations

import math
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from translations.files import replace
from translations.generalized.confint import confint_default
from translations.generalized.model import Glm
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.model import LmerMod
from translations.lme4.results.extract import isSingular
from translations.lme4.results.varcorr import VarCorr
from translations.stats import generics
from translations.stats.arguments import as_count, require_choice, require_level
from translations.stats.distributions import pnorm, pt, qnorm, qt
from translations.stats.linear.linear_model import Lm
from translations.stats.model_generics import model_frame

from .broom import tidy
from .model_performance import model_performance
from .model_table import ModelTable, Named, OneModel, RandomPart
from .performance import r2
from .standardize import standardize_parameters
from .term_labels import term_labels, wrapped
from .variances import SLOPES, as_insight

WAYS = ("wald", "residual", "profile", "kr", "kenward", "satterthwaite", "normal")
STYLES = ("numeric", "stars", "numeric_stars", "scientific", "scientific_stars")
COUNTS = ("poisson", "quasipoisson", "Negative Binomial")
BETWEEN = "&nbsp;&ndash;&nbsp;"
MINUS = "&#45;"


def _estimates(m: Any, level: float, way: str | None, standard: bool, raised: bool) -> pd.DataFrame:
    """Coefficients with standard errors, statistics, degrees of freedom, p and intervals, as parameters gives them, of
    standardized data too where asked; raised to their exponential.

    Of a linear mixed model t's with n less the number of parameters, of `glm` intervals by profiles, of `glmer` z's.
    """
    ends = None
    table = pd.DataFrame(generics.summary(m).coefficients)
    b, se = table.iloc[:, 0].to_numpy(float), table.iloc[:, 1].to_numpy(float)
    names = [str(name) for name in table.index]
    known = isinstance(m, Glm | GlmerMod) and (isinstance(m, GlmerMod) or m.family.dispersion is not None)
    df = np.full(len(b), np.inf if known or way == "normal" else float(generics.df_residual(m)))
    if isinstance(m, Glm):
        profiled = way in (None, "profile")
        bounds = generics.confint(m, level=level) if profiled else confint_default(m, level=level)
        ends = bounds.loc[names].to_numpy(float)
    elif isinstance(m, LmerMod) and not known and way in ("kr", "kenward", "satterthwaite"):
        found = tidy(m, effects="fixed", ddf="Satterthwaite" if way == "satterthwaite" else "Kenward-Roger")
        se, df = found["std.error"].to_numpy(float), found["df"].to_numpy(float)
    statistic = b / se
    tail = 1.0 - (1.0 - level) / 2.0
    p = [2.0 * (pnorm(-abs(t)) if math.isinf(d) else pt(-abs(t), d)) for t, d in zip(statistic, df, strict=True)]
    half = np.array([qnorm(tail) if math.isinf(d) else qt(tail, d) for d in df]) * se
    low, high = (b - half, b + half) if ends is None else ends.T
    out = pd.DataFrame({"estimate": b, "low": low, "high": high, "se": se, "stat": statistic, "p": p, "df": df},
                       index=names)
    scaled = ["estimate", "low", "high"]
    if standard:
        found = standardize_parameters(m, ci=level).set_index("Parameter")
        out = out.assign(std=found["Std_Coefficient"], std_low=found["CI_low"], std_high=found["CI_high"])
        scaled += ["std", "std_low", "std_high"]
    if raised:
        out[scaled] = np.exp(out[scaled])
        out["se"] *= out["estimate"]
    return out


def _random(m: LmerMod, residual: float) -> RandomPart:
    intercepts, slopes, correlations = [], [], []
    for S, term in zip(VarCorr(m).values(), m.design.random.terms, strict=True):
        V, names = np.asarray(S, dtype=float), list(S.index)
        for i, name in enumerate(names):
            if name == "(Intercept)":
                intercepts.append(Named(term.group, float(V[i, i])))
            else:
                slopes.append(Named(f"{term.group}.{name}", float(V[i, i])))
        if "(Intercept)" in names and len(names) > 1:
            with np.errstate(divide="ignore", invalid="ignore"):
                against = [float(V[0, i] / np.sqrt(V[0, 0] * V[i, i])) for i in range(1, len(names))]
            correlations += [Named(term.group if len(against) == 1 else "", value) for value in against]
    return RandomPart(residual, intercepts, slopes, correlations)


def _below(m: Any) -> tuple[OneModel, list[tuple[str, float]]]:
    """What stands below a model's coefficients, and its R², by name."""
    if not isinstance(m, LmerMod):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                found = r2(m)
            except ValueError:
                return OneModel(None, [], []), []
        return OneModel(None, [], []), [(str(name).replace("_", " "), float(v)) for name, v in found.items()]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=re.escape(SLOPES))
        v = as_insight(m)
    spread = sum(v.random.values())
    lost = isSingular(m, 1e-5)
    explained = [v.fixed / (v.fixed + v.residual), math.nan] if lost else [
        v.fixed / v.total, (v.fixed + spread) / v.total]  # fmt: skip
    frame = model_frame(m)
    parts = dict.fromkeys(part for term in m.design.random.terms for part in term.group.split(":"))
    groups = [Named(part, int(frame[part].nunique())) for part in parts]
    icc = [] if lost else [Named("", spread / (spread + v.residual))]
    return OneModel(_random(m, v.residual), icc, groups), list(
        zip(("Marginal R2", "Conditional R2"), explained, strict=True))


def _heading(m: Any, transformed: bool) -> str:
    """What the estimates are."""
    if isinstance(m, Lm) or (isinstance(m, LmerMod) and not isinstance(m, GlmerMod)):
        return "Estimates"
    name = m.family.name
    if name in ("binomial", "quasibinomial"):
        if not transformed:
            return "Log-Odds"
        return "Odds Ratios" if m.family.link.name == "logit" else "Risk Ratios"
    if name.startswith(COUNTS):
        return "Incidence Rate Ratios" if transformed else "Log-Mean"
    return "Estimates"


def _link(m: Any) -> str:
    return str(m.family.link.name) if isinstance(m, Glm | GlmerMod) else "identity"


@dataclass(frozen=True)
class Writing:
    """How numbers become cells."""

    digits: int
    digits_p: int
    emphasized: bool
    style: str
    thresholds: tuple[float, ...]
    collapse_ci: bool
    collapse_se: bool
    hyphen: str
    minus: str

    def cells(self, row: dict[Any, float]) -> dict[str, str]:
        """A coefficient's cells, by column. As in R a cell's first minus alone is replaced."""
        estimate = self._number(row["estimate"])
        if "stars" in self.style:
            estimate += f" <sup>{'*' * sum(row['p'] < cut for cut in self.thresholds)}</sup>"
        ci = self._span(row["low"], row["high"])
        if self.collapse_ci:
            estimate += f"<br>({ci})"
        if self.collapse_se:
            estimate += f"<br>({self._number(row['se'])})"
        found = {"estimate": estimate, "ci": ci, "p": self._p(row["p"])}
        found |= {name: self._number(row[name]) for name in ("se", "stat", "df")}
        if "std" in row:
            found |= {"std": self._number(row["std"]), "std_ci": self._span(row["std_low"], row["std_high"])}
        return {name: re.sub(r"-(\d)(.*)", rf"{self.minus}\1\2", cell) for name, cell in found.items()}

    def _number(self, x: float) -> str:
        return "Inf" if math.isinf(x) else f"{x:.{self.digits}f}"

    def _span(self, low: float, high: float) -> str:
        return f"{self._number(low)}{self.hyphen}{self._number(high)}"

    def _p(self, p: float) -> str:
        digits = self.digits_p
        text = f"{p:.{digits}e}" if self.style.startswith("scientific") else f"{p:.{digits}f}"
        if float(text) == 0.0:
            text = f"&lt;{10.0**-digits:.{digits}f}"
        return f"<strong>{text}</strong>" if self.emphasized and p < 0.05 else text


def _response(m: Any) -> str:
    return str((m.design.frame if isinstance(m, LmerMod) else m.frame).formula.response)


def tab_model(
    *models: Any, transform: str | None = "auto", show_intercept: bool = True, show_est: bool = True,
    show_ci: float | bool = 0.95, show_se: bool = False, show_std: bool = False, show_p: bool = True,
    show_stat: bool = False, show_df: bool = False, show_r2: bool = True, show_icc: bool = True,
    show_re_var: bool = True, show_ngroups: bool = True, show_aic: bool = False, show_aicc: bool = False,
    show_dev: bool = False, show_loglik: bool = False, show_obs: bool = True, terms: Sequence[str] | None = None,
    rm_terms: Sequence[str] | None = None, order_terms: Sequence[int] | None = None, title: str | None = None,
    pred_labels: Mapping[str, str] | Sequence[str] | None = None, dv_labels: Sequence[str] | str | None = None,
    wrap_labels: int = 25, string_pred: str = "Predictors", string_est: str | None = None,
    string_std: str = "std. Beta", string_ci: str = "CI", string_se: str = "std. Error",
    string_std_ci: str = "standardized CI", string_p: str = "p", string_df: str = "df", string_stat: str = "Statistic",
    string_intercept: str = "(Intercept)", ci_hyphen: str = BETWEEN, minus_sign: str = MINUS,
    collapse_ci: bool = False, collapse_se: bool = False, digits: int = 2, digits_p: int = 3, digits_rsq: int = 3,
    digits_re: int = 2, emph_p: bool = True, p_val: str | None = None, p_style: str = "numeric",
    p_threshold: Sequence[float] = (0.05, 0.01, 0.001), file: str | Path | None = None,
) -> ModelTable:  # fmt: skip
    """Models side by side: estimates, intervals, p-values, and what the random effects are. R: sjPlot::tab_model.

    models: fits by `lm`, `glm`, `lmer` or `glmer`, or one list of them. transform: "exp" shows estimates and intervals
    as their exponential, None as they are; "auto" does so where the link is not the identity. show_ci: the level, False
    for no interval. show_std: estimates of standardized data too. p_val: "kr" or "satterthwaite" for a linear mixed
    model's degrees of freedom, "wald" for `glm`'s intervals by standard errors; R's default are t's with n less the
    number of parameters, and profiles. p_style: "numeric", "stars", "scientific" or two of them, "numeric_stars".
    terms, rm_terms: coefficients to keep, to leave out; order_terms: the rows' order, from 1. pred_labels: the rows'
    labels, a mapping from coefficients or a list; dv_labels: the columns'. file: where the whole page is written.
    show_intercept, show_est, show_se, show_p, show_stat, show_df, show_r2, show_icc, show_re_var, show_ngroups,
    show_aic, show_aicc, show_dev, show_loglik, show_obs: whether these are shown. title: above the table.
    string_pred, string_est, string_std, string_ci, string_se, string_std_ci, string_p, string_df, string_stat,
    string_intercept: headings, and the intercept's label. ci_hyphen, minus_sign: in HTML. collapse_ci, collapse_se:
    below the estimate. digits, digits_p, digits_rsq, digits_re: after the point. emph_p: p below 0.05 in bold.
    p_threshold: of the stars. wrap_labels: letters a line.

    Returns a ModelTable: `.page_content` is R's HTML, notebooks show it, `str()` is the table as plain text, where R
    opens a page, and `.as_data_frame()` its rows.

    Raises ValueError for another model, an unknown style or way, and labels of another number than there are rows.
    Source: Lüdecke (2024), sjPlot.

    >>> d = r.sleepstudy()
    >>> print(r.tab_model(r.lmer("Reaction ~ Days + (Days | Subject)", d)))
                                  Reaction
    Predictors                    Estimates      CI               p
    (Intercept)                   251.41         237.94 – 264.87  <0.001
    Days                          10.47          7.42 – 13.52     <0.001
    Random Effects
    σ2                            654.94
    τ00 Subject                   612.10
    τ11 Subject.Days              35.07
    ρ01 Subject                   0.07
    ICC                           0.72
    N Subject                     18
    Observations                  180
    Marginal R2 / Conditional R2  0.279 / 0.799
    """
    fits = _fits(models)
    require_choice(p_style, STYLES, "p_style")
    for name, choice, known in (("transform", transform, ("auto", "exp")), ("p_val", p_val, WAYS)):
        if choice is not None:
            require_choice(choice, known, name)
    for name, one in (("digits", digits), ("digits_p", digits_p), ("digits_rsq", digits_rsq), ("digits_re", digits_re)):
        as_count(one, name, least=0)
    interval = show_ci is not False and show_ci is not None
    level = 0.95 if not interval or show_ci is True else float(show_ci)
    require_level(level, "show_ci")
    starred = "stars" in p_style
    wanted = [
        ("estimate", show_est, string_est), ("se", show_se and show_est and not collapse_se, string_se),
        ("std", show_std, string_std), ("ci", interval and show_est and not collapse_ci, string_ci),
        ("std_ci", show_std and interval and not collapse_ci, string_std_ci), ("stat", show_stat, string_stat),
        ("p", show_p and p_style != "stars", string_p), ("df", show_df, string_df),
    ]  # fmt: skip
    columns = {name: heading for name, asked, heading in wanted if asked}
    writing = Writing(digits, digits_p, emph_p, p_style, tuple(p_threshold), collapse_ci, collapse_se, ci_hyphen,
                      minus_sign)  # fmt: skip
    raised = [transform == "exp" or (transform == "auto" and _link(m) != "identity") for m in fits]
    cells = [_cells(m, level, p_val, show_std, one, writing) for m, one in zip(fits, raised, strict=True)]
    names = [name for name in dict.fromkeys(name for of_model in cells for name in of_model)
             if (show_intercept or name != "(Intercept)") and (terms is None or name in terms)
             and (rm_terms is None or name not in rm_terms)]  # fmt: skip
    labels: dict[str, str] = {}
    for m, of_model in zip(fits, cells, strict=True):
        labels = term_labels(m, list(of_model)) | labels
    first = _row_labels(names, labels | {"(Intercept)": string_intercept}, pred_labels, wrap_labels)
    body = [[label, *(of_model.get(name, {}).get(column, "") for of_model in cells for column in columns)]
            for label, name in zip(first, names, strict=True)]
    headings = [string_pred, *(heading or _heading(m, one) for m, one in zip(fits, raised, strict=True)
                               for heading in columns.values())]
    below = [_below(m) for m in fits]
    parts = [OneModel(part.random, part.icc if show_icc else [], part.groups if show_ngroups else [])
             for part, _ in below]
    statistics = _statistics(fits, [share for _, share in below], digits_rsq, show_obs, show_r2, {
        "Deviance": show_dev, "AIC": show_aic, "AICc": show_aicc, "log-Likelihood": show_loglik})
    found = ModelTable(pd.DataFrame(_ordered(body, order_terms), columns=range(len(headings))), headings,
                       [i for i in range(len(fits)) for _ in columns], _responses(fits, dv_labels, wrap_labels), parts,
                       statistics, title, show_re_var, digits_re, writing.thresholds if starred else None)
    if file is not None:
        replace({Path(file): found.page_complete})
    return found


def _cells(m: Any, level: float, way: str | None, standard: bool, raised: bool, writing: Writing
           ) -> dict[str, dict[str, str]]:
    """By coefficient its cells, by column."""
    table = _estimates(m, level, way, standard, raised)
    return {name: writing.cells(row) for name, row in zip(table.index, table.to_dict("records"), strict=True)}


def _ordered(body: list[list[str]], order: Sequence[int] | None) -> list[list[str]]:
    """The rows by their numbers, from 1. Raises ValueError unless each is there once."""
    if order is None:
        return body
    if sorted(order) != list(range(1, len(body) + 1)):
        raise ValueError(f"order_terms must be the numbers from 1 to {len(body)} in another order")
    return [body[k - 1] for k in order]


def _responses(fits: list[Any], given: Sequence[str] | str | None, width: int) -> list[str]:
    """What stands above each model: `given`, or its response. Raises ValueError where there are not as many."""
    if given is None:
        return [wrapped(_response(m), width) for m in fits]
    labels = [given] if isinstance(given, str) else list(given)
    if len(labels) != len(fits):
        raise ValueError(f"dv_labels has {len(labels)} labels for {len(fits)} models")
    return labels


def _fits(models: tuple[Any, ...]) -> list[Any]:
    """The models, given one by one or as a list. Raises ValueError where one is none, and for none at all."""
    fits = list(models[0]) if len(models) == 1 and isinstance(models[0], list | tuple) else list(models)
    if not fits:
        raise ValueError("tab_model needs a model or more")
    for m in fits:
        if not isinstance(m, Lm | Glm | LmerMod):
            raise ValueError(f"tab_model needs models by lm, glm, lmer or glmer, not {type(m).__name__}")
    return fits


def _row_labels(names: list[str], labels: dict[str, str], given: Any, width: int) -> list[str]:
    """The first column: coefficients' labels, or those that are given, by name or in order."""
    if isinstance(given, Mapping):
        return [wrapped(str(given[name]), width) if name in given else name for name in names]
    if given is not None:
        if len(given) != len(names):
            raise ValueError(f"pred_labels has {len(given)} labels for {len(names)} coefficients: {', '.join(names)}")
        return [str(label) for label in given]
    return [wrapped(labels[name], width) for name in names]


def _statistics(fits: list[Any], explained: list[list[tuple[str, float]]], digits: int, observations: bool, share: bool,
                others: dict[str, bool]) -> list[tuple[str, list[str]]]:
    """The closing rows: number of observations, R², criteria."""
    found = [("Observations", [str(int(generics.nobs(m))) for m in fits])] if observations else []
    if share and any(explained):
        named = next(one for one in explained if one)
        name = " / ".join(text for text, _ in named[:2]).replace("R2", "R<sup>2</sup>")
        found.append((name, [" / ".join("NA" if math.isnan(x) else f"{x:.{digits}f}" for _, x in one[:2]) or "NA"
                             for one in explained]))
    how = {
        "Deviance": lambda m: generics.deviance(m, REML=False) if isinstance(m, LmerMod) else generics.deviance(m),
        "AIC": lambda m: float(model_performance(m, ["AIC"])["AIC"].iloc[0]),
        "AICc": lambda m: float(model_performance(m, ["AICc"])["AICc"].iloc[0]),
        "log-Likelihood": lambda m: float(generics.logLik(m)),
    }
    return found + [(name, [f"{how[name](m):.3f}" for m in fits]) for name, asked in others.items() if asked]
