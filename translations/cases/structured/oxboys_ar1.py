"""Oxford boys: a correlation close to one.

Nine heights of a boy; the correlation stops within 0.01 of its bound.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=21, tolerance=MODEL, **R46)
def oxboys_ar1():
    Oxboys = r.load("Oxboys")
    m = r.lmer("height ~ age + ar1(0 + factor(Occasion) | Subject)", Oxboys)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
