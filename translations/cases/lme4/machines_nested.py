"""Workers and machines within workers.

`(1 | Worker/Machine)` assumes equal variances and covariances where `(Machine | Worker)` estimates all six.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=121, tolerance=MODEL)
def machines_nested(control=None):
    Machines = r.load("Machines")
    m = r.lmer("score ~ Machine + (1 | Worker/Machine)", Machines, control=control)
    print(r.summary(m))
    return describe(m)
