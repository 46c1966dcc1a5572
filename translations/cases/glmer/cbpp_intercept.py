"""Incidence of a cattle disease, herds differing and nothing else.

A proportion with the number of trials as its weight is the same model as a pair of counts.
"""
import translations as r
from translations.cases.glmer._described import TOLERANCE, describe
from translations.parity import case


@case(section="glmer", order=110, tolerance=TOLERANCE)
def cbpp_intercept(optimizer=None):
    cbpp = r.load("cbpp")
    m = r.glmer("incidence / size ~ 1 + (1 | herd)", cbpp, family="binomial", weights="size", control=optimizer)
    with r.options(digits=6):
        print(r.summary(m))
    return describe(m)
