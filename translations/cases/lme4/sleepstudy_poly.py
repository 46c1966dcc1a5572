"""Orthogonal polynomials: `poly(Days, 2)`.

Columns are orthonormal over the data, with R's signs and names `poly(Days, 2)1`, `poly(Days, 2)2`.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=112, tolerance=MODEL)
def sleepstudy_poly(control=None):
    sleepstudy = r.sleepstudy()
    m = r.lmer("Reaction ~ poly(Days, 2) + (Days | Subject)", sleepstudy, control=control)
    print(r.summary(m))
    return describe(m)
