"""Intercepts and slopes without correlation, and their degrees of freedom.

Two terms on one grouping factor: pbkrtest counts three variance parameters here, not four. The design is
balanced, yet neither method finds a whole number, because without the correlation the model no longer leads to
the exact t-test of the slopes. lmerTest prints the double bar that lme4 writes out.
"""
import translations as r
from translations.cases.lme4._df import TOLERANCE, degrees_of_freedom
from translations.parity import case


@case(section="lme4", order=404, tolerance=TOLERANCE)
def df_chapter_zero_covariance(control=None):
    sleep2 = r.sleep2()
    m = r.lmer("Reaction ~ days_deprived + (days_deprived || Subject)", sleep2, control=control)
    print(r.summary(m, ddf="Kenward-Roger"))
    print(r.anova(m, ddf="Kenward-Roger"))
    return degrees_of_freedom(m)
