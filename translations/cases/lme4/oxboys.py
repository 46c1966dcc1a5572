"""Heights of boys: quadratic growth curves, a 3 x 3 covariance.

The curvature is estimated by a nearly singular matrix; theta has six parameters.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=127, tolerance=MODEL)
def oxboys(control=None):
    Oxboys = r.load("Oxboys")
    m = r.lmer("height ~ age + I(age^2) + (age + I(age^2) | Subject)", Oxboys, control=control)
    print(r.summary(m))
    return describe(m)
