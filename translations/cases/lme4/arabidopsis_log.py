"""Log fruits of Arabidopsis: three nested or crossed factors, unbalanced.

Genotypes lie within populations; racks are crossed with both.
"""

from dataclasses import replace

import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case
from translations.parity import tolerances as tol

FLAT = replace(
    tol.THETA,
    tight=7.5,
    why="the variance of popu, from nine populations, is so flat that R's differences leave it at a gradient "
    "of 5e-8, where ours is 1e-13: 7.9 digits",
)


@case(section="lme4", order=131, tolerance=MODEL | {"VarCorr": FLAT})
def arabidopsis_log(control=None):
    Arabidopsis = r.load("Arabidopsis")
    m = r.lmer(
        "log1p(total.fruits) ~ nutrient * amd + status + (1 | popu) + (1 | gen) + (1 | rack)",
        Arabidopsis,
        control=control,
    )
    print(r.summary(m))
    return describe(m)
