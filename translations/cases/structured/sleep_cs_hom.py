"""`cs(hom = TRUE)`: one variance and one correlation.

Printed as one row, under the first effect's name.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=5, tolerance=MODEL, **R46)
def sleep_cs_hom(control=None):
    sleepstudy = r.load("sleepstudy")
    m = r.lmer("Reaction ~ Days + cs(Days | Subject, hom = TRUE)", sleepstudy, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
