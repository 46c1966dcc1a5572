"""How well models fit, in a row each: R's `model_performance` and `compare_performance` of the package performance."""
from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from translations.generalized.model import Glm
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.model import LmerMod
from translations.printing import Style, render
from translations.settings import option, since
from translations.stats import generics, model_generics
from translations.stats.arguments import as_labels, require_choice
from translations.stats.calls import called
from translations.stats.linear.linear_model import Lm
from translations.stats.log_likelihood import LogLik

from .easystats import PerformanceNote, beside_each_other, laid_out, values
from .performance import icc, r2
from .scores import scores

Floats = np.ndarray
CRITERIA = ("AIC", "AICc", "BIC")
OF_LM = (*CRITERIA, "R2", "R2_adj", "RMSE", "Sigma")
OF_LMER = (*CRITERIA, "R2", "ICC", "RMSE", "Sigma")
OF_GLM, OF_GLMER = (*OF_LM, "Log_loss", "Score", "PCP"), (*OF_LMER, "Log_loss", "Score")
UNCOMMON = ("AICc", "Sigma", "Log_loss", "Score", "PCP")
FAMILIES = ("gaussian", "Gamma", "inverse.gaussian", "poisson", "binomial")
SHOWN_AS = {"R2_Tjur": "Tjur's R2", "R2_Nagelkerke": "Nagelkerke's R2",
            "R2_adjusted": "R2 (adj.)", "R2_conditional": "R2 (cond.)", "R2_marginal": "R2 (marg.)",
            "Performance_Score": "Performance-Score"} | {f"{name}_wt": f"{name} weights" for name in CRITERIA}

# Of a response that is a function of a variable y: y back from it, and the logarithm of the function's derivative at y.
TRANSFORMED: dict[str, tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]] = {
    "log": (np.exp, lambda t: -t),
    "log1p": (np.expm1, lambda t: -t),
    "log2": (np.exp2, lambda t: -t * np.log(2.0) - np.log(np.log(2.0))),
    "log10": (lambda t: 10.0**t, lambda t: -t * np.log(10.0) - np.log(np.log(10.0))),
    "sqrt": (np.square, lambda t: -np.log(2.0 * t)),
    "exp": (np.log, np.log),
}


class Performance(pd.DataFrame):
    """Models by row, indices of how well they fit by column. `str()` is R's text, also of chosen rows or columns."""

    _metadata = ["heading"]
    heading: str = ""

    @property
    def _constructor(self) -> type[Performance]:
        return Performance

    def __str__(self) -> str:
        return "\n".join(render(self, Style()))

    def __repr__(self) -> str:
        return f"<Performance {len(self)} x {self.shape[1]}: {', '.join(map(str, self.columns))}>"


def model_performance(m: Any, metrics: str | Sequence[str] = "all", estimator: str = "REML") -> Performance:
    """How well a model fits: information criteria, R², ICC, RMSE, sigma. R: performance::model_performance.

    m: a model by `lm`, `glm`, `lmer` or `glmer`, of no quasi or negative binomial family. metrics: "all", "common"
    (without AICc, Sigma, Log_loss, Score and PCP) or names of AIC, AICc, BIC, R2, R2_adj (of `lm`), ICC (of mixed
    models), RMSE, Sigma, Log_loss and PCP (percent correctly predicted, of `glm`) of yes/no answers, and Score of these
    and of Poisson counts. estimator: by which criterion of a mixed model its log-likelihood
    is taken, "REML" or "ML", at the estimates that it has. RMSE is the root of the mean squared residual, in units of
    the response. Where this is a function of a variable, as in log(y), the log-likelihood is that of y itself, so that
    models of y and of log(y) can be compared.

    Returns a Performance (1, metrics); its `str()` is R's text. The variances of a singular fit are no ground for an
    R2_conditional or an ICC, which are missing then, as in R.

    Raises ValueError for another model, unknown metrics, or a response whose logarithm, root or exponential is taken
    of more than a variable, as in log(y + 1), where performance's own log-likelihood is not that of y.

    >>> print(r.model_performance(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())))
    # Indices of model performance
    <BLANKLINE>
    AIC      |     AICc |      BIC | R2 (cond.) | R2 (marg.) |   ICC |   RMSE |  Sigma
    ----------------------------------------------------------------------------------
    1755.628 | 1756.114 | 1774.786 |      0.799 |      0.279 | 0.722 | 23.438 | 25.592
    """
    require_choice(estimator, ["REML", "ML"], "estimator")
    found = _indices(m, _metrics(metrics), estimator, "model_performance")
    if isinstance(m, LmerMod) and not m.generalized and estimator == "REML" and {*CRITERIA} & found.keys():
        _say_of_reml(m)
    table = Performance([list(found.values())], columns=list(found))
    table.heading = "Indices of model performance"
    return table


