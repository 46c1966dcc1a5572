"""Indices of how well models fit, side by side and ranked, and of one model.

A model's AIC is that of REML where it is asked for alone and that of ML, at the REML estimates, in a comparison: 1755.6
and 1764.0 of one fit (1763.9 where ML is minimized too, which is what `anova` refits for). The score of a ranking
depends on which models stand in it; the worst of two, if it is so by every index, has 0 %.
"""
import warnings

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf

import translations as r
from translations.cases.emmeans._shared import LMER
from translations.parity import case

NOT_IN_45 = "Debian has no performance for R 4.5"


@case(order=31, tolerance=LMER, releases=("4.2", "4.6"), because=NOT_IN_45)
def compared_performance(control=None):
    sleep, batches = r.load("sleepstudy"), r.load("Dyestuff2")
    none = r.lmer("Reaction ~ 1 + (1 | Subject)", sleep, control=control)
    line = r.lmer("Reaction ~ Days + (1 | Subject)", sleep, control=control)
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleep, control=control)
    plain = r.lm("Reaction ~ Days", sleep)
    print(r.model_performance(slopes))
    print(r.model_performance(none))
    print(r.model_performance(plain))
    print(r.model_performance(plain, metrics="common"))
    print(r.compare_performance(none, line, slopes))
    print(r.compare_performance(none, line, slopes, rank=True))
    print(r.compare_performance(plain, slopes))
    print(r.compare_performance(plain, slopes, rank=True))
    print(r.compare_performance(none, slopes, metrics=["AIC", "RMSE"]))
    print(r.compare_performance(none, slopes, estimator="REML"))
    print(r.compare_performance([none, slopes], metrics=["AIC", "RMSE"]))
    print(r.compare_performance({"a": none, "b": slopes}, metrics=["AIC", "RMSE"]))
    logged = r.lmer("log(Reaction) ~ Days + (1 | Subject)", sleep, REML=False, control=control)
    rooted = r.lm("sqrt(Reaction) ~ Days", sleep, weights=sleep.Days + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", r.SingularFitWarning)
        singular = r.lmer("Yield ~ 1 + (1 | Batch)", batches, control=control)
    print(r.model_performance(singular))
    return {
        "slopes": r.model_performance(slopes), "ml": r.model_performance(slopes, estimator="ML"),
        "plain": r.model_performance(plain), "logged": r.model_performance(logged, estimator="ML"),
        "rooted": r.model_performance(rooted), "singular": r.model_performance(singular),
        "compared": r.compare_performance(none, line, slopes),
        "ranked": r.compare_performance(none, line, slopes, rank=True), "kinds": r.compare_performance(plain, slopes),
    }  # fmt: skip


@compared_performance.by("statsmodels", cannot="R² or ICC of a mixed model, or a criterion by ML of a fit by REML")
def with_statsmodels():
    plain = smf.ols("Reaction ~ Days", r.load("sleepstudy")).fit()
    k = plain.df_model + 2  # R counts sigma, statsmodels does not
    aic = -2 * plain.llf + 2 * k
    return {"plain": pd.DataFrame({
        "AIC": [aic], "AICc": [aic + 2 * k * (k + 1) / (plain.nobs - k - 1)],
        "BIC": [-2 * plain.llf + np.log(plain.nobs) * k], "R2": [plain.rsquared], "R2_adjusted": [plain.rsquared_adj],
        "RMSE": [np.sqrt(np.mean(plain.resid**2))], "Sigma": [np.sqrt(plain.scale)]})}  # fmt: skip
