"""An offset: part of the mean that is known.

`offset()` in the formula and the argument add up; here the argument alone.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=110, tolerance=MODEL)
def sleepstudy_offset(control=None):
    sleepstudy = r.sleepstudy()
    sleepstudy["known"] = 5 * sleepstudy["Days"]
    m = r.lmer("Reaction ~ Days + (1 | Subject)", sleepstudy, offset="known", control=control)
    print(r.summary(m))
    return describe(m)
