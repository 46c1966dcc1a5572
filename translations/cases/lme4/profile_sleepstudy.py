"""Profile intervals with a correlation: sleepstudy, all ten days.

On its way to small standard deviations of the intercepts, the profile carries the correlation to its bound of 1, where
lme4's factor of the covariance matrix can lose an effect to rounding (`sdcor._pivoted`).
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=206, tolerance=tol.PROFILE)
def profile_sleepstudy(control=None):
    sleepstudy = r.sleepstudy()
    m = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=control)
    ci = r.confint(m, oldNames=False, quiet=True)
    print(ci)
    return {"ci": ci}
