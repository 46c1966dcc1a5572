"""Oxford boys: lines in `cs()`.

Boys who are tall grow fast: a correlation of 0.64.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=26, tolerance=MODEL, **R46)
def oxboys_cs(control=None):
    Oxboys = r.load("Oxboys")
    m = r.lmer("height ~ age + cs(age | Subject)", Oxboys, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
