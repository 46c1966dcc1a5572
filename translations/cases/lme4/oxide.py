"""Variance components of wafers within lots.

Nothing fixed but the mean; three components of variance.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=125, tolerance=MODEL)
def oxide(control=None):
    Oxide = r.load("Oxide")
    m = r.lmer("Thickness ~ 1 + (1 | Lot/Wafer)", Oxide, control=control)
    print(r.summary(m))
    return describe(m)
