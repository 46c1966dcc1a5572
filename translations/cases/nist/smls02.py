"""NIST's SmLs02: nine groups of 201, 1 leading digit in common.

Constructed data (Simon & Lesage 1989) without difficulty: the yardstick for the harder two of this size.
"""

import translations as r
from translations.cases.nist._shared import MODEL, describe, read
from translations.parity import case


@case(section="nist", order=3, tolerance=MODEL)
def smls02(control=None):
    SmLs02 = read("SmLs02")
    m = r.lmer("y ~ 1 + (1 | group)", SmLs02, control=control)
    print(r.summary(m))
    return describe(m)
