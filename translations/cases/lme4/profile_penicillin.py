"""Profile intervals of crossed factors: Penicillin.

Crossed factors are computed by sparse factorization in another order than CHOLMOD's, so BOBYQA's stops differ from R's
in their last digits: 7 to 11 digits agree where models with one factor or nested ones share 14.
"""
import translations as r
from translations.parity import case
from translations.parity.tolerances import Tolerance

CROSSED = Tolerance("CROSSED", 6, 7, 9, 3, "another order of rounding than CHOLMOD's moves BOBYQA's stops: 6.7 digits")


@case(section="lme4", order=203, tolerance=CROSSED)
def profile_penicillin(control=None):
    Penicillin = r.Penicillin()
    m = r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", Penicillin, control=control)
    ci = r.confint(m, oldNames=False, quiet=True)
    print(ci.round(4))
    return {"ci": ci}
