"""Counts of ticks on chicks in broods in locations.

The effect of each chick (`INDEX`) is what a negative binomial model would call overdispersion.
"""
import translations as r
from translations.cases.glmer._described import describe, stopping
from translations.parity import case


@case(section="glmer", order=170, tolerance=stopping(theta=4.2, fixef=4.2, modes=4.3))
def grouseticks(optimizer=None):
    grouseticks = r.load("grouseticks")
    m = r.glmer("TICKS ~ YEAR + cHEIGHT + (1 | BROOD) + (1 | INDEX) + (1 | LOCATION)", grouseticks,
                family="poisson", control=optimizer)
    return describe(m)
