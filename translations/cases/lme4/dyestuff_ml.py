"""The dyestuff model by maximum likelihood.

`REML=False` divides by n: the variance between batches comes out smaller, and the summary shows AIC, BIC and deviance.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=102, tolerance=MODEL)
def dyestuff_ml(control=None):
    Dyestuff = r.Dyestuff()
    m = r.lmer("Yield ~ 1 + (1 | Batch)", Dyestuff, REML=False, control=control)
    print(r.summary(m))
    return describe(m)
