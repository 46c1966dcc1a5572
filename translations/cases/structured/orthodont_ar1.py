"""Orthodontic growth with autocorrelated ages.

Potthoff and Roy's data, four ages two years apart. At lme4's start, where the correlation is 0, the criterion does not
depend on the structure's variance at all, so that the last bits of four values decide which way its optimizer goes:
of 80 orders of the rows one ends 1e-6 from the others.
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
