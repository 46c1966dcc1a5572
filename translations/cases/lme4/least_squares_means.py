"""Least-squares means of the recipes and temperatures, and their differences.

Means of a term's levels over a grid in which all other factors' levels weigh the same, whatever the numbers of
observations; these are contrasts like any other. (In R the package emmeans does the same and more.)
"""
import translations as r
from translations.cases.lme4._df import SATTERTHWAITE, SATTERTHWAITE_P, p_of, without_p
from translations.parity import case

TOLERANCES = {"means": SATTERTHWAITE, "p": SATTERTHWAITE_P, "apart": SATTERTHWAITE}


@case(section="lme4", order=436, tolerance=TOLERANCES)
def least_squares_means(control=None):
    cake = r.cake()
    gaps = cake[(cake.index + 1) % 7 != 0]
    m = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", gaps, control=control)
    print(r.ls_means(m, ["recipe", "temperature"], ddf="Kenward-Roger"))
    print(r.difflsmeans(m, "recipe", ddf="Kenward-Roger"))
    means = r.ls_means(m)
    covariate = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", gaps, control=control)
    return {"means": without_p(means), "p": p_of(means), "apart": without_p(r.difflsmeans(covariate))}
