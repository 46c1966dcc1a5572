"""A split-plot design with polynomial contrasts: the cake data.

`temperature` is an ordered factor, coded by orthogonal polynomials (`temperature.L`, ...,
`temperature^5`); with 18 fixed effects the summary hides their correlations.
"""
import sys

import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=116, tolerance=MODEL)
def cake(control=None):
    cake = r.cake()
    m = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", cake, control=control)
    s = r.summary(m)
    print(s)
    print(s.note, end="", file=sys.stderr)
    return describe(m)
