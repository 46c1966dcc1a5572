"""Orthodontic growth with autocorrelated ages.

Potthoff and Roy's data, four ages two years apart.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=13, tolerance=MODEL, **R46)
def orthodont_ar1(control=None):
    Orthodont = r.load("Orthodont")
    m = r.lmer("distance ~ age * Sex + ar1(0 + factor(age) | Subject)", Orthodont, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
