"""The same covariances with one dummy a machine: `(0 + Machine | Worker)`.

The criterion is that of `(Machine | Worker)`; the parameters are another basis of the same model.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=120, tolerance=MODEL)
def machines_dummies(control=None):
    Machines = r.load("Machines")
    m = r.lmer("score ~ Machine + (0 + Machine | Worker)", Machines, control=control)
    print(r.summary(m))
    return describe(m)
