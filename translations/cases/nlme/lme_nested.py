"""Plots within blocks: a mixed model of nested groups by `lme`, by maximum likelihood.

Summary and tests divide by the residual degrees of freedom all the same, as R's do; `vcov` and `intervals` do not.
"""
import translations as r
from translations.cases.nlme._shared import describe_lme, held_lme
from translations.parity import case


@case(section="lme", order=12, tolerance=held_lme("block"))
def lme_nested():
    Oats = r.load("Oats")
    with r.options(digits=4):
        m = r.lme("yield ~ nitro * Variety", Oats, random="~ 1 | Block/Variety", method="ML")
        print(m)
        print(r.summary(m).tTable)
        print(r.anova(m))
        print(r.VarCorr(m))
    return describe_lme(m) | {"block": r.fitted(m, level=1).to_numpy()[:5]}
