"""`diag()`: intercepts and slopes that vary independently.

What `(Days || Subject)` says for numbers; for a factor `||` leaves its columns correlated, `diag()` does not.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=2, tolerance=MODEL, **R46)
def sleep_diag(control=None):
    sleepstudy = r.load("sleepstudy")
    m = r.lmer("Reaction ~ Days + diag(Days | Subject)", sleepstudy, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
