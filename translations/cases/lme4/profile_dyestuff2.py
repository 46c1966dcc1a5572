"""Profile intervals where a variance is estimated as zero: Dyestuff2.

The profile of the batches' standard deviation has one side only: zeta is 0 at the estimate 0, and the lower end is the
bound, which the profile has reached. The first step goes to 0.001, for 1 % of 0 leads nowhere.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=202, tolerance=tol.PROFILE)
def profile_dyestuff2(control=None):
    Dyestuff2 = r.Dyestuff2()
    m = r.lmer("Yield ~ 1 + (1 | Batch)", Dyestuff2, control=control)
    ci = r.confint(m, oldNames=False, quiet=True)
    print(ci)
    return {"ci": ci}
