"""A logistic model of counts with one grouping factor, by Laplace's approximation.

Before 2.1, lme4 takes the factor behind the criterion from the step before the last, so that the criterion is off in
the sixth digit and the standard errors, which are differences of it, in the second or third.
"""
import translations as r
from translations.parity import case

from ._shared import TOLERANCE, of


@case(section="glmer", order=1, tolerance=TOLERANCE)
def cbpp_laplace():
    cbpp = r.load("cbpp")
    m = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", data=cbpp, family=r.binomial)
    print(m)
    print(r.summary(m))
    print(r.VarCorr(m))
    print(r.ranef(m))
    print(r.anova(m))
    return of(m)
