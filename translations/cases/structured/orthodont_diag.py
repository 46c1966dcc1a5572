"""Orthodontic growth, independent lines.

By maximum likelihood.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=15, tolerance=MODEL, **R46)
def orthodont_diag(control=None):
    Orthodont = r.load("Orthodont")
    m = r.lmer("distance ~ age * Sex + diag(age | Subject)", Orthodont, REML=False, control=control)
    return describe(m)
