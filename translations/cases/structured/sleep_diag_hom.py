"""`diag(hom = TRUE)`: one variance for intercepts and slopes.

It depends on the units of `Days`, since an intercept's variance is in other units than a slope's.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=3, tolerance=MODEL, **R46)
def sleep_diag_hom(control=None):
    sleepstudy = r.load("sleepstudy")
    m = r.lmer("Reaction ~ Days + diag(Days | Subject, hom = TRUE)", sleepstudy, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
