"""The cake data with a linear trend and nested replicates.

`temp` is the numeric temperature.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=117, tolerance=MODEL)
def cake_linear(control=None):
    cake = r.cake()
    m = r.lmer("angle ~ recipe + temp + (1 | replicate/recipe)", cake, control=control)
    print(r.summary(m))
    return describe(m)
