"""Machines: one correlation, three variances.

Three scores a worker and machine, so that the workers' matrix is told from the residual.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=17, tolerance=MODEL, **R46)
def machines_cs(control=None):
    Machines = r.load("Machines")
    m = r.lmer("score ~ Machine + cs(0 + Machine | Worker)", Machines, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
