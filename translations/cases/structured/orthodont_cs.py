"""Orthodontic growth, lines in `cs()`.

Intercepts and slopes as standard deviations and a correlation; at age zero they are far from the data.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=14, tolerance=MODEL, **R46)
def orthodont_cs(control=None):
    Orthodont = r.load("Orthodont")
    m = r.lmer("distance ~ age * Sex + cs(age | Subject)", Orthodont, control=control)
    return describe(m)
