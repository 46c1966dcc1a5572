"""Orthodontic growth, lines in `cs()`.

Intercepts and slopes as standard deviations and a correlation; at age zero they are far from the data.
"""
import translations as r
from translations.cases.structured._shared import R46, describe, noisy
from translations.parity import case


@case(section="structured", order=14, tolerance=noisy("orthodont_cs"), **R46)
def orthodont_cs(control=None):
    Orthodont = r.load("Orthodont")
    m = r.lmer("distance ~ age * Sex + cs(age | Subject)", Orthodont, control=control)
    return describe(m)
