"""A likelihood ratio whose p-value is too large.

Testing a variance of zero: the chi-squared distribution does not hold on the boundary, the p-value should be about
halved.
"""
import translations as r
from translations.cases.lme4._comparisons import RATIO
from translations.parity import case


@case(section="lme4", order=304, tolerance=RATIO)
def lrt_pastes(control=None):
    Pastes = r.Pastes()
    full = r.lmer("strength ~ 1 + (1 | sample) + (1 | batch)", Pastes, REML=False, control=control)
    less = r.lmer("strength ~ 1 + (1 | sample)", Pastes, REML=False, control=control)
    lrt = r.anova(full, less)
    print(lrt)
    return {"lrt": lrt}