def compare_performance(*models: Any, metrics: str | Sequence[str] = "all", rank: bool = False, estimator: str = "ML",
                        names: Sequence[str] | None = None) -> Performance:
    """How well models fit, one a row, with Akaike's weights. R: performance::compare_performance.

    models: by `lm`, `glm`, `lmer` or `glmer`, of one response, or one list or mapping of them. metrics: as in
    `model_performance`; those that a model's kind does not have are missing. rank: by `Performance_Score`, the mean
    of the weights and the other indices, each scaled from 0, the worst of these models, to 1, the best; columns
    with missing values are left out of it. Before performance 0.18 (R 4.6) a larger Log_loss counts as better
    there. estimator: the criterion of mixed models, by default "ML", since REML criteria of different fixed effects
    cannot be compared. names: of the models, by default as the caller calls them.

    Returns a Performance, a row a model in the order given, or best first; its `str()` is R's text.

    Raises ValueError where there is no model, and as `model_performance`.

    >>> none = r.lmer("Reaction ~ 1 + (Days | Subject)", r.sleepstudy())
    >>> days = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> print(r.compare_performance(none, days, metrics=["AIC", "RMSE"]))
    # Comparison of Model Performance Indices
    <BLANKLINE>
    Name |   Model |  AIC (weights) |   RMSE
    ----------------------------------------
    none | lmerMod | 1785.5 (<.001) | 23.268
    days | lmerMod | 1764.0 (>.999) | 23.438
    """
    if len(models) == 1 and isinstance(models[0], Mapping | list | tuple):
        listed = models[0]
        models = tuple(listed.values() if isinstance(listed, Mapping) else listed)
        if names is None:
            names = list(listed) if isinstance(listed, Mapping) else [f"Model {i + 1}" for i in range(len(models))]
    if not models:
        raise ValueError("compare_performance needs at least one model")
    require_choice(estimator, ["REML", "ML"], "estimator")
    wanted = _metrics(metrics)
    if names is None:
        names = [called(one, f"model{i + 1}", "compare_performance", i) for i, one in enumerate(models)]
    names = as_labels(names, "names")
    if len(names) != len(models):
        raise ValueError(f"names are {len(names)} and the models {len(models)}: one for each")
    rows = [{"Name": name, "Model": _class(m)} | _indices(m, wanted, estimator, "compare_performance")
            for m, name in zip(models, names, strict=True)]
    shared = [name for name in rows[0] if all(name in row for row in rows)]
    columns = list(dict.fromkeys([*shared, *(name for row in rows for name in row)]))
    table = pd.DataFrame([[row.get(name, np.nan) for name in columns] for row in rows], columns=columns)
    for name in CRITERIA:
        if name in table:
            table[f"{name}_wt"] = _weights(table[name].to_numpy(float))
    _say_of_comparison(models, estimator, table)
    table = Performance(_ranked(table) if rank else table[_weights_beside(table)])
    table.heading = "Comparison of Model Performance Indices"
    return table


