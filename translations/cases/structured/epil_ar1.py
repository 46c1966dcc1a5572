"""Seizures of four periods, autocorrelated.

Logarithms of counts; four occasions, 59 patients.
"""
import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case


@case(section="structured", order=27, tolerance=MODEL, **R46)
def epil_ar1(control=None):
    epil = r.load("epil")
    m = r.lmer("log(y + 1) ~ lbase + trt + ar1(0 + factor(period) | subject)", epil, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
