"""Cases in herds as counts, of herds whose sizes are an offset."""
import translations as r
from translations.cases.glmer._described import TOLERANCE, describe
from translations.parity import case


@case(section="glmer", order=142, tolerance=TOLERANCE)
def cbpp_counts(optimizer=None):
    cbpp = r.load("cbpp")
    m = r.glmer("incidence ~ period + offset(log(size)) + (1 | herd)", cbpp, family="poisson", control=optimizer)
    with r.options(digits=6):
        print(r.summary(m))
    return describe(m)
