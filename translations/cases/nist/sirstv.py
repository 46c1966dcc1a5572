"""Resistivity of silicon wafers by instrument.

Five instruments that hardly differ: REML finds a small variance, ML none.
"""

import translations as r
from translations.cases.nist._shared import MODEL, describe, read
from translations.parity import case


@case(section="nist", order=1, tolerance=MODEL)
def sirstv(control=None):
    SiRstv = read("SiRstv")
    m = r.lmer("y ~ 1 + (1 | group)", SiRstv, control=control)
    print(r.summary(m))
    return describe(m)
