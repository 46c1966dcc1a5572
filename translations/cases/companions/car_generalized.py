"""Tests of terms of generalized models: likelihood ratios, Wald's, F, and of a mixed one Wald's.

car compares a generalized linear model with the same less each term, and divides the difference in deviance by the
dispersion; Wald's test needs no other fit and is less exact. With treatment contrasts, as here, type III tests wool
at the first tension.
"""
import translations as r
from translations.cases.companions._shared import HESSIAN_P, WALD, apart, by_column
from translations.cases.emmeans.generalized_models import GLM
from translations.parity import case
from translations.parity.tolerances import EXACT

TOLERANCES = {**dict.fromkeys(("lr", "lr3", "wald", "F", "quasi", "binomial"), GLM),
              **by_column("mixed", Chisq=WALD, Df=EXACT)} | {"mixed Pr(>Chisq)": HESSIAN_P}


@case(section="companions", order=11, tolerance=TOLERANCES)
def car_generalized():
    breaks, cbpp = r.load("warpbreaks"), r.load("cbpp")
    p = r.glm("breaks ~ wool * tension", family=r.poisson(), data=breaks)
    print(r.Anova(p))
    print(r.Anova(p, type=3))
    print(r.Anova(p, test_statistic="Wald"))
    print(r.Anova(p, test_statistic="F"))
    print(r.Anova(p, type=3, test_statistic="Wald"))
    q = r.glm("breaks ~ wool + tension", family=r.quasipoisson(), data=breaks)
    print(r.Anova(q))
    print(r.Anova(q, test_statistic="F"))
    b = r.glm("cbind(incidence, size - incidence) ~ period + herd", family=r.binomial(), data=cbpp)
    print(r.Anova(b))
    print(r.vif(b))
    m = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", cbpp, family=r.binomial())
    print(r.Anova(m))
    print(r.Anova(m, type=3))
    return {
        "lr": r.Anova(p), "lr3": r.Anova(p, type=3), "wald": r.Anova(p, test_statistic="Wald"),
        "F": r.Anova(p, test_statistic="F"), "quasi": r.Anova(q), "binomial": r.Anova(b), **apart(mixed=r.Anova(m)),
    }  # fmt: skip
