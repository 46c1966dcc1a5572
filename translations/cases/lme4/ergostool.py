"""Effort to rise from four kinds of stool.

A randomized block design: a factor and one variance between subjects.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=124, tolerance=MODEL)
def ergostool(control=None):
    ergoStool = r.load("ergoStool")
    m = r.lmer("effort ~ 0 + Type + (1 | Subject)", ergoStool, control=control)
    print(r.summary(m))
    return describe(m)
