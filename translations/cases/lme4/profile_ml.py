"""Profile intervals of a maximum likelihood fit.

A model fitted by maximum likelihood is not refitted: the profile starts from where lme4's own optimizer stopped, and
the intervals differ from those of the REML fit (`profile_sleepstudy`) in the fifth or sixth digit by that alone.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=209, tolerance=tol.PROFILE)
def profile_ml():
    sleepstudy = r.sleepstudy()
    m = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, REML=False)
    ci = r.confint(m, oldNames=False, quiet=True)
    print(ci)
    return {"ci": ci}
