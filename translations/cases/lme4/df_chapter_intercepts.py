"""Random intercepts only: the degrees of freedom of the slope jump to 125.

Without random slopes every observation counts for the slope: 144 observations less 18 subjects less one, 125
degrees of freedom in place of 17. The standard error is wrong for the same reason. Degrees of freedom can be no
better than the random part of the model.
"""
import translations as r
from translations.cases.lme4._df import TOLERANCE, degrees_of_freedom
from translations.parity import case


@case(section="lme4", order=402, tolerance=TOLERANCE)
def df_chapter_intercepts(control=None):
    sleep2 = r.sleep2()
    m = r.lmer("Reaction ~ days_deprived + (1 | Subject)", sleep2, control=control)
    print(r.summary(m, ddf="Kenward-Roger"))
    print(r.anova(m, ddf="Kenward-Roger"))
    return degrees_of_freedom(m)
