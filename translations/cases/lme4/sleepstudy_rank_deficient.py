"""A column too many: what R drops.

`I(2 * Days)` says nothing that `Days` has not said; R drops the later column and says so in a message.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=114, tolerance=MODEL)
def sleepstudy_rank_deficient(control=None):
    sleepstudy = r.sleepstudy()
    m = r.lmer("Reaction ~ Days + I(2 * Days) + (1 | Subject)", sleepstudy, control=control)
    print(r.summary(m))
    return describe(m)
