"""Chicks, lines in `cs()`.

The correlation ends near -1.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=33, tolerance=MODEL, **R46)
def chick_cs(control=None):
    ChickWeight = r.load("ChickWeight")
    m = r.lmer("weight ~ Diet * Time + cs(Time | Chick)", ChickWeight, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
