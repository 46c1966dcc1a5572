"""Exact intervals where a variance is estimated as zero.

The lower end is the bound. Held away from its estimate, the mean makes the batches differ, so that the other
parameters leave the boundary on the way to the ends.
"""
import translations as r
from translations.cases.lme4._comparisons import ROOTS
from translations.parity import case


@case(section="lme4", order=231, tolerance=ROOTS)
def exact_dyestuff2():
    Dyestuff2 = r.Dyestuff2()
    m = r.lmer("Yield ~ 1 + (1 | Batch)", Dyestuff2, control="newton")
    ci = r.confint(m, exact=True, quiet=True)
    print(ci)
    return {"ci": ci}
