"""How much structure: one variance, nested variances, a matrix in full.

Three random parts for the same fixed part, with prior weights.
"""
import translations as r
from translations.cases.lme4._comparisons import RATIO
from translations.parity import case


@case(section="lme4", order=305, tolerance=RATIO)
def lrt_machines(control=None):
    Machines = r.load("Machines")
    Machines["w"] = [1.0, 2.0, 1.5] * 18
    workers = r.lmer("score ~ Machine + (1 | Worker)", Machines, weights="w", control=control)
    nested = r.lmer("score ~ Machine + (1 | Worker/Machine)", Machines, weights="w", control=control)
    full = r.lmer("score ~ Machine + (Machine | Worker)", Machines, weights="w", control=control)
    lrt = r.anova(workers, nested, full)
    print(lrt)
    return {"lrt": lrt}
