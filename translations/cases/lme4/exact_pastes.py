"""Exact intervals of nested factors, one of them down to zero.

Zeta of the batches' standard deviation is 0.64 at zero, inside the quantile: the interval's end is the bound.
"""
import translations as r
from translations.cases.lme4._comparisons import ROOTS
from translations.parity import case


@case(section="lme4", order=233, tolerance=ROOTS)
def exact_pastes():
    Pastes = r.Pastes()
    m = r.lmer("strength ~ 1 + (1 | sample) + (1 | batch)", Pastes, control="newton")
    ci = r.confint(m, exact=True, quiet=True)
    print(ci)
    return {"ci": ci}
