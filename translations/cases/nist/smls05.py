"""NIST's SmLs05: nine groups of 201, 7 leading digits in common.

Constructed data (Simon & Lesage 1989). A million is taken from the response, which is exact in doubles: without
that lme4 keeps three digits of the variances. `newton` needs no such help (`scripts/scoreboard.py`).
"""

import translations as r
from translations.cases.nist._shared import MODEL, describe, read
from translations.parity import case


@case(section="nist", order=6, tolerance=MODEL)
def smls05(control=None):
    SmLs05 = read("SmLs05")
    SmLs05["y"] -= 1e6
    m = r.lmer("y ~ 1 + (1 | group)", SmLs05, control=control)
    print(r.summary(m))
    return describe(m)
