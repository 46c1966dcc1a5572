"""Prior weights.

A weight multiplies the precision of its observation; the criterion then has the sum of the weights' logarithms in it.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=109, tolerance=MODEL)
def sleepstudy_weights(control=None):
    sleepstudy = r.sleepstudy()
    sleepstudy["w"] = 1 + sleepstudy["Days"] % 3
    m = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, weights="w", control=control)
    print(r.summary(m))
    return describe(m)
