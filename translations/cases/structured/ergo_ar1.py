"""Stools in an order that means nothing.

One observation a cell, so that variance and correlation are hardly told apart: lme4 stops 0.006 above its floor.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=31, tolerance=MODEL, **R46)
def ergo_ar1():
    ergoStool = r.load("ergoStool")
    m = r.lmer("effort ~ Type + ar1(0 + Type | Subject)", ergoStool)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
