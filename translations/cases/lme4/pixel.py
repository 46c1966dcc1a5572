"""Pixel intensities: a quadratic in time, slopes by dog, intercepts by side.

Two grouping factors, one nested, with terms of different sizes.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=126, tolerance=MODEL)
def pixel(control=None):
    Pixel = r.load("Pixel")
    m = r.lmer("pixel ~ day + I(day^2) + (day | Dog) + (1 | Dog:Side)", Pixel, control=control)
    print(r.summary(m))
    return describe(m)
