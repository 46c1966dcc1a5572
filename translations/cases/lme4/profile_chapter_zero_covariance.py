"""Profile intervals of the chapter's model with zero covariance.

The chapter's fifth syntax.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=212, tolerance=tol.PROFILE)
def profile_chapter_zero_covariance(control=None):
    sleep2 = r.sleep2()
    m = r.lmer("Reaction ~ days_deprived + (days_deprived || Subject)", sleep2, control=control)
    ci = r.confint(m, oldNames=False, quiet=True)
    print(ci)
    return {"ci": ci}
