"""The carrots data of lmerTest's documentation: random slopes in consumers.

103 consumers and twelve carrots. pbkrtest works with matrices of as many rows and columns as there are
observations; here all comes from cross-products, consumer by consumer.
"""
import translations as r
from translations.cases.lme4._df import TOLERANCE, degrees_of_freedom
from translations.parity import case


@case(section="lme4", order=419, tolerance=TOLERANCE)
def df_carrots(control=None):
    carrots = r.load("carrots")
    m = r.lmer("Preference ~ sens2 * Homesize + (1 + sens2 | Consumer)", carrots, control=control)
    print(r.summary(m, ddf="Satterthwaite"))
    print(r.anova(m, ddf="Satterthwaite"))
    return degrees_of_freedom(m)
