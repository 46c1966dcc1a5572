"""Which parameters, which level, which names.

`parm` takes names, numbers from 1, `"theta_"` (standard deviations, correlations, sigma) or `"beta_"` (fixed effects).
One parameter's profile reaches as far as all parameters together need, so other levels can be read off the same
profile.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=222, tolerance=tol.PROFILE)
def profile_choices():
    sleep2 = r.sleep2()
    m = r.lmer("Reaction ~ days_deprived + (days_deprived || Subject)", sleep2)
    profile = r.profile(m)
    return {
        "theta": r.confint(m, parm="theta_", quiet=True),
        "beta": r.confint(m, parm="beta_", level=0.9, quiet=True),
        "second": r.confint(m, parm=2, level=0.5, quiet=True),
        "named": r.confint(m, parm=["sigma", "(Intercept)"], oldNames=False, quiet=True),
        "wide": profile.confint(level=0.99),
        "wald": r.confint(m, method="Wald", parm="beta_"),
    }
