"""Sum contrasts: the same type III tests from other coefficients.

Type III hypotheses are built for treatment contrasts and carried over to the coding of the fit, so that F does
not depend on it. (In many programs only sum contrasts give such tests at all.)
"""
import translations as r
from translations.cases.lme4._df import TOLERANCE, degrees_of_freedom
from translations.parity import case


@case(section="lme4", order=413, tolerance=TOLERANCE)
def df_cake_sum(control=None):
    cake = r.cake()
    gaps = cake[(cake.index + 1) % 7 != 0]
    sums = {"recipe": "contr_sum"}
    m = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", gaps, contrasts=sums, control=control)
    print(r.anova(m, ddf="Satterthwaite"))
    return degrees_of_freedom(m)
