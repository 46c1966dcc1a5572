"""Uncorrelated intercepts and slopes by `||`, by maximum likelihood.

`(Days || Subject)` is `(1 | Subject) + (0 + Days | Subject)`: two terms on one factor.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=108, tolerance=MODEL)
def sleepstudy_double_bar(control=None):
    sleepstudy = r.sleepstudy()
    m = r.lmer("Reaction ~ Days + (Days || Subject)", sleepstudy, REML=False, control=control)
    print(r.summary(m))
    return describe(m)
