"""Random slopes only, and their degrees of freedom.

With a common intercept the mean at day 2 rests on all 144 observations: 125 degrees of freedom, and an interval
far too narrow. The slope, whose variance mixes both strata, has 22.6. Kenward and Roger's standard errors are
the plain ones still: the days are the same for all.
"""
import translations as r
from translations.cases.lme4._df import TOLERANCE, degrees_of_freedom
from translations.parity import case


@case(section="lme4", order=403, tolerance=TOLERANCE)
def df_chapter_slopes(control=None):
    sleep2 = r.sleep2()
    m = r.lmer("Reaction ~ days_deprived + (0 + days_deprived | Subject)", sleep2, control=control)
    print(r.summary(m, ddf="Kenward-Roger"))
    print(r.anova(m, ddf="Kenward-Roger"))
    return degrees_of_freedom(m)
