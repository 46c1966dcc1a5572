"""Presence of bacteria in children under treatment."""
import translations as r
from translations.cases.glmer._described import TOLERANCE, describe
from translations.parity import case


@case(section="glmer", order=180, tolerance=TOLERANCE)
def bacteria(optimizer=None):
    bacteria = r.load("bacteria")
    m = r.glmer("y ~ trt + I(week > 2) + (1 | ID)", bacteria, family="binomial", control=optimizer)
    with r.options(digits=6):
        print(r.summary(m))
    return describe(m)
