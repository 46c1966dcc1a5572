"""A factor crossed with a covariate: containment heeds numeric variables.

`recipe` is not contained in `recipe:temp`, because `temp` is numeric: type II tests it by its own coefficients,
type III too. Its test is about recipes at zero degrees, far outside the data; the degrees of freedom know
nothing of that.
"""
import translations as r
from translations.cases.lme4._df import degrees_of_freedom, stopping
from translations.parity import case


@case(section="lme4", order=412, tolerance=stopping(6, 5.5))
def df_cake_covariate(control=None):
    cake = r.cake()
    m = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", cake, control=control)
    for type in (1, 2, 3):
        print(r.anova(m, type=type))
    return degrees_of_freedom(m)
