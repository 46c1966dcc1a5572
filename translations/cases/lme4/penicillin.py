"""Two crossed factors: plates and samples of penicillin.

Every sample is measured on every plate (Bates 2010, section 2.1).
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=104, tolerance=MODEL)
def penicillin(control=None):
    Penicillin = r.Penicillin()
    m = r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", Penicillin, control=control)
    print(r.summary(m))
    return describe(m)
