"""Resistivity of silicon wafers by the number of the replicate: a variance of zero.

The same 25 values in other groups, between which there is less variation than chance would have: REML ends on the
boundary, where sigma squared is the variance of all values.
"""

from pandas import Categorical

import translations as r
from translations.cases.nist._shared import MODEL, describe, read
from translations.parity import case


@case(section="nist", order=12, tolerance=MODEL)
def sirstv_replicates(control=None):
    SiRstv = read("SiRstv")
    SiRstv["group"] = Categorical([str(replicate) for replicate in range(1, 6)] * 5)
    m = r.lmer("y ~ 1 + (1 | group)", SiRstv, control=control)
    print(r.summary(m))
    return describe(m)