def _metrics(metrics: str | Sequence[str]) -> list[str]:
    """The metrics asked for, by their own names. Raises ValueError for an unknown one."""
    known = dict.fromkeys([*OF_LM, *OF_LMER, *OF_GLM])
    if isinstance(metrics, str) and metrics in ("all", "common"):
        return [name for name in known if metrics == "all" or name not in UNCOMMON]
    spelled = {name.lower(): name for name in known}
    asked = as_labels(metrics, "metrics")
    for one in asked:
        if one.lower() not in spelled:
            raise ValueError(f"no metric {one!r}; there are {', '.join(known)}, \"all\" and \"common\"")
    return [spelled[one.lower()] for one in asked]


def _class(m: Any) -> str:
    if isinstance(m, GlmerMod):
        return "glmerMod"
    if isinstance(m, LmerMod):
        return "lmerModLmerTest" if option("lmerTest") else "lmerMod"
    return type(m).__name__.lower()


def _indices(m: Any, metrics: Sequence[str], estimator: str, function: str) -> dict[str, float]:
    """The metrics that a model of this kind has, in R's order."""
    if not isinstance(m, Lm | Glm | LmerMod):
        raise ValueError(f"{function} is for models by lm, glm, lmer or glmer, not {type(m).__name__}")
    if isinstance(m, Glm | GlmerMod) and m.family.name not in FAMILIES:
        raise ValueError(f"{function} is not for models of the family {m.family.name}: it has {', '.join(FAMILIES)}")
    kinds = {Lm: OF_LM, Glm: OF_GLM, GlmerMod: OF_GLMER, LmerMod: OF_LMER}
    own = [name for name in next(of for kind, of in kinds.items() if isinstance(m, kind)) if name in metrics]
    found: dict[str, float] = {}
    if {*CRITERIA} & {*own}:
        criteria = _criteria(_loglik(m, estimator))
        found |= {name: criteria[name] for name in own if name in criteria}
    if {"R2", "R2_adj"} & {*own}:
        found |= _explained(m, own)
    if "ICC" in own and not np.isnan(share := float(_quietly(icc, m)["ICC_adjusted"])):
        found["ICC"] = share
    if "RMSE" in own:
        found["RMSE"] = float(np.sqrt(np.mean(np.asarray(generics.residuals(m, "response"), dtype=float) ** 2)))
    if "Sigma" in own:
        found["Sigma"] = float(generics.sigma(m))
    return found | scores(m, own) if isinstance(m, Glm | GlmerMod) else found


def _explained(m: Any, own: Sequence[str]) -> dict[str, float]:
    shares = _quietly(r2, m)
    if isinstance(m, Lm | Glm):
        asked = {"R2": "R2", "R2_adjusted": "R2_adj"}
        return {str(name): float(share) for name, share in shares.items() if asked.get(str(name), own[0]) in own}
    if shares.note:
        warnings.warn(shares.note, PerformanceNote, stacklevel=4)
    return {str(name): float(share) for name, share in shares.items()}


