"""`ar1()`: days that are the more alike the nearer they are.

One variance unless `hom = FALSE`. Beside it stands the residual's, so that the correlation at a lag of zero jumps: a
nugget.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=6, tolerance=MODEL, **R46)
def sleep_ar1(control=None):
    sleepstudy = r.load("sleepstudy")
    m = r.lmer("Reaction ~ Days + ar1(0 + factor(Days) | Subject)", sleepstudy, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
