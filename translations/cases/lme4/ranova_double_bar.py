"""Tests of the random effects: two terms on one factor.

The row label says how a term was reduced; `(0 + days_deprived | Subject)` becomes `(1 | Subject)`, which the
model has already.
"""
import translations as r
from translations.cases.lme4._df import p_of, ratios
from translations.parity import case

TOLERANCES = ratios()


@case(section="lme4", order=432, tolerance=TOLERANCES)
def ranova_double_bar(control=None):
    sleep2 = r.sleep2()
    formula = "Reaction ~ days_deprived + (days_deprived || Subject)"
    m = r.lmer(formula, sleep2, control=control)
    tests = r.ranova(m)
    print(tests)
    less = tests.iloc[1:]
    return {"logLik": tests[["npar", "logLik", "AIC"]], "test": less[["LRT", "Df"]], "p": p_of(less)}
