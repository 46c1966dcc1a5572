"""Yield of dyestuff by batch: one variance component.

The smallest mixed model (Bates 2010, chapter 1): balanced, so REML has a closed form.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=101, tolerance=MODEL)
def dyestuff(control=None):
    Dyestuff = r.Dyestuff()
    m = r.lmer("Yield ~ 1 + (1 | Batch)", Dyestuff, control=control)
    print(r.summary(m))
    return describe(m)
