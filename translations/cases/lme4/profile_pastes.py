"""Profile intervals of nested factors: Pastes.

The standard deviation of batches has 0 inside its interval: the profile ends on the bound before zeta reaches -1.96,
and the bound is the lower end. (No comparison with a tightly converged R: Newton's method does not work on a bound.)
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=204, tolerance=tol.PROFILE)
def profile_pastes():
    Pastes = r.Pastes()
    m = r.lmer("strength ~ 1 + (1 | batch/cask)", Pastes)
    ci = r.confint(m, oldNames=False, quiet=True)
    print(ci)
    return {"ci": ci}
