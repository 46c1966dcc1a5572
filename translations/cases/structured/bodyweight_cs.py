"""Rats on three diets, lines in `cs()`.

Pinheiro and Bates (2000), section 5.2, without what fades.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=23, tolerance=MODEL, **R46)
def bodyweight_cs(control=None):
    BodyWeight = r.load("BodyWeight")
    m = r.lmer("weight ~ Diet * Time + cs(Time | Rat)", BodyWeight, control=control)
    return describe(m)
