"""The cake data with gaps: the three types of F test part.

Every seventh row and all of recipe C at 225 degrees but two are left out. Type I adjusts each term for those
before it, type II for those that do not contain it, type III for all, whatever the numbers in the cells. Each
is a different hypothesis; R's three matrices are rebuilt one by one.
"""
import translations as r
from translations.cases.lme4._df import TOLERANCE, degrees_of_freedom
from translations.parity import case


@case(section="lme4", order=411, tolerance=TOLERANCE)
def df_cake_unbalanced(control=None):
    cake = r.cake()
    row = cake.index + 1
    rare = (cake["recipe"] == "C") & (cake["temp"] == 225) & (row > 30)
    gaps = cake[(row % 7 != 0) & ~rare]
    m = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", gaps, control=control)
    for type in (1, 2, 3):
        print(r.anova(m, type=type))
    return degrees_of_freedom(m)