def _quietly(function: Callable[[Any], Any], m: Any) -> Any:
    """Without its warning of a singular fit, which performance leaves out here too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(m)


def _criteria(likelihood: LogLik) -> dict[str, float]:
    deviance, k, n = -2.0 * float(likelihood), likelihood.df, likelihood.nobs
    corrected = deviance + 2.0 * k * n / (n - k - 1) if n > k + 1 else np.inf
    return {"AIC": deviance + 2.0 * k, "AICc": corrected, "BIC": deviance + np.log(n) * k}


def _transformation(m: Any) -> str:
    """The function of a variable that the response is, "" where it is none."""
    if isinstance(m, Glm | GlmerMod):
        return ""
    response = str(m.frame.formula.response_name) if isinstance(m, Lm) else _response_of(m)
    plain = re.fullmatch(r"(\w+)\([A-Za-z.][\w.]*\)", response)
    if plain and plain[1] in TRANSFORMED:
        return plain[1]
    if re.search(r"\b(log|log1p|log2|log10|sqrt|exp|expm1)\(", response) and not response.startswith("I("):
        raise ValueError(f"the log-likelihood of {response} is not known here: make a column of what is in the "
                         "brackets, and take its logarithm or root in the formula")
    return ""


def _response_of(m: LmerMod) -> str:
    return str(m.design.X.formula.response_name or m.design.frame.formula.response_name)


def _response(m: Any) -> Floats:
    if isinstance(m, Glm | GlmerMod):
        return m.fit.y if isinstance(m, Glm) else m.y
    return np.asarray(m.frame.response if isinstance(m, Lm) else m.design.frame.response, dtype=float)


def _loglik(m: Any, estimator: str) -> LogLik:
    """The log-likelihood of the response itself, also where the model is of a function of it."""
    mixed = isinstance(m, LmerMod) and not m.generalized
    own = generics.logLik(m, REML=estimator == "REML") if mixed else generics.logLik(m)
    function = _transformation(m)
    if not function:
        return own
    slopes = TRANSFORMED[function][1](_response(m))
    weights = model_generics.weights(m)
    return LogLik(float(own) + len(slopes) * float(np.average(slopes, weights=weights)), own.df, own.nobs)


def _say_of_reml(m: LmerMod) -> None:
    if _transformation(m):
        said = ("Log-likelihood is corrected for models with transformed response.\n  However, this ignores "
                "`REML=TRUE`. Log-likelihood value is probably\n  inaccurate. ")
        warnings.warn(said, stacklevel=3)
    if not m.REML and since("2.1"):
        said = ('Model was not fitted with REML, however, `estimator = "REML"`. Set\n  `estimator = "ML"` to obtain '
                "identical results as from `AIC()`.")
        warnings.warn(said, PerformanceNote, stacklevel=3)


def _say_of_comparison(models: Sequence[Any], estimator: str, table: pd.DataFrame) -> None:
    """What performance says of models that are alike, or that can hardly be compared."""
    first, *others = (_untransformed(m) for m in models)
    same = all(len(y) == len(first) and np.abs(y - first).sum() <= 1.5e-8 * np.abs(first).sum() for y in others)
    fixed = [frozenset(m.design.X.names if isinstance(m, LmerMod) else m.X.names) for m in models]
    mixed = any(isinstance(m, LmerMod) for m in models)
    if same and len({*map(_class, models)}) == 1 and len({*map(len, fixed)}) < len(fixed) and _nested(fixed):
        said = "Some of the nested models seem to be identical"
        more = " and probably only vary in\n  their random effects." if mixed else ""
        warnings.warn(said + more, PerformanceNote, stacklevel=3)
    if not same:
        _alert("When comparing models, please note that probably not all models were fit\n  from same data.", 4)
    if estimator == "REML" and {*CRITERIA} & {*table} and len({*fixed}) > 1 and mixed:
        _alert('Information criteria (like AIC) are based on REML fits (i.e.\n  `estimator="REML"`).\n  Please note '
               "that information criteria are probably not directly\n  comparable and that it is not recommended "
               "comparing models with\n  different fixed effects in such cases.", 4)


def _nested(fixed: Sequence[frozenset[str]]) -> bool:
    """Whether each model's fixed effects are among the next one's, or the other way round."""
    neighbours = list(pairwise(fixed))
    return all(a <= b for a, b in neighbours) or all(b <= a for a, b in neighbours)


def _alert(text: str, stacklevel: int) -> None:
    if since("2.1"):
        warnings.warn(text, PerformanceNote, stacklevel=stacklevel)
    else:
        warnings.warn(f"{text} ", stacklevel=stacklevel)


def _untransformed(m: Any) -> Floats:
    function = _transformation(m)
    return TRANSFORMED[function][0](_response(m)) if function else _response(m)


def _weights(criterion: Floats) -> Floats:
    """Akaike's weights of models. Source: Burnham & Anderson (2002), eq. 2.9."""
    likely = np.exp(-0.5 * (criterion - criterion.min()))
    return likely / likely.sum()


