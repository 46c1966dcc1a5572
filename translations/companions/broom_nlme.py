"""Fits by `gls` and `lme` as tidy frames. R: broom.mixed's methods for gls and lme."""
from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from translations.nlme.fit import NlmeFit
from translations.nlme.generics import intervals
from translations.nlme.gls import Gls
from translations.nlme.lme import Lme
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import as_labels, require_choice
from translations.stats.formulas.frame import as_frame
from translations.stats.language.interchange import given_back
from translations.stats.linear.linear_model import row_names

from . import tidying as broom

EFFECTS = ("var_model", "ran_pars", "fixed", "ran_vals", "ran_coefs")
NAMES = {"Value": "estimate", "Std.Error": "std.error", "DF": "df", "t-value": "statistic", "p-value": "p.value"}
FIRST = ("effect", "group", "level", "term", "estimate", "std.error", "df", "statistic", "p.value", "conf.low",
         "conf.high")


def _coefficients(m: NlmeFit) -> pd.DataFrame:
    table = generics.summary(m).tTable
    return pd.DataFrame({"term": list(table.index)} | {NAMES[one]: table[one].to_numpy() for one in table.columns})


@broom.tidy.register(Gls)
def _tidy_gls(m: Gls, conf_int: bool = False, conf_level: float = 0.95) -> pd.DataFrame:
    made = _coefficients(m)
    if conf_int:
        made[["conf.low", "conf.high"]] = generics.confint(m, level=conf_level).to_numpy()
    return broom.frame({str(name): made[name] for name in made})


@broom.tidy.register(Lme)
def _tidy_lme(m: Lme, effects: str | Sequence[str] | None = None, scales: str = "sdcor", conf_int: bool = False,
              conf_level: float = 0.95) -> pd.DataFrame:
    """Fixed effects, standard deviations and correlations, and the parameters of the errors' variance, or what
    `effects` asks for: "var_model" is the last. Before broom.mixed 0.2.9.7 all intervals are at 95 %.
    """
    asked = as_labels(("var_model", "ran_pars", "fixed") if effects is None else effects, "effects")
    for one in asked:
        require_choice(one, EFFECTS, "effects")
    require_choice(scales, ("sdcor", "vcov"), "scales")
    level = conf_level if since("2.1") else 0.95
    parts = []
    if "fixed" in asked:
        part = _coefficients(m)
        if conf_int:
            part[["conf.low", "conf.high"]] = intervals(m, level=level, which="fixed")["fixed"].to_numpy()[:, [0, 2]]
        parts.append(part.assign(effect="fixed"))
    if "ran_pars" in asked:
        parts.append(_parameters(m, scales, level if conf_int else None))
    if "ran_vals" in asked:
        names = [" %in% ".join(reversed(m.form.groups[:k + 1])) for k in range(m.Q)]
        modes = dict(zip(names, m.random_effects().values(), strict=True))
        parts.append(_long(modes).assign(effect="ran_vals"))
    if "ran_coefs" in asked:
        parts.append(_long({"": generics.coef(m)}).drop(columns="group").assign(effect="ran_coefs"))
    if "var_model" in asked:
        parts.append(_variances(m))
    whole = pd.concat([one for one in parts if len(one)] or parts[:1], ignore_index=True)
    return broom.frame({name: whole[name] for name in FIRST if name in whole})


