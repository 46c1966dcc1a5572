"""The split-plot cake data: F tests of types I, II and III.

Recipes vary between batches of dough, temperatures within: 42 and 210 degrees of freedom, as in the textbook's
table of strata. In a balanced design the three types of test agree. lmerTest zaps what is small in its type III
matrices at seven digits (R's zapsmall), which moves the sums of squares in their eighth; the translation keeps
to that.
"""
import translations as r
from translations.cases.lme4._df import TOLERANCE, degrees_of_freedom
from translations.parity import case


@case(section="lme4", order=410, tolerance=TOLERANCE)
def df_cake(control=None):
    cake = r.cake()
    m = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", cake, control=control)
    print(r.anova(m, ddf="Satterthwaite"))
    return degrees_of_freedom(m)
