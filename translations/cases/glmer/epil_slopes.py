"""Counts of seizures, patients differing in level and change."""
import translations as r
from translations.cases.glmer._described import TOLERANCE, describe
from translations.parity import case


@case(section="glmer", order=220, tolerance=TOLERANCE)
def epil_slopes(optimizer=None):
    epil = r.load("epil")
    epil = epil.assign(visit=(epil["period"] - 2.5) / 5)
    m = r.glmer("y ~ lbase + trt + visit + (visit | subject)", epil, family="poisson", control=optimizer)
    with r.options(digits=6):
        print(r.summary(m))
    return describe(m)
