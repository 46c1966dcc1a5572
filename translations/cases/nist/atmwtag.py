"""The atomic weight of silver by two instruments.

Six digits are common to all values; taking them from the response is exact, and lme4 keeps more of the rest.
"""

import translations as r
from translations.cases.nist._shared import MODEL, describe, read
from translations.parity import case


@case(section="nist", order=8, tolerance=MODEL)
def atmwtag(control=None):
    AtmWtAg = read("AtmWtAg")
    AtmWtAg["y"] -= 107.868
    m = r.lmer("y ~ 1 + (1 | group)", AtmWtAg, control=control)
    print(r.summary(m))
    return describe(m)
