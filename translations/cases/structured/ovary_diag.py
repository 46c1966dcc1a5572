"""Mares' follicles, independent waves.

As in Pinheiro and Bates (2000), section 5.4, with `diag()` for `pdDiag`.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=28, tolerance=MODEL, **R46)
def ovary_diag(control=None):
    Ovary = r.load("Ovary")
    formula = "follicles ~ sin(2 * pi * Time) + cos(2 * pi * Time) + diag(1 + sin(2 * pi * Time) | Mare)"
    m = r.lmer(formula, Ovary, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
