"""NIST's SmLs03: nine groups of 2,001, 1 leading digit in common.

Constructed data (Simon & Lesage 1989) without difficulty: the yardstick for the harder two of this size.
"""

import translations as r
from translations.cases.nist._shared import LARGE, describe, read
from translations.parity import case


@case(section="nist", order=4, tolerance=LARGE)
def smls03(control=None):
    SmLs03 = read("SmLs03")
    m = r.lmer("y ~ 1 + (1 | group)", SmLs03, control=control)
    print(r.summary(m))
    return describe(m)
