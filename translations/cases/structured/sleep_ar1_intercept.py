"""`ar1()` beside an intercept of each subject.

What lasts and what fades: the correlation of distant days need not go to zero.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=9, tolerance=MODEL, **R46)
def sleep_ar1_intercept(control=None):
    sleepstudy = r.load("sleepstudy")
    m = r.lmer("Reaction ~ Days + ar1(0 + factor(Days) | Subject) + (1 | Subject)", sleepstudy, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
