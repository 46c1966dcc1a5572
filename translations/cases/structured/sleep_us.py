"""`us()`, no structure: what a plain bar is.

Named for completeness: `us(Days | Subject)` is `(Days | Subject)`, in the same parameters.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=1, tolerance=MODEL, **R46)
def sleep_us(control=None):
    sleepstudy = r.load("sleepstudy")
    m = r.lmer("Reaction ~ Days + us(Days | Subject)", sleepstudy, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
