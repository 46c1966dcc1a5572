"""Rats on three diets, weights that hang together.

lme4's optimizer stops 13 above the least criterion, in each order of the rows at another point.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=29, tolerance=MODEL, **R46)
def bodyweight_ar1():
    BodyWeight = r.load("BodyWeight")
    m = r.lmer("weight ~ Diet * Time + ar1(0 + factor(Time) | Rat)", BodyWeight)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
