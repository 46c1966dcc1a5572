"""Profile intervals of the random-intercept model: sleepstudy.

The interval of the slope is too narrow here, because the model denies that subjects' slopes differ:
`profile_sleepstudy` has the honest one.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=208, tolerance=tol.PROFILE)
def profile_intercepts(control=None):
    sleepstudy = r.sleepstudy()
    m = r.lmer("Reaction ~ Days + (1 | Subject)", sleepstudy, control=control)
    ci = r.confint(m, oldNames=False, quiet=True)
    print(ci)
    return {"ci": ci}
