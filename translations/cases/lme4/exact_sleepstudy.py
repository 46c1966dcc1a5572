"""Exact intervals of correlated intercepts and slopes, on all ten days.

The R script writes the likelihood out and searches, since lme4 has no such option.
"""
import translations as r
from translations.cases.lme4._comparisons import ROOTS
from translations.parity import case

# The R side's own order, that of lme4 1.1, under every release.
ROWS = ["sd_(Intercept)|Subject", "cor_Days.(Intercept)|Subject", "sd_Days|Subject", "sigma", "(Intercept)", "Days"]


@case(section="lme4", order=236, tolerance=ROOTS)
def exact_sleepstudy():
    sleepstudy = r.sleepstudy()
    m = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control="newton")
    ci = r.confint(m, exact=True, signames=False, quiet=True)
    ci = ci.loc[ROWS]
    print(ci)
    return {"ci": ci}
