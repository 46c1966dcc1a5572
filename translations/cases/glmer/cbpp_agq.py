"""Adaptive Gauss-Hermite quadrature with nine nodes.

Before 2.1 lme4 left constants out of this criterion: logLik -50.0050 and -91.9834 are the same fit.
"""
import translations as r
from translations.cases.glmer._described import TOLERANCE, describe
from translations.parity import case


@case(section="glmer", order=140, tolerance=TOLERANCE)
def cbpp_agq(optimizer=None):
    cbpp = r.load("cbpp")
    m = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", cbpp,
                family="binomial", nAGQ=9, control=optimizer)
    with r.options(digits=6):
        print(r.summary(m))
    return describe(m)
