"""Missing values left out and remembered: na.exclude.

Rows with a missing variable are not used; under `na.exclude` fitted values and residuals keep their places, as NA.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=115, tolerance=MODEL)
def sleepstudy_missing(control=None):
    sleepstudy = r.sleepstudy()
    sleepstudy.loc[[1, 16, 99], "Reaction"] = float("nan")
    m = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, na_action="na.exclude", control=control)
    print(r.summary(m))
    return describe(m)
