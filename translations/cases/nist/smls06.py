"""NIST's SmLs06: nine groups of 2,001, 7 leading digits in common.

Constructed data (Simon & Lesage 1989). A million is taken from the response, which is exact in doubles: without
that lme4 keeps three digits of the variances. `newton` needs no such help (`scripts/scoreboard.py`).
"""

import translations as r
from translations.cases.nist._shared import LARGE, describe, read
from translations.parity import case


@case(section="nist", order=7, tolerance=LARGE)
def smls06(control=None):
    SmLs06 = read("SmLs06")
    SmLs06["y"] -= 1e6
    m = r.lmer("y ~ 1 + (1 | group)", SmLs06, control=control)
    print(r.summary(m))
    return describe(m)
