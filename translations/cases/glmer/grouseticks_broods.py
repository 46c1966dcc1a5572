"""Counts of ticks, broods differing.

In lme4 2.1's order of work the second stage's simplex comes to a tie within rounding, at its 271st evaluation: started
2e-7 lower, by which the first stage's own end is uncertain, R itself stops after 300 evaluations and not 301, at fixed
effects that share 4.8 digits with its others.
"""
import translations as r
from translations.cases.glmer._described import TOLERANCE, describe
from translations.parity import case


@case(section="glmer", order=155, tolerance=TOLERANCE)
def grouseticks_broods(optimizer=None):
    grouseticks = r.load("grouseticks")
    m = r.glmer("TICKS ~ YEAR + cHEIGHT + (1 | BROOD)", grouseticks, family="poisson", control=optimizer)
    with r.options(digits=6):
        print(r.summary(m))
    return describe(m)
