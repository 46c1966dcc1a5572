"""Oats: varieties within blocks by compound symmetry.

A split plot's two variances, as one variance and a correlation that may be negative.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=20, tolerance=MODEL, **R46)
def oats_cs(control=None):
    Oats = r.load("Oats")
    m = r.lmer("yield ~ nitro + cs(0 + Variety | Block, hom = TRUE)", Oats, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
