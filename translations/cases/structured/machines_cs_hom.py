"""Machines: compound symmetry.

The same as `(1 | Worker) + (1 | Worker:Machine)` where the correlation is not negative.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=18, tolerance=MODEL, **R46)
def machines_cs_hom(control=None):
    Machines = r.load("Machines")
    m = r.lmer("score ~ Machine + cs(0 + Machine | Worker, hom = TRUE)", Machines, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
