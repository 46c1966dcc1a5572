"""Machines: workers, and a variance for each machine.

A structured term beside a plain one.
"""
import translations as r
from translations.cases.structured._shared import R46, describe, noisy
from translations.parity import case


@case(section="structured", order=19, tolerance=noisy("machines_diag"), **R46)
def machines_diag(control=None):
    Machines = r.load("Machines")
    m = r.lmer("score ~ Machine + (1 | Worker) + diag(0 + Machine | Worker)", Machines, control=control)
    return describe(m)
