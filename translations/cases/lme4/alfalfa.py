"""Alfalfa yields: date within varieties within blocks.

A factor with four levels and two nested grouping factors.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=128, tolerance=MODEL)
def alfalfa(control=None):
    Alfalfa = r.load("Alfalfa")
    m = r.lmer("Yield ~ Date + (1 | Block/Variety)", Alfalfa, control=control)
    print(r.summary(m))
    return describe(m)
