"""Machines: no structure.

Six parameters where `cs()` has four: compare them by `anova`.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=25, tolerance=MODEL, **R46)
def machines_us(control=None):
    Machines = r.load("Machines")
    m = r.lmer("score ~ Machine + us(0 + Machine | Worker)", Machines, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