def _weights_beside(table: pd.DataFrame) -> list[str]:
    names = [str(name) for name in table]
    return [one for name in names if not name.endswith("_wt") for one in (name, f"{name}_wt") if one in names]


def _ranked(table: pd.DataFrame) -> pd.DataFrame:
    """Best first, by the mean of the indices that all models have. R: performance:::.rank_performance_indices."""
    table = table.drop(columns=[*CRITERIA], errors="ignore")
    scaled = {name: _scaled(table[name].to_numpy(float), name) for name in table.columns[2:]}
    if missing := [name for name, column in scaled.items() if np.isnan(column).any()]:
        listed = f"Following indices with missing values are not used for ranking: {', '.join(missing)}"
        _alert("\n  ".join(_filled(listed)), 4)
    used = [column for column in scaled.values() if not np.isnan(column).any()]
    table["Performance_Score"] = np.mean(used, axis=0) if used else np.nan
    return table.iloc[np.argsort(-table["Performance_Score"].to_numpy(), kind="stable")].reset_index(drop=True)


def _scaled(column: Floats, name: str) -> Floats:
    """From 0, the worst, to 1, the best; missing where all are alike."""
    with np.errstate(invalid="ignore"):
        scaled = (column - np.nanmin(column)) / (np.nanmax(column) - np.nanmin(column))
    less = ("RMSE", "Sigma", "Log_loss") if since("2.1") else ("RMSE", "Sigma")
    return 1.0 - scaled if name in less else scaled


def _filled(text: str) -> list[str]:
    """Lines of 75 characters at most. R: insight::format_message."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > 75:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


@render.register(Performance)
def _lines(x: Performance, style: Style) -> list[str]:
    ranked = "Performance_Score" in x
    shown = x.loc[:, ~x.isna().any()] if ranked else x
    columns: dict[str, list[str]] = {}
    for name in shown.columns:
        if name.removesuffix("_wt") in CRITERIA and name.endswith("_wt") and name.removesuffix("_wt") in shown:
            continue
        title, cells = _column(shown, name)
        columns[title] = cells
    parts = beside_each_other(columns, style.width) if since("2.1") else [columns]
    lines = [f"# {x.heading}"] * bool(x.heading)
    for part in parts:
        lines += ["", *laid_out(part)] if lines else laid_out(part)
    return lines


def _column(x: pd.DataFrame, name: str) -> tuple[str, list[str]]:
    """A column's title and its cells."""
    if not pd.api.types.is_numeric_dtype(x[name]):
        return name, [str(one) for one in x[name]]
    column = x[name].to_numpy(float)
    title = SHOWN_AS.get(name, name)
    if name in CRITERIA and f"{name}_wt" in x:
        weights = [_as_p(one) for one in x[f"{name}_wt"].to_numpy(float)]
        return f"{name} (weights)", [f"{a} ({b})" for a, b in zip(values(column, 1), weights, strict=True)]
    if name.endswith("_wt"):
        return title, [_as_ratio(one) for one in column]
    if name == "Performance_Score":
        return title, [f"{one}%" for one in values(100.0 * column)]
    if not since("2.1"):
        return title, values(column, 3)
    if name in CRITERIA:
        return title, values(column, 1)
    known = column[~np.isnan(column)]
    whole = bool((known % 1 == 0).all())
    return title, ["" if np.isnan(one) else f"{one:.0f}" for one in column] if whole else values(column, 3)


def _as_p(p: float) -> str:
    """As insight::format_p has a p-value."""
    return "<.001" if p < 0.001 else ">.999" if p > 0.999 else f"{p:.3f}"


def _as_ratio(weight: float) -> str:
    """As insight::format_bf has a Bayes factor."""
    return f"{weight:.2e}" if weight < 0.001 else f"{weight:.3f}" if weight < 1.0 else f"{weight:.2f}"
