"""Means of fits by `gls` and `lme`: contained, Satterthwaite's and residual degrees of freedom; tests by `Anova`.

Of a mixed model by `lme`, emmeans takes for a combination of fixed effects the least degrees of freedom that any of
them has ("containment"); of a fit by `gls` it takes Satterthwaite's, whose ingredients R has from second differences at
steps of 6e-6, so that its own degrees of freedom hold two to four digits. `mode="appx-satterthwaite"` refits R's model
to a response with a little noise and answers otherwise each time; `r.emmeans` differentiates instead.
"""

from dataclasses import replace

import translations as r
from translations.cases.emmeans._shared import parts
from translations.cases.nlme._shared import CURVATURE, FOLLOWS
from translations.parity import case
from translations.parity import tolerances as tol

NAMES = ("serial", "rest", "unequal", "held", "slopes", "trends", "logged")
LIMITS = replace(CURVATURE, name="LIMITS", default=4, tight=4,
                 why="as CURVATURE, of the degrees of freedom, which move the limits of a t distribution little")
P = replace(FOLLOWS, name="NLME_P", default=4, tight=4, why="as NLME_FOLLOWS, times t squared")
TOLERANCE = {
    **dict.fromkeys(NAMES, FOLLOWS),
    **dict.fromkeys(("serial", "unequal"), LIMITS),
    **{f"{name}_df": tol.EXACT for name in NAMES},
    **dict.fromkeys(("serial_df", "unequal_df"), CURVATURE),
    "logged_p": P,
    **dict.fromkeys(("vif", "Anova", "serial_Anova"), FOLLOWS),
}


@case(section="emmeans", order=17, tolerance=TOLERANCE)
def correlated_errors():
    Orthodont = r.load("Orthodont")
    Orthodont["occasion"] = r.factor(Orthodont["age"], ordered=False)
    named = Orthodont.assign(Subject=Orthodont["Subject"].astype(str))
    sorted_ = named.sort_values("Subject", kind="stable")
    with r.options(digits=6):
        serial = r.gls("distance ~ occasion * Sex", Orthodont, correlation=r.corAR1(form="~ 1 | Subject"))
        print(r.emmeans(serial, "~ Sex | occasion"))
        print(r.pairs(r.emmeans(serial, "~ Sex | occasion")))
        print(r.emmeans(serial, "~ occasion", mode="df.error"))
        print(r.joint_tests(serial))
        print(r.Anova(serial, type=3))
        unequal = r.gls("distance ~ Sex", sorted_, correlation=r.corCompSymm(form="~ 1 | Subject"),
                        weights=r.varIdent(form="~ 1 | Sex"))
        print(r.emmeans(unequal, "~ Sex"))
        held = r.gls("distance ~ age + Sex", sorted_, correlation=r.corAR1(0.5, form="~ 1 | Subject", fixed=True))
        print(r.emmeans(held, "~ Sex"))
        slopes = r.lme("distance ~ age * Sex", Orthodont, random="~ age | Subject")
        print(r.emmeans(slopes, "~ Sex"))
        print(r.emtrends(slopes, "pairwise ~ Sex", var="age")["contrasts"])
        print(r.emmeans(slopes, "~ Sex", mode="asymptotic"))
        print(r.Anova(slopes))
        logged = r.lme("log(distance) ~ occasion", Orthodont, random="~ 1 | Subject", method="ML")
        print(r.emmeans(logged, "~ occasion", type="response"))
        print(r.contrast(r.emmeans(logged, "~ occasion"), "eff"))
    return {
        **parts(
            serial=r.emmeans(serial, "~ Sex | occasion"), rest=r.emmeans(serial, "~ occasion", mode="df.error"),
            unequal=r.emmeans(unequal, "~ Sex"), held=r.emmeans(held, "~ Sex"), slopes=r.emmeans(slopes, "~ Sex"),
            trends=r.emtrends(slopes, "~ Sex", var="age"), logged=r.contrast(r.emmeans(logged, "~ occasion"), "eff"),
        ),
        "vif": r.vif(slopes), "Anova": r.Anova(slopes)["Chisq"].to_numpy(),
        "serial_Anova": r.Anova(serial, type=3)["Chisq"].to_numpy(),
    }
