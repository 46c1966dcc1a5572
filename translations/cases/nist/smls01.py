"""NIST's SmLs01: nine groups of 21, 1 leading digit in common.

Constructed data (Simon & Lesage 1989) without difficulty: the yardstick for the harder two of this size.
"""

import translations as r
from translations.cases.nist._shared import MODEL, describe, read
from translations.parity import case


@case(section="nist", order=2, tolerance=MODEL)
def smls01(control=None):
    SmLs01 = read("SmLs01")
    m = r.lmer("y ~ 1 + (1 | group)", SmLs01, control=control)
    print(r.summary(m))
    return describe(m)
