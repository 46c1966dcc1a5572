"""Rats on three diets, independent lines.

Beside `bodyweight_cs`: the correlation costs a parameter and brings 0.27.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=32, tolerance=MODEL, **R46)
def bodyweight_diag(control=None):
    BodyWeight = r.load("BodyWeight")
    m = r.lmer("weight ~ Diet * Time + diag(Time | Rat)", BodyWeight, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
