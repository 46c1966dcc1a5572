"""Linear and generalized linear models as tidy frames. R: broom:::tidy.lm, glance.lm, augment.lm, and of glm."""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from translations.generalized.model import Glm
from translations.settings import since
from translations.stats import generics, model_generics
from translations.stats.arguments import require_choice
from translations.stats.formulas.frame import as_frame
from translations.stats.language.evaluate import evaluate
from translations.stats.language.expressions import symbols
from translations.stats.linear.aov import Aov
from translations.stats.linear.linear_model import Lm

from . import tidying as broom


@broom.tidy.register(Lm)
@broom.tidy.register(Glm)
def _tidy(m: Any, conf_int: bool = False, conf_level: float = 0.95, exponentiate: bool = False) -> pd.DataFrame:
    """Coefficients with their tests; a profile's intervals of a generalized model."""
    table = pd.DataFrame(generics.summary(m).coefficients).reindex(list(m.X.names))
    columns = dict(zip(("estimate", "std.error", "statistic", "p.value"), table.to_numpy().T, strict=True))
    limits = {}
    if conf_int:
        interval = np.atleast_2d(generics.confint(m, level=conf_level).to_numpy())
        limits = {"conf.low": interval[:, 0], "conf.high": interval[:, 1]}
    if exponentiate:
        columns["estimate"] = np.exp(columns["estimate"])
        limits = {name: np.exp(values) for name, values in limits.items()}
    return broom.frame({"term": list(table.index), **columns, **limits})


@broom.glance.register(Lm)
def _glance(m: Lm) -> pd.DataFrame:
    s = generics.summary(m)
    f = s.fstatistic
    value, df = (np.nan, np.nan) if f is None else (float(f["value"]), float(f["numdf"]))
    return broom.frame({
        "r.squared": [s.r_squared], "adj.r.squared": [s.adj_r_squared], "sigma": [m.sigma], "statistic": [value],
        "p.value": [s.p_value], "df": [df], "logLik": [float(generics.logLik(m))], "AIC": [generics.AIC(m)],
        "BIC": [generics.BIC(m)], "deviance": [m.rss], "df.residual": [m.df_residual], "nobs": [generics.nobs(m)],
    })


@broom.glance.register(Glm)
def _glance_glm(m: Glm) -> pd.DataFrame:
    return broom.frame({
        "null.deviance": [m.fit.null_deviance], "df.null": [m.fit.df_null], "logLik": [float(generics.logLik(m))],
        "AIC": [generics.AIC(m)], "BIC": [generics.BIC(m)], "deviance": [m.fit.deviance],
        "df.residual": [m.fit.df_residual], "nobs": [generics.nobs(m)],
    })


@broom.augment.register(Lm)
def _augment(m: Lm, data: Any = None, newdata: Any = None, se_fit: bool = False, interval: str = "none"
             ) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "predictions on current data")
        found = generics.predict(m, newdata, se_fit=se_fit, interval=interval)
    fit = np.asarray(found.fit if se_fit else found)
    fitted = fit if interval == "none" else fit[:, 0]
    columns = {".fitted": fitted}
    if interval != "none":
        columns |= {".lower": fit[:, 1], ".upper": fit[:, 2]}
    if se_fit:
        columns[".se.fit"] = np.asarray(found.se_fit)
    if newdata is None:
        whole = augmented(m)
        return broom.data_rows(m, columns | {name: whole[name] for name in whole if name != ".fitted"}, data)
    response = _response(m, newdata)
    return broom.other_rows(newdata, columns | ({} if response is None else {".resid": response - fitted}))


def _response(m: Lm, newdata: Any) -> np.ndarray | None:
    """The response in new rows, NaN where it is missing; None where they have not what it is made of."""
    rows = as_frame(newdata)
    node = m.X.formula.variables[str(m.X.formula.response)]
    if not set(symbols(node)) <= set(map(str, rows.columns)):
        return None
    return np.asarray(evaluate(node, rows), dtype=float)


