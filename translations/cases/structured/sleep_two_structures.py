"""Two structured terms of one factor.

Random lines and autocorrelated deviations from them.
"""
import translations as r
from translations.cases.structured._shared import R46, describe, noisy
from translations.parity import case


@case(section="structured", order=10, tolerance=noisy("sleep_two_structures"), **R46)
def sleep_two_structures(control=None):
    sleepstudy = r.load("sleepstudy")
    formula = "Reaction ~ Days + diag(Days | Subject) + ar1(0 + factor(Days) | Subject)"
    m = r.lmer(formula, sleepstudy, control=control)
    return describe(m)
