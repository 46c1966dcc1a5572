"""All ten days of sleepstudy, with degrees of freedom.

The model of lme4's own documentation.
"""
import translations as r
from translations.cases.lme4._df import TOLERANCE, degrees_of_freedom
from translations.parity import case


@case(section="lme4", order=405, tolerance=TOLERANCE)
def df_sleepstudy(control=None):
    sleepstudy = r.sleepstudy()
    m = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=control)
    print(r.summary(m, ddf="Satterthwaite"))
    print(r.anova(m, ddf="Satterthwaite"))
    return degrees_of_freedom(m)
