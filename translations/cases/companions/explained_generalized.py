"""How much does it explain? R² and ICC of generalized mixed models.

Of counts of successes the answer depends on the release: performance up to 0.11 took the logistic distribution's
variance, π²/3, whatever the number of trials, and later ones divide it by their mean. So one model of 15 trials a row
explains 0.187 of the variance or 0.776.
"""
import translations as r
from translations.parity import case
from translations.parity.tolerances import Tolerance

GLMER = Tolerance("GLMER", 5, 5, 9, 4, "lme4's optimizer stops 1e-5 to 1e-7 before the optimum of a generalized model")


@case(order=3, tolerance=GLMER, releases=("4.2", "4.6"), because="Debian has no performance for R 4.5")
def explained_generalized():
    herds = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), family="binomial")
    print(r.r2_nakagawa(herds))
    print(r.icc(herds))
    broods = r.glmer("TICKS ~ YEAR + (1 | BROOD)", r.load("grouseticks"), family="poisson")
    print(r.r2_nakagawa(broods))
    return {"herds": r.r2_nakagawa(herds), "icc": r.icc(herds)["ICC_adjusted"], "broods": r.r2_nakagawa(broods)}
