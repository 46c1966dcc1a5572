"""Incidence of a cattle disease by period, herds differing.

The standard errors that lme4 prints before 2.1 (0.2312 of the intercept) are not those of what it minimizes: its
second derivatives are differences of a criterion that depends on where it was asked before. 2.1 prints 0.2325, as the
certified values do.
"""
import translations as r
from translations.cases.glmer._described import TOLERANCE, describe
from translations.parity import case


@case(section="glmer", order=100, tolerance=TOLERANCE)
def cbpp(optimizer=None):
    cbpp = r.load("cbpp")
    m = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", cbpp, family="binomial", control=optimizer)
    with r.options(digits=6):
        print(r.summary(m))
    return describe(m)
