"""Counts of seizures, patients differing."""
import translations as r
from translations.cases.glmer._described import TOLERANCE, describe
from translations.parity import case


@case(section="glmer", order=200, tolerance=TOLERANCE)
def epil(optimizer=None):
    epil = r.load("epil")
    m = r.glmer("y ~ lbase * trt + lage + V4 + (1 | subject)", epil, family="poisson", control=optimizer)
    with r.options(digits=6):
        print(r.summary(m))
    return describe(m)
