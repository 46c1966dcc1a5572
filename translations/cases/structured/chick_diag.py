"""Chicks, independent lines, unbalanced.

By maximum likelihood, of logarithms.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=24, tolerance=MODEL, **R46)
def chick_diag(control=None):
    ChickWeight = r.load("ChickWeight")
    m = r.lmer("log(weight) ~ Diet * Time + diag(Time | Chick)", ChickWeight, REML=False, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
