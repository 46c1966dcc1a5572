"""The chapter's model with degrees of freedom: lmerTest's summary and F table.

Eighteen subjects on the same eight days: a balanced design, for which both methods must say 17 = 18 - 1, as the
t-test of the eighteen slopes does. lmerTest says 16.9995 for the slope, because lme4's optimizer stops short of
the optimum; at the optimum itself Satterthwaite's 17 is exact to 14 digits. Kenward-Roger leaves the standard
errors of a balanced design as they are.
"""
import translations as r
from translations.cases.lme4._df import TOLERANCE, degrees_of_freedom
from translations.parity import case


@case(section="lme4", order=401, tolerance=TOLERANCE)
def df_chapter(control=None):
    sleep2 = r.sleep2()
    m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    print(r.summary(m, ddf="Satterthwaite"))
    print(r.anova(m, ddf="Satterthwaite"))
    return degrees_of_freedom(m)