def _parameters(m: Lme, scales: str, level: float | None) -> pd.DataFrame:
    """Standard deviations and correlations of one level of grouping, below the diagonal column by column."""
    if m.Q > 1:
        which = "nonlinear or multilevel models" if since("2.1") else "multiple levels of nesting"
        warnings.warn(f"ran_pars not yet implemented for {which}", stacklevel=4)
        return pd.DataFrame(columns=["effect", "group", "term", "estimate"])
    (level_of,), (S,), sd = m.problem.levels, m.covariances, np.sqrt(np.diagonal(m.covariances[0]))
    single, pair = ("sd", "cor") if scales == "sdcor" else ("var", "cov")
    C = S / np.outer(sd, sd) if scales == "sdcor" else S
    rows = []
    for j, second in enumerate(level_of.effects):
        for i in range(j, level_of.q):
            first = level_of.effects[i]
            name = f"{single}_{first}" if i == j else f"{pair}_{first}.{second}"
            rows.append((level_of.name, name, sd[i] if i == j and scales == "sdcor" else C[i, j]))
    rows.append(("Residual", f"{single}_Observation", m.sigma if scales == "sdcor" else m.sigma**2))
    made = pd.DataFrame(rows, columns=["group", "term", "estimate"]).assign(effect="ran_pars")
    if level is None:
        return made
    if scales == "vcov":
        warnings.warn("confidence intervals for ran pars only available on sdcor scale", stacklevel=4)
        return made.assign(**{"conf.low": np.nan, "conf.high": np.nan})
    found = intervals(m, level=level, which="var-cov")["reStruct"][level_of.name]
    named = dict(zip(found.index, found.to_numpy()[:, [0, 2]], strict=True))
    ends = []
    for term in made["term"][:-1]:
        kind, _, rest = term.partition("_")
        one, _, other = rest.partition(".")
        ends.append(named.get(f"sd({rest})" if kind == "sd" else f"cor({other},{one})", (np.nan, np.nan)))
    made[["conf.low", "conf.high"]] = [*ends, (np.nan, np.nan)]
    return made


def _long(frames: Any) -> pd.DataFrame:
    """Group, level, term, estimate: a row an effect of a group, effect by effect."""
    parts = [pd.DataFrame({"group": group, "level": table.index.astype(str), "term": str(name),
                           "estimate": table[name].to_numpy(float)})
             for group, table in frames.items() for name in table.columns]
    return pd.concat(parts, ignore_index=True)


def _variances(m: Lme) -> pd.DataFrame:
    """The parameters of the errors' variance; of `varIdent` the first stratum's 1 too."""
    variance = m.problem.base.variance
    if variance is None or not variance.names:
        return pd.DataFrame(columns=["effect", "group", "term", "estimate"])
    parts = []
    for one, own in variance.pieces(variance.natural(m.errors[1][m.problem.base.split:])):
        ratios = one.kind == "varIdent"
        group = f"{one.kind}({one.form.written.removeprefix('~')})"
        parts.append(pd.DataFrame({"effect": "var_model", "group": group, "term": one.strata if ratios else one.names,
                                   "estimate": np.concatenate([[1.0], own]) if ratios else own}))
    return pd.concat(parts, ignore_index=True)


@broom.glance.register(Gls)
def _glance_gls(m: Gls) -> pd.DataFrame:
    return broom.frame({
        "sigma": [m.sigma], "df": [m.p], "logLik": [float(generics.logLik(m))], "AIC": [generics.AIC(m)],
        "BIC": [generics.BIC(m)], "df.residual": [m.df_residual],
    })


@broom.glance.register(Lme)
def _glance_lme(m: Lme) -> pd.DataFrame:
    likelihood = float(generics.logLik(m))
    return broom.frame({
        "nobs": [m.n], "sigma": [m.sigma], "logLik": [likelihood], "AIC": [generics.AIC(m)], "BIC": [generics.BIC(m)],
        "deviance": None if m.restricted else [-2.0 * likelihood],
    })


@broom.augment.register(Gls)
def _augment_gls(m: Gls, data: Any = None, newdata: Any = None) -> pd.DataFrame:
    if newdata is not None:
        return broom.other_rows(newdata, {".fitted": np.asarray(generics.predict(m, newdata))})
    return _rows(m, {".fitted": m.fitted, ".resid": m.residuals}, data)


@broom.augment.register(Lme)
def _augment_lme(m: Lme, data: Any = None, newdata: Any = None) -> pd.DataFrame:
    if newdata is not None:
        return broom.other_rows(newdata, {".fitted": np.asarray(generics.predict(m, newdata))})
    fitted = m.fitted_levels
    return _rows(m, {".fitted": fitted[:, -1], ".resid": m.frame.response - fitted[:, -1], ".fixed": fitted[:, 0]},
                 data)


def _rows(m: NlmeFit, columns: dict[str, np.ndarray], data: Any) -> Any:
    """All columns of the data, in the rows used, or of `data`, and `columns` of them."""
    if data is not None:
        return broom.other_rows(data, columns, m.n)
    rows = as_frame(m.data).iloc[m.frame.rows]
    left_out = {} if isinstance(m, Lme) or not len(m.frame.omitted) else {".rownames": row_names(m.frame.index)}
    own = {str(name): rows[name].array for name in rows.columns}
    return given_back(broom.frame(left_out | own | columns), m.data)
