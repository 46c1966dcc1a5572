"""`ar1()` with occasions missing.

A missing day is a level without an observation: the distance between its neighbours stays two.
"""
import numpy as np

import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=11, tolerance=MODEL, **R46)
def sleep_missing(control=None):
    sleepstudy = r.load("sleepstudy")
    sleepstudy = sleepstudy[np.arange(1, 181) % 7 != 3]
    m = r.lmer("Reaction ~ Days + ar1(0 + factor(Days) | Subject)", sleepstudy, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
