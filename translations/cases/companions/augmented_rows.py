"""Rows of other data, and of the data whole, with predictions, intervals and standard errors: broom's `augment`.

Of new rows and a mixed model, broom.mixed puts lme4's vectors of the fit's first rows beside them, whatever the new
rows are; here these have `.fitted` alone.
"""

import numpy as np

import translations as r
from translations.cases.emmeans._shared import LM
from translations.parity import case
from translations.parity import tolerances as tol

TOLERANCE = {**dict.fromkeys(("days", "picked", "logged", "whole"), LM), **dict.fromkeys(("rate", "pearson"), tol.IRLS),
             **dict.fromkeys(("mixed", "level0", "rows"), tol.MODES)}


@case(order=47, tolerance=TOLERANCE)
def augmented_rows(control=None):
    sleepstudy = r.sleepstudy()
    m = r.lm("Reaction ~ Days", sleepstudy)
    days = {"Days": [0.0, 5.0]}
    picked = sleepstudy.iloc[[0, 6, 29]]
    print(r.augment(m, newdata=days))
    print(r.augment(m, newdata=picked))
    print(r.augment(m, newdata=days, se_fit=True))
    print(r.augment(m, newdata=picked, interval="confidence"))
    warpbreaks = r.load("warpbreaks")
    g = r.glm("breaks ~ wool", r.poisson(), warpbreaks)
    print(r.augment(g, newdata=warpbreaks.iloc[[0, 39]], type_predict="response", se_fit=True))
    mixed = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=control)
    logged = r.lm("log(Reaction) ~ Days", sleepstudy)
    return {
        "days": r.augment(m, newdata=days, interval="prediction", se_fit=True), "picked": r.augment(m, newdata=picked),
        "logged": r.augment(logged, newdata=picked),
        "whole": r.augment(m, data=sleepstudy, se_fit=True, interval="confidence").head(5),
        "rate": r.augment(g, newdata=warpbreaks.iloc[[0, 39]], se_fit=True),
        "pearson": r.augment(g, type_predict="response", type_residuals="pearson", se_fit=True).head(5),
        "mixed": np.asarray(r.augment(mixed, newdata=picked)[".fitted"]),
        "level0": np.asarray(r.augment(mixed, newdata=picked, re_form="~0")[".fitted"]),
        "rows": r.augment(mixed, data=sleepstudy).head(5),
    }
