"""`cs()` of two effects is an unstructured matrix in other parameters.

The same model as `us()`: two standard deviations and a correlation, which are the parameters here.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=4, tolerance=MODEL, **R46)
def sleep_cs(control=None):
    sleepstudy = r.load("sleepstudy")
    m = r.lmer("Reaction ~ Days + cs(Days | Subject)", sleepstudy, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
