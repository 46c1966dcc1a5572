"""Chicks, weights that hang together, some chicks lost.

Twelve days, the last two one day apart; lme4's optimizer stops 1.6 above the least criterion.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=30, tolerance=MODEL, **R46)
def chick_ar1():
    ChickWeight = r.load("ChickWeight")
    m = r.lmer("weight ~ Diet * Time + ar1(0 + factor(Time) | Chick)", ChickWeight)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
