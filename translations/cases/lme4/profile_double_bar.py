"""Profile intervals of independent effects: the double bar.

Two terms with one effect each: two standard deviations and no correlation.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=207, tolerance=tol.PROFILE)
def profile_double_bar(control=None):
    sleepstudy = r.sleepstudy()
    m = r.lmer("Reaction ~ Days + (Days || Subject)", sleepstudy, control=control)
    ci = r.confint(m, oldNames=False, quiet=True)
    print(ci)
    return {"ci": ci}
