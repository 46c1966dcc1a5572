"""Is there a correlation: double bar against single.

The test of the correlation of intercepts and slopes has one degree of freedom and no boundary.
"""
import translations as r
from translations.cases.lme4._comparisons import RATIO
from translations.parity import case


@case(section="lme4", order=302, tolerance=RATIO)
def lrt_correlation(control=None):
    sleepstudy = r.sleepstudy()
    correlated = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=control)
    independent = r.lmer("Reaction ~ Days + (Days || Subject)", sleepstudy, control=control)
    lrt = r.anova(correlated, independent)
    print(lrt)
    return {"lrt": lrt}
