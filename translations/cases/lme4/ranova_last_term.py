"""Tests of the random effects: when no random effect is left.

Without its only random term the model is a linear model, whose restricted likelihood is the criterion at theta
= 0. The heading shows the formula as R's `update` rewrites it: main effects and random effects first, then
interactions.
"""
import translations as r
from translations.cases.lme4._df import p_of, ratios
from translations.parity import case

TOLERANCES = ratios()


@case(section="lme4", order=433, tolerance=TOLERANCES)
def ranova_last_term(control=None):
    cake = r.cake()
    formula = "angle ~ recipe * temperature + (1 | recipe:replicate)"
    m = r.lmer(formula, cake, control=control)
    tests = r.ranova(m)
    print(tests)
    less = tests.iloc[1:]
    return {"logLik": tests[["npar", "logLik", "AIC"]], "test": less[["LRT", "Df"]], "p": p_of(less)}
