"""A variance estimated as zero: the singular fit of Dyestuff2.

The simulated batches differ less than chance lets them; the estimate lies on the boundary and R says so in a message.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=103, tolerance=MODEL)
def dyestuff2(control=None):
    Dyestuff2 = r.Dyestuff2()
    m = r.lmer("Yield ~ 1 + (1 | Batch)", Dyestuff2, control=control)
    print(r.summary(m))
    return describe(m)
