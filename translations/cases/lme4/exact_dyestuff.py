"""Exact intervals of one variance, sigma and a mean.

Balanced data of one factor: the mean's interval is symmetric, the standard deviations' are far from it.
"""
import translations as r
from translations.cases.lme4._comparisons import ROOTS
from translations.parity import case


@case(section="lme4", order=230, tolerance=ROOTS)
def exact_dyestuff():
    Dyestuff = r.Dyestuff()
    m = r.lmer("Yield ~ 1 + (1 | Batch)", Dyestuff, control="newton")
    ci = r.confint(m, exact=True, quiet=True)
    print(ci)
    return {"ci": ci}
