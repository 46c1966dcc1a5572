"""Incidence as a hazard: the complementary log-log link.

Laplace's criterion takes the expected weights, as lme4 does; with a link that is not the family's own these are not the
curvature of the log-likelihood.
"""
import translations as r
from translations.cases.glmer._described import TOLERANCE, describe
from translations.parity import case


@case(section="glmer", order=130, tolerance=TOLERANCE)
def cbpp_cloglog(optimizer=None):
    cbpp = r.load("cbpp")
    m = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", cbpp,
                family=r.binomial(link="cloglog"), control=optimizer)
    with r.options(digits=6):
        print(r.summary(m))
    return describe(m)
