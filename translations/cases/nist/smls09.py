"""NIST's SmLs09: nine groups of 2,001, 13 leading digits in common.

Constructed data (Simon & Lesage 1989). Neighbouring doubles lie 1.2e-4 apart at 1e12, so the exact values are those
of the doubles, not of the decimals; and lme4 keeps no digit of the variances unless 1e12 is taken from the response,
which is exact. `newton` needs no such help (`scripts/scoreboard.py`).
"""

import translations as r
from translations.cases.nist._shared import LARGE, describe, read
from translations.parity import case


@case(section="nist", order=11, tolerance=LARGE)
def smls09(control=None):
    SmLs09 = read("SmLs09")
    SmLs09["y"] -= 1e12
    m = r.lmer("y ~ 1 + (1 | group)", SmLs09, control=control)
    print(r.summary(m))
    return describe(m)
