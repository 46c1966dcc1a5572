"""Growth of children's jaws: slopes by sex.

An interaction of a covariate with a factor and correlated intercepts and slopes.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


# The intercept is 16.340625: which of its two roundings is printed is decided by the noise of the default fit.
@case(section="lme4", order=123, tolerance=MODEL, text_at="tight")
def orthodont(control=None):
    Orthodont = r.load("Orthodont")
    m = r.lmer("distance ~ age * Sex + (age | Subject)", Orthodont, control=control)
    print(r.summary(m))
    return describe(m)