def augmented(m: Lm) -> dict[str, np.ndarray]:
    """Fitted values, residuals, leverages, sigma without the row, Cook's distances, standardized residuals, (n,).

    A row without weight was not asked: its last four are 0, 0, 0 and NaN, as broom's.
    """
    found = {".hat": m.leverages, ".sigma": generics.influence(m)["sigma"], ".cooksd": generics.cooks_distance(m),
             ".std.resid": generics.rstandard(m)}
    whole = {name: np.full(m.frame.n, np.nan if name == ".std.resid" else 0.0) for name in found}
    for name, values in found.items():
        own = np.asarray(values)
        whole[name][m.used if len(own) < m.frame.n else slice(None)] = own
    return {".fitted": m.fitted, ".resid": m.residuals, **whole}


@broom.augment.register(Glm)
def _augment_glm(m: Glm, data: Any = None, newdata: Any = None, se_fit: bool = False, type_predict: str | None = None,
                 type_residuals: str | None = None) -> pd.DataFrame:
    """As of linear models, on the scale of the linear predictor, with deviance residuals, unless asked otherwise."""
    require_choice(type_predict or "link", ("link", "response"), "type_predict")
    kind = type_residuals or "deviance"
    require_choice(kind, ("deviance", "pearson"), "type_residuals")
    found = generics.predict(m, newdata, se_fit=se_fit, type=type_predict or "link")
    columns = {".fitted": np.asarray(found.fit if se_fit else found)}
    if se_fit:
        columns[".se.fit"] = np.asarray(found.se_fit)
    if newdata is not None:
        return broom.other_rows(newdata, columns)
    standardized = kind if since("1.1-37") else "deviance"  # broom 1.0.3 takes these, whatever is asked
    standard = {".std.resid": np.asarray(generics.rstandard(m, type=standardized))}
    influence = {".hat": np.asarray(generics.hatvalues(m)), ".sigma": np.asarray(generics.influence(m)["sigma"]),
                 ".cooksd": np.asarray(generics.cooks_distance(m))}
    rest = influence | standard if since("1.1-37") else standard | influence
    return broom.data_rows(m, columns | {".resid": np.asarray(generics.residuals(m, kind))} | rest, data)


@broom.tidy.register(Aov)
def _tidy_aov(m: Aov) -> pd.DataFrame:
    return rows_of(generics.summary(m)[""])


NAMES = {
    "Df": "df", "Sum Sq": "sumsq", "Mean Sq": "meansq", "F value": "statistic", "Pr(>F)": "p.value", "F": "statistic",
    "Pr(>Chisq)": "p.value", "Chisq": "statistic", "Res.Df": "df.residual", "RSS": "rss", "Sum of Sq": "sumsq",
}


def rows_of(table: pd.DataFrame) -> pd.DataFrame:
    """A table of variance with broom's names."""
    named = {NAMES.get(str(name), str(name)): table[name].to_numpy() for name in table.columns}
    return broom.frame({"term": [str(one).strip() for one in table.index], **named})


def fortify(m: Any) -> pd.DataFrame:
    """A model's data with fitted values and residuals, for a figure. R: ggplot2::fortify, lme4:::fortify.merMod.

    m: a linear or a mixed model of n rows.

    Returns a frame (n, columns) with the rows' names: of a linear model .hat, .sigma, .cooksd, .fitted, .resid,
    .stdresid; of a mixed one .fitted, .resid, .scresid.

    Raises ValueError for another model.

    >>> print(r.fortify(r.lm("Reaction ~ Days", r.sleepstudy())).iloc[:2, 5:].round(3))
       .fitted  .resid  .stdresid
    1  251.405  -1.845     -0.039
    2  261.872  -3.168     -0.067
    """
    from translations.lme4.model import LmerMod

    if not isinstance(m, Lm | LmerMod):
        raise ValueError(f"fortify needs a linear or a mixed model, not {type(m).__name__}")
    data = model_generics.model_frame(m)
    if isinstance(m, LmerMod):
        residual = m.y - m.mu
        return data.assign(**{".fitted": m.mu, ".resid": residual, ".scresid": residual * np.sqrt(m.weights) / m.sigma})
    found = augmented(m)
    columns = {name: found[name] for name in (".hat", ".sigma", ".cooksd", ".fitted", ".resid")}
    return data.assign(**columns, **{".stdresid": found[".std.resid"]})
