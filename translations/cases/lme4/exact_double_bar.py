"""Exact intervals of intercepts and slopes without correlation.

Two terms on one factor: one block of the factorization, two standard deviations.
"""
import translations as r
from translations.cases.lme4._comparisons import ROOTS
from translations.parity import case


@case(section="lme4", order=234, tolerance=ROOTS)
def exact_double_bar():
    sleepstudy = r.sleepstudy()
    m = r.lmer("Reaction ~ Days + (Days || Subject)", sleepstudy, control="newton")
    ci = r.confint(m, exact=True, quiet=True)
    print(ci)
    return {"ci": ci}
