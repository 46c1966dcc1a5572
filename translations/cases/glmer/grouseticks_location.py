"""Counts of ticks, locations differing."""
import translations as r
from translations.cases.glmer._described import TOLERANCE, describe
from translations.parity import case


@case(section="glmer", order=150, tolerance=TOLERANCE)
def grouseticks_location(optimizer=None):
    grouseticks = r.load("grouseticks")
    m = r.glmer("TICKS ~ YEAR + cHEIGHT + (1 | LOCATION)", grouseticks, family="poisson", control=optimizer)
    with r.options(digits=6):
        print(r.summary(m))
    return describe(m)
