"""Mixed models as tidy frames. R: broom.mixed:::tidy.merMod, glance.merMod, augment.merMod."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from translations.lme4.arguments import require_linear
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.model import LmerMod
from translations.lme4.results.extract import REMLcrit
from translations.lme4.results.ranef import ranef
from translations.lme4.results.varcorr import VarCorr
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import as_labels, require_choice
from translations.stats.distributions import qt

from . import tidying as broom

EFFECTS = ("ran_pars", "fixed", "ran_vals", "ran_coefs")


@broom.tidy.register(LmerMod)
def _tidy(m: LmerMod, effects: str | Sequence[str] | None = None, scales: str = "sdcor",
          conf_int: bool = False, conf_level: float = 0.95, conf_method: str = "Wald", ddf: str | None = None,
          exponentiate: bool = False) -> pd.DataFrame:
    """Fixed effects, then standard deviations and correlations, or what `effects` asks for."""
    asked = as_labels(("ran_pars", "fixed") if effects is None else effects, "effects")
    for one in asked:
        require_choice(one, EFFECTS, "effects")
    require_choice(scales, ("sdcor", "vcov"), "scales")
    require_choice(conf_method, ("Wald", "profile"), "conf_method")
    limits = _profile(m, conf_level) if conf_int and conf_method == "profile" else None
    parts = []
    if "fixed" in asked:
        parts.append(_fixed(m, ddf, conf_level if conf_int else None, limits, exponentiate))
    if "ran_pars" in asked:
        part = _ran_pars(m, scales)
        if limits is not None and scales == "sdcor":
            part[["conf.low", "conf.high"]] = limits[m.p:]
        parts.append(part)
    if "ran_vals" in asked:
        parts.append(_ran_vals(m, conf_level if conf_int else None))
    if "ran_coefs" in asked:
        parts.append(_ran_coefs(m))
    whole = pd.concat(parts, ignore_index=True)
    first = [name for name in ("effect", "group", "level", "term") if name in whole]
    return broom.frame({name: whole[name] for name in [*first, *whole.columns.difference(first, sort=False)]})


def _profile(m: LmerMod, level: float) -> np.ndarray:
    """Profile intervals: of the fixed effects, then of the parameters in the order of `_ran_pars`."""
    by_meaning: dict[str, Any] = {"signames": False} if since("2.1") else {"oldNames": False}
    table = generics.confint(m, level=level, quiet=True, **by_meaning)
    names = [str(one) for one in table.index]
    fixed = [names.index(one) for one in m.design.names]
    pars = []
    for name, group in zip(_parameters(m)["term"], _parameters(m)["group"], strict=True):
        kind, _, rest = name.partition("__")
        label = "sigma" if group == "Residual" else f"{kind}_{rest}|{group.partition('.')[0]}"
        if label not in names and kind == "cor":
            first, _, second = rest.partition(".")
            label = f"cor_{second}.{first}|{group}"
        pars.append(names.index(label))
    found: np.ndarray = table.to_numpy()[fixed + pars]
    return found


def _fixed(m: LmerMod, ddf: str | None, level: float | None, limits: np.ndarray | None, exponentiate: bool
           ) -> pd.DataFrame:
    if ddf is not None:
        require_linear(m, "ddf=")
    s = (generics.summary(m) if ddf is None else generics.summary(m, ddf=ddf)).coefficients
    test = "z value" if "z value" in s else "t value"
    columns: dict[str, Any] = {"effect": "fixed", "term": list(s.index), "estimate": s["Estimate"].to_numpy(),
                               "std.error": s["Std. Error"].to_numpy(), "statistic": s[test].to_numpy()}
    if "Pr(>|z|)" in s:
        columns["p.value"] = s["Pr(>|z|)"].to_numpy()
    df = s["df"].to_numpy() if "df" in s else None
    if df is not None:
        columns |= {"df": df, "p.value": s["Pr(>|t|)"].to_numpy()}
    if limits is not None:
        columns |= {"conf.low": limits[:m.p, 0], "conf.high": limits[:m.p, 1]}
    elif level is not None:
        quantile = None if df is None else np.asarray(qt((1.0 + level) / 2.0, df))
        columns |= broom.wald(columns["estimate"], columns["std.error"], level, quantile)
    if exponentiate:
        columns |= {name: np.exp(columns[name]) for name in ("estimate", "conf.low", "conf.high") if name in columns}
        columns["std.error"] = columns["std.error"] * columns["estimate"]
    return pd.DataFrame(columns)


def _parameters(m: LmerMod) -> pd.DataFrame:
    """Group, term, standard deviations and correlations ("sdcor"), variances and covariances ("vcov"), in R's order."""
    rows = []
    for group, S in VarCorr(m).items():
        names, k = list(S.index), len(S)
        below = [(i, j) for j in range(k) for i in range(j, k)]
        if since("2.1"):  # standard deviations first
            below = [(i, i) for i in range(k)] + [(i, j) for i, j in below if i != j]
        values, sd = S.to_numpy(float), np.asarray(S.stddev, float)
        for i, j in below:
            term = names[i] if i == j else f"{names[j]}.{names[i]}"
            sdcor = sd[i] if i == j else values[i, j] / (sd[i] * sd[j])
            rows.append((group, "sd" if i == j else "cor", term, sdcor, values[i, j]))
    own = getattr(m, "family", None)
    if own is None or own.dispersion is None:
        rows.append(("Residual", "sd", "Observation", m.sigma, m.sigma**2))
    table = pd.DataFrame(rows, columns=["group", "kind", "name", "sdcor", "vcov"])
    return table.assign(term=table["kind"] + "__" + table["name"])


