"""Adaptive Gauss-Hermite quadrature with fifteen nodes.

With few answers of each child Laplace's standard deviation is the smaller one.
"""
import translations as r
from translations.cases.glmer._described import TOLERANCE, describe
from translations.parity import case


@case(section="glmer", order=190, tolerance=TOLERANCE)
def bacteria_agq(optimizer=None):
    bacteria = r.load("bacteria")
    m = r.glmer("y ~ trt + I(week > 2) + (1 | ID)", bacteria, family="binomial", nAGQ=15, control=optimizer)
    with r.options(digits=6):
        print(r.summary(m))
    return describe(m)
