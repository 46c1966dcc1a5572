"""Exact intervals with crossed factors.

Every plate meets every sample; with six samples their standard deviation is known to within a factor of three only.
"""
import translations as r
from translations.cases.lme4._comparisons import ROOTS
from translations.parity import case


@case(section="lme4", order=232, tolerance=ROOTS)
def exact_penicillin():
    Penicillin = r.Penicillin()
    m = r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", Penicillin, control="newton")
    ci = r.confint(m, exact=True, quiet=True)
    print(ci)
    return {"ci": ci}
