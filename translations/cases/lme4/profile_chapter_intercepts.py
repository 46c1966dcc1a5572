"""Profile intervals of the chapter's random-intercept model.

The first of the chapter's five syntaxes (the second and third are `chapter5/profile_ci`).
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=210, tolerance=tol.PROFILE)
def profile_chapter_intercepts(control=None):
    sleep2 = r.sleep2()
    m = r.lmer("Reaction ~ days_deprived + (1 | Subject)", sleep2, control=control)
    ci = r.confint(m, oldNames=False, quiet=True)
    print(ci)
    return {"ci": ci}
