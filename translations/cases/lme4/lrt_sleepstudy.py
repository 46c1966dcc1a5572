"""Likelihood-ratio tests of four models, a linear one among them.

`anova` fits by maximum likelihood what was fitted by REML and says so, sorts the models by their number of
parameters, and tests each against the one before it, nested or not: the order of the arguments does not matter.
"""
import translations as r
from translations.cases.lme4._comparisons import RATIO
from translations.parity import case


@case(section="lme4", order=300, tolerance=RATIO)
def lrt_sleepstudy(control=None):
    sleepstudy = r.sleepstudy()
    straight = r.lm("Reaction ~ Days", sleepstudy)
    flat = r.lmer("Reaction ~ 1 + (1 | Subject)", sleepstudy, control=control)
    intercepts = r.lmer("Reaction ~ Days + (1 | Subject)", sleepstudy, control=control)
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=control)
    lrt = r.anova(slopes, flat, intercepts, straight)
    print(lrt)
    return {"lrt": lrt}
