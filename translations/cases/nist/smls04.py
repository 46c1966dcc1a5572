"""NIST's SmLs04: nine groups of 21, 7 leading digits in common.

Constructed data (Simon & Lesage 1989). A million is taken from the response, which is exact in doubles: without
that lme4 keeps three digits of the variances. `newton` needs no such help (`scripts/scoreboard.py`).
"""

import translations as r
from translations.cases.nist._shared import MODEL, describe, read
from translations.parity import case


@case(section="nist", order=5, tolerance=MODEL)
def smls04(control=None):
    SmLs04 = read("SmLs04")
    SmLs04["y"] -= 1e6
    m = r.lmer("y ~ 1 + (1 | group)", SmLs04, control=control)
    print(r.summary(m))
    return describe(m)
