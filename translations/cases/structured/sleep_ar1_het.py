"""`ar1(hom = FALSE)`: a variance for each day.

Eleven parameters on a criterion that is almost flat along one way: lme4's optimizer takes 4744 steps and is not
there.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=8, tolerance=MODEL, **R46)
def sleep_ar1_het(control=None):
    sleepstudy = r.load("sleepstudy")
    m = r.lmer("Reaction ~ Days + ar1(0 + factor(Days) | Subject, hom = FALSE)", sleepstudy, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
