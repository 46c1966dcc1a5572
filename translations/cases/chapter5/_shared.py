"""What several cases need: quartiles, one part of a printed summary, grids, statsmodels' answers under R's labels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

import translations as r
from translations.parity import tolerances as tol

MODEL = {
    "theta": tol.OPTIMISER,
    "VarCorr": tol.OPTIMISER,
    "sigma": tol.OPTIMISER,
    "fixef": tol.LINALG,
    "se": tol.OPTIMISER,
    "criterion": tol.CRITERION,
}


def model_values(m: Any) -> dict[str, Any]:
    """What a fitted `lmer` model estimates: theta, (co)variances, fixed effects with their errors, criterion."""
    V = r.vcov(m)
    return {
        "theta": r.getME(m, "theta"),
        "VarCorr": r.VarCorr(m).as_data_frame(),
        "sigma": r.sigma(m),
        "fixef": r.fixef(m),
        "se": pd.Series(np.sqrt(np.diag(V)), index=V.index),
        "criterion": r.REMLcrit(m),
    }


def mixedlm_values(fit: Any) -> dict[str, Any]:
    """The same of a statsmodels mixed model, but for theta, which statsmodels does not use."""
    return {
        "VarCorr": mixedlm_varcorr(fit),
        "sigma": np.sqrt(fit.scale),
        "fixef": mixedlm_fixef(fit),
        "se": mixedlm_se(fit),
        "criterion": -2 * fit.llf,
    }


def quartiles(x: Any) -> pd.Series:
    """`quantile(x)` as R names it: 0%, 25%, 50%, 75%, 100%. numpy's default interpolation is R's default, type 7."""
    percents = [0, 25, 50, 75, 100]
    return pd.Series(np.percentile(np.asarray(x), percents), index=[f"{percent}%" for percent in percents])


def grid_of(days: Iterable[int]) -> pd.DataFrame:
    """Every subject on each of `days`, subject by subject, Subject a Categorical with the levels of sleep2."""
    subjects = r.sleep2()["Subject"].cat.categories
    grid = pd.MultiIndex.from_product([subjects, days], names=["Subject", "days_deprived"]).to_frame(index=False)
    return grid.assign(Subject=pd.Categorical(grid["Subject"], categories=subjects))


def printed_part(x: Any, heading: str) -> str:
    """The part of a printed summary that starts with `heading`; parts are set apart by blank lines."""
    return next(part for part in str(x).split("\n\n") if part.startswith(heading))


def r_name(name: str) -> str:
    """R's name for a coefficient that patsy or formulaic named: `Subject[T.309]` is R's `Subject309`."""
    return "(Intercept)" if name == "Intercept" else re.sub(r"\[T\.(.*?)\]", r"\1", name)


def ols_labels(fit: Any) -> dict[str, Any]:
    """A statsmodels OLS fit under the labels of R's summary.lm."""
    table = {"Estimate": fit.params, "Std. Error": fit.bse, "t value": fit.tvalues, "Pr(>|t|)": fit.pvalues}
    return {
        "coefficients": pd.DataFrame(table).rename(index=r_name),
        "residuals": quartiles(fit.resid),
        "sigma": np.sqrt(fit.scale),
        "df": int(fit.df_resid),
        "r.squared": fit.rsquared,
        "adj.r.squared": fit.rsquared_adj,
        "fstatistic": pd.Series({"value": fit.fvalue, "numdf": fit.df_model, "dendf": fit.df_resid}),
        "p.value": fit.f_pvalue,
    }


@cache
def mixedlm(re_formula: str | None = "~ days_deprived", **fit_options: Any) -> Any:
    """The chapter's model by statsmodels, fitted once: the formula's bar becomes `groups` and `re_formula`."""
    import statsmodels.formula.api as smf

    model = smf.mixedlm("Reaction ~ days_deprived", r.sleep2(), groups="Subject", re_formula=re_formula)
    return model.fit(reml=True, **fit_options)


def mixedlm_fixef(fit: Any) -> pd.Series:
    """Fixed effects of a statsmodels mixed model."""
    return fit.fe_params.rename(index=r_name)


def mixedlm_se(fit: Any) -> pd.Series:
    """Their standard errors."""
    return fit.bse_fe.rename(index=r_name)


def mixedlm_table(fit: Any) -> pd.DataFrame:
    """The fixed effects' table of a statsmodels mixed model, with R's column names."""
    ratio = fit.tvalues.iloc[:2].rename(index=r_name)
    return pd.DataFrame({"Estimate": mixedlm_fixef(fit), "Std. Error": mixedlm_se(fit), "t value": ratio})


def mixedlm_varcorr(fit: Any) -> pd.DataFrame:
    """Variances, covariance and residual of a statsmodels mixed model, as the rows of R's as.data.frame(VarCorr(m))."""
    sigma = np.atleast_2d(fit.cov_re)
    sd = np.sqrt(np.diag(sigma))
    rows = list(zip(np.diag(sigma), sd, strict=True))
    rows += [(sigma[1, 0], sigma[1, 0] / sd[0] / sd[1])] if len(sd) == 2 and sigma[1, 0] else []
    return pd.DataFrame([*rows, (fit.scale, np.sqrt(fit.scale))], columns=["vcov", "sdcor"])


def mixedlm_ranef(fit: Any) -> pd.DataFrame:
    """Conditional modes of a statsmodels mixed model, one row a subject."""
    modes = pd.DataFrame(fit.random_effects).T
    modes.columns = ["(Intercept)", "days_deprived"]
    return modes
