"""A vector-valued term: each worker's own effect of each machine.

`(Machine | Worker)` has a 3 x 3 covariance matrix, six parameters from six workers.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=119, tolerance=MODEL)
def machines(control=None):
    Machines = r.load("Machines")
    m = r.lmer("score ~ Machine + (Machine | Worker)", Machines, control=control)
    print(r.summary(m))
    return describe(m)
