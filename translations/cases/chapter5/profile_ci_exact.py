"""The ends of the six profile intervals as roots, not read off a spline.

`exact=True` solves for the points at which the deviance, all other parameters at their best, stands 1.96 squared
above its minimum. R has no such option; the R script writes the likelihood out and searches. lme4's own numbers
(`profile_ci`) are off by up to 6e-4 of their size.
"""

import translations as r
from translations.parity import case
from translations.parity.tolerances import Tolerance

ROOTS = Tolerance("ROOTS", 8.5, 8.5, 11, 3, "R's side differentiates numerically: 9.0 to 10.9 digits of the certified")


# The R side's own order, that of lme4 1.1, under every release.
ROWS = ["sd_(Intercept)|Subject", "cor_days_deprived.(Intercept)|Subject", "sd_days_deprived|Subject", "sigma",
        "(Intercept)", "days_deprived"]


@case(section="5.5.1", order=26, tolerance=ROOTS)
def profile_ci_exact():
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control="newton")
    ci = r.confint(pp_mod, signames=False, quiet=True, exact=True)
    ci = ci.loc[ROWS]
    print(ci)
    return {"ci": ci}
