"""`ar1()` by maximum likelihood.

Two parameters less than the straight line of `us()`, and the deviance is lower by nine.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=7, tolerance=MODEL, **R46)
def sleep_ar1_ml(control=None):
    sleepstudy = r.load("sleepstudy")
    m = r.lmer("Reaction ~ Days + ar1(0 + factor(Days) | Subject)", sleepstudy, REML=False, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
