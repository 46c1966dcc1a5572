"""Orthodontic growth with autocorrelated ages.

Potthoff and Roy's data, four ages two years apart. The default optimizer stops 2e-6 from where lme4's does,
which shares 9 digits with itself whatever the order of the rows: why is not known. `newton` has the certified optimum.
"""
from dataclasses import replace

import translations as r
from translations.cases.structured._shared import MODEL, R46, describe
from translations.parity import case
from translations.parity import tolerances as tol

WHY = "an open question: 5.7 digits are shared where lme4 shares 9.3 with itself in other orders of the rows"
OPEN = replace(tol.STRUCTURED, name="STRUCTURED_OPEN", default=5.6, why=WHY)

@case(section="structured", order=13, tolerance=MODEL | dict.fromkeys(("par", "theta", "se", "VarCorr"), OPEN), **R46)
def orthodont_ar1(control=None):
    Orthodont = r.load("Orthodont")
    m = r.lmer("distance ~ age * Sex + ar1(0 + factor(age) | Subject)", Orthodont, control=control)
    print(r.summary(m))
    print(r.VarCorr(m))
    return describe(m)
