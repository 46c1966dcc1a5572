"""Dogs' lymph nodes: structured and nested terms.

Two factors, one nested in the other, one of them with a structure.
"""
import translations as r
from translations.cases.structured._shared import R46, describe, noisy
from translations.parity import case


@case(section="structured", order=22, tolerance=noisy("pixel_ar1"), **R46)
def pixel_ar1(control=None):
    Pixel = r.load("Pixel")
    m = r.lmer("pixel ~ day + I(day^2) + ar1(0 + factor(day) | Dog) + (1 | Dog:Side)", Pixel, control=control)
    return describe(m)
