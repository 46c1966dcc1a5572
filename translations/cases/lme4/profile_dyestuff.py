"""Profile intervals of one variance component: Dyestuff.

With two parameters beside the mean, the optimizer inside the profile has one variable; lme4 gives that to BOBYQA too.
The interval of the standard deviation is far from symmetric.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=201, tolerance=tol.PROFILE)
def profile_dyestuff(control=None):
    Dyestuff = r.Dyestuff()
    m = r.lmer("Yield ~ 1 + (1 | Batch)", Dyestuff, control=control)
    ci = r.confint(m, oldNames=False, quiet=True)
    print(ci)
    return {"ci": ci}
