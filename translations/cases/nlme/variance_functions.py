"""Variance functions of two parameters, `varConstPower`, and products of functions, `varComb`.

Chicks weigh alike on the first day and less and less so: the constant is for the zeros of the covariate. Where the
covariate changes little, constant and power cannot be told apart, and R's search stops somewhere on the ridge.
"""
import translations as r
from translations.cases.nlme._shared import CURVATURE, LIKELIHOOD, STOP, by_part, describe, describe_lme, held
from translations.parity import case

MIXED = ("fixef", "sigma", "structure", "logLik", "anova")


@case(section="gls", order=6, tolerance={**held(), "mixed": STOP, "mixed$logLik": LIKELIHOOD, "mixed_ends": CURVATURE,
                                           "ends": CURVATURE})
def variance_functions():
    Orthodont, ChickWeight = r.load("Orthodont"), r.load("ChickWeight")
    close = r.glsControl(tolerance=1e-10)

    def of(w):
        return r.gls("distance ~ age * Sex", Orthodont, weights=w, control=close)

    sexes = of(r.varComb(r.varIdent(form="~ 1 | Sex"), r.varPower(form="~ age")))
    growth = "weight ~ Time * Diet"
    chicks = r.gls(growth, ChickWeight, weights=r.varConstPower(const=20, power=2, form="~ Time"), control=close)
    diets = r.gls(growth, ChickWeight, weights=r.varConstPower(form="~ Time | Diet"), control=close)
    strata = of(r.varPower(form="~ age | Sex"))
    fixed = of(r.varComb(r.varFixed("~ age"), r.varIdent(form="~ 1 | Sex")))
    mixed = r.lme("distance ~ age * Sex", Orthodont, random="~ 1 | Subject",
                  weights=r.varComb(r.varIdent(form="~ 1 | Sex"), r.varPower(form="~ age")))
    with r.options(digits=4):
        print(sexes)
        print(r.summary(fixed))
        print(strata)
        print(mixed)
    with r.options(digits=3):
        print(diets)
    exponent = of(r.varComb(r.varIdent(form="~ 1 | Sex"), r.varExp(form="~ age")))
    fits = {"sexes": sexes, "fixed": fixed, "strata": strata, "exponent": exponent, "chicks": chicks}
    return {**by_part({name: describe(m, 8) for name, m in fits.items()}),
            "mixed": {name: value for name, value in describe_lme(mixed).items() if name in MIXED},
            "mixed_ends": r.intervals(mixed, which="var-cov")["varStruct"].loc["A.Female"],
            "ends": r.intervals(chicks, which="var-cov")["varStruct"]}
