"""All ten days of sleepstudy: correlated intercepts and slopes.

lme4's own example, with the two days of training left in.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=107, tolerance=MODEL)
def sleepstudy_all_days(control=None):
    sleepstudy = r.sleepstudy()
    m = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=control)
    print(r.summary(m))
    return describe(m)
