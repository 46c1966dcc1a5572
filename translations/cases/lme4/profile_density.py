"""The density that a profile implies: what lme4's densityplot of a profile draws.

If zeta were standard normal, the parameter's density would be that of zeta times zeta's slope. Where it is lopsided, an
estimate with a standard error is no summary.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=221, tolerance=tol.PROFILE)
def profile_density():
    Dyestuff = r.Dyestuff()
    m = r.lmer("Yield ~ 1 + (1 | Batch)", Dyestuff)
    density = r.profile(m).density(npts=41)
    return {"density": density}
