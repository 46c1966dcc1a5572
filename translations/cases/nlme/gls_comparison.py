"""Several fits by `gls` beside `lm`: likelihood ratios, and refits by `update`.

By REML only fits of the same fixed effects are compared; R warns of others, and so is done here. A compound symmetry
and the straight line of `lm` differ in one parameter, as do the two by `gls`.
"""

import translations as r
from translations.cases.nlme._shared import held
from translations.parity import case


@case(section="gls", order=4, tolerance=held("three", "ml", "lm", "sigma"))
def gls_comparison():
    Orthodont = r.load("Orthodont")
    plain = r.gls("distance ~ age * Sex", Orthodont)
    compound = r.update(plain, correlation=r.corCompSymm(form="~ 1 | Subject"))
    strata = r.update(compound, weights=r.varIdent(form="~ 1 | Sex"))
    print(r.anova(plain, compound, strata))
    additive = r.update(strata, ". ~ . - age:Sex", method="ML")
    whole = r.update(strata, method="ML")
    print(r.anova(additive, whole))
    straight = r.lm("distance ~ age * Sex", Orthodont)
    print(r.anova(compound, straight))
    print(r.intervals(plain))
    return {
        "three": r.anova(plain, compound, strata),
        "ml": r.anova(additive, whole),
        "lm": r.anova(compound, straight),
        "AIC": r.AIC(plain, compound),
        "BIC": r.BIC(compound),
        "sigma": r.intervals(plain)["sigma"],
        "formula": r.formula(additive),
    }
