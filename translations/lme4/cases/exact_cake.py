"""Exact intervals of nested replicates with a covariate.

A split-plot design: replicates differ more than recipes within them, whose standard deviation is small but not zero.
"""
import translations as r
from translations.lme4.cases._comparisons import ROOTS
from translations.parity import case


@case(section="lme4", order=235, tolerance=ROOTS)
def exact_cake():
    cake = r.cake()
    m = r.lmer("angle ~ recipe + temp + (1 | replicate/recipe)", cake, control="newton")
    ci = r.confint(m, exact=True, quiet=True)
    print(ci)
    return {"ci": ci}
