"""Unbalanced: every third row of some subjects left out.

Without balance no closed form exists, and the fixed effects depend on the variances.
"""
import numpy as np

import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=111, tolerance=MODEL)
def sleepstudy_unbalanced(control=None):
    sleepstudy = r.sleepstudy()
    row = np.arange(1, 181)
    kept = sleepstudy[(row % 3 != 0) | (row > 60)]
    m = r.lmer("Reaction ~ Days + (Days | Subject)", kept, control=control)
    print(r.summary(m))
    return describe(m)
