"""Profile intervals of the chapter's model with random slopes only.

Days without deprivation say nothing about the random effects: zeros in Z.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=211, tolerance=tol.PROFILE)
def profile_chapter_slopes(control=None):
    sleep2 = r.sleep2()
    m = r.lmer("Reaction ~ days_deprived + (0 + days_deprived | Subject)", sleep2, control=control)
    ci = r.confint(m, oldNames=False, quiet=True)
    print(ci)
    return {"ci": ci}