def _ran_pars(m: LmerMod, scales: str) -> pd.DataFrame:
    table = _parameters(m)
    kinds = {"sd": "sd", "cor": "cor"} if scales == "sdcor" else {"sd": "var", "cor": "cov"}
    terms = [f"{kinds[kind]}__{name}" for kind, name in zip(table["kind"], table["name"], strict=True)]
    return pd.DataFrame({"effect": "ran_pars", "group": table["group"], "term": terms, "estimate": table[scales]})


def _ran_vals(m: LmerMod, level: float | None) -> pd.DataFrame:
    modes = ranef(m).as_data_frame()
    part = pd.DataFrame({"effect": "ran_vals", "group": modes["grpvar"].astype(str), "level": modes["grp"].astype(str),
                         "term": modes["term"].astype(str), "estimate": modes["condval"].to_numpy(float),
                         "std.error": modes["condsd"].to_numpy(float)})
    if level is None:
        return part
    return part.assign(**broom.wald(part["estimate"].to_numpy(), part["std.error"].to_numpy(), level))


def _ran_coefs(m: LmerMod) -> pd.DataFrame:
    parts = [pd.DataFrame({"effect": "ran_coefs", "group": group, "level": table.index.astype(str), "term": str(name),
                           "estimate": table[name].to_numpy(float)})
             for group, table in generics.coef(m).items() for name in table.columns]
    return pd.concat(parts, ignore_index=True)


@broom.glance.register(LmerMod)
def _glance(m: LmerMod) -> pd.DataFrame:
    criterion = {"REMLcrit": [float(REMLcrit(m))]} if m.REML else {"deviance": [float(generics.deviance(m))]}
    return broom.frame({
        "nobs": [m.n], "sigma": [m.sigma], "logLik": [float(generics.logLik(m))], "AIC": [generics.AIC(m)],
        "BIC": [generics.BIC(m)], **criterion, "df.residual": [generics.df_residual(m)],
    })


@broom.augment.register(LmerMod)
def _augment(m: LmerMod, data: Any = None, newdata: Any = None, type_predict: str | None = None,
             re_form: str | float | None = None) -> pd.DataFrame:
    """Fitted values with the conditional modes, residuals, leverages, Cook's distances, the fixed part (.fixed), and
    lme4's own vectors (.mu, .offset, .sqrtXwt, .sqrtrwt, .weights, .wtres, of a generalized model .eta).
    """
    require_choice(type_predict or "link", ("link", "response"), "type_predict")
    if newdata is not None:
        asked: dict[str, Any] = {"type": type_predict or "link"} if isinstance(m, GlmerMod) else {}
        found = generics.predict(m, newdata, re_form=re_form, **asked)
        return broom.other_rows(newdata, {".fitted": np.asarray(found)})
    if re_form is not None:
        raise ValueError("re_form is for newdata: the data's own rows have .fixed, without random effects")
    if isinstance(m, GlmerMod):
        return _augment_generalized(m, data, type_predict or "link")
    root = np.sqrt(m.weights)
    offset = np.zeros(m.n) if m.design.frame.offset is None else m.design.frame.offset
    return broom.data_rows(m, {
        ".fitted": m.mu, ".resid": m.y - m.mu, ".hat": np.asarray(generics.hatvalues(m)),
        ".cooksd": np.asarray(generics.cooks_distance(m)), ".fixed": m.design.X_fitted @ m.beta + offset,
        ".mu": m.mu, ".offset": offset, ".sqrtXwt": root, ".sqrtrwt": root, ".weights": np.asarray(m.weights, float),
        ".wtres": (m.y - m.mu) * root,
    }, data)


def _augment_generalized(m: GlmerMod, data: Any, scale: str) -> pd.DataFrame:
    """As broom.mixed before lme4 2.1, with which it leaves lme4's vectors out wherever a leverage is above 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(np.asarray(m.weights, float) / m.variance)
    offset = np.zeros(m.n) if m.design.frame.offset is None else m.design.frame.offset
    return broom.data_rows(m, {
        ".fitted": np.asarray(generics.predict(m, type=scale)), ".resid": np.asarray(generics.residuals(m)),
        ".hat": np.asarray(generics.hatvalues(m)), ".cooksd": np.asarray(generics.cooks_distance(m)),
        ".fixed": np.asarray(generics.predict(m, type="link", re_form="~0")), ".mu": np.asarray(m.mu),
        ".offset": offset, ".sqrtXwt": m.family.link.mu_eta(m.eta) * root, ".sqrtrwt": root,
        ".weights": np.asarray(m.weights, float), ".wtres": (m.y - m.mu) * root, ".eta": np.asarray(m.eta),
    }, data)
