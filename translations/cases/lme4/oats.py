"""Oats in a split-plot field trial.

Varieties lie within blocks, nitrogen within varieties.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=122, tolerance=MODEL)
def oats(control=None):
    Oats = r.load("Oats")
    m = r.lmer("yield ~ nitro * Variety + (1 | Block/Variety)", Oats, control=control)
    print(r.summary(m))
    return describe(m)
