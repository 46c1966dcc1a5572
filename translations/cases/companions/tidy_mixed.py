"""Mixed models as tidy frames.

Up to broom.mixed 0.2.9.6 a correlation stands between the standard deviations that it joins; since lme4 2.1 the
standard deviations come first. Under `options(lmerTest=True)` there are df and p.value too.
"""

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

TOLERANCES = {"profile": tol.PROFILE, "vals": tol.MODES, "coefs": tol.MODES, "augment": tol.MODES} | dict.fromkeys(
    ("tidy", "vcov", "wide", "double", "glance", "ml"), tol.THETA)


@case(order=10, tolerance=TOLERANCES)
def tidy_mixed(control=None):
    sleepstudy = r.sleepstudy()
    sleepstudy["w"] = 1 + sleepstudy["Days"] / 10
    m = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, weights="w", control=control)
    print(r.tidy(m))
    print(r.glance(m))
    three = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate) + (1 | replicate)", r.cake(), REML=False,
                   control=control)
    print(r.tidy(three, effects="ran_pars"))
    wide = r.lmer("score ~ Machine + (Machine | Worker)", r.load("Machines"), control=control)
    double = r.lmer("Reaction ~ Days + (Days || Subject)", sleepstudy, control=control)
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=control)
    profiled = r.tidy(slopes, conf_int=True, conf_method="profile")
    return {
        "tidy": r.tidy(m, conf_int=True, conf_level=0.9), "vcov": r.tidy(m, effects="ran_pars", scales="vcov"),
        "wide": r.tidy(wide, effects="ran_pars"), "double": r.tidy(double, effects="ran_pars"),
        "vals": r.tidy(m, effects="ran_vals", conf_int=True), "coefs": r.tidy(m, effects="ran_coefs"),
        "glance": r.glance(m), "ml": r.glance(three), "augment": r.augment(m).head(30),
        "profile": profiled.set_index("term")["conf.low"],
    }
