"""Log fruits of Arabidopsis: three nested or crossed factors, unbalanced.

Genotypes lie within populations; racks are crossed with both.
"""
import translations as r
from translations.lme4.cases._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=131, tolerance=MODEL)
def arabidopsis_log(control=None):
    Arabidopsis = r.load("Arabidopsis")
    m = r.lmer(
        "log1p(total.fruits) ~ nutrient * amd + status + (1 | popu) + (1 | gen) + (1 | rack)",
        Arabidopsis, control=control)
    print(r.summary(m))
    return describe(m)
