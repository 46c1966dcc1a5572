"""Bacteria that fade week by week: a covariate in place of early and late.

Of `bacteria`'s two models the one whose effect is a slope of the logit.
"""
import translations as r
from translations.cases.glmer._described import TOLERANCE, describe
from translations.parity import case


@case(section="glmer", order=186, tolerance=TOLERANCE)
def bacteria_weeks(optimizer=None):
    bacteria = r.load("bacteria")
    m = r.glmer("y ~ trt + week + (1 | ID)", bacteria, family="binomial", control=optimizer)
    with r.options(digits=6):  # not the summary: where an optimizer stops decides a digit of its p-value 4.45e-07
        print(r.VarCorr(m))
    return describe(m)
