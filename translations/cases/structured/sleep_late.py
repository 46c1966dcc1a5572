"""`ar1()` where some leave early.

The last days of two subjects are missing; their effects are predicted all the same.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=12, tolerance=MODEL, **R46)
def sleep_late(control=None):
    sleepstudy = r.load("sleepstudy")
    sleepstudy = sleepstudy[~(sleepstudy["Subject"].isin(["308", "333"]) & (sleepstudy["Days"] > 6))]
    m = r.lmer("Reaction ~ Days + ar1(0 + factor(Days) | Subject)", sleepstudy, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
