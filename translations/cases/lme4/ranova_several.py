"""Tests of the random effects: two grouping factors.

The models are singular or nearly so, and there lme4's optimizer stops at different points once the rows are
reordered, sharing 7.2 digits of the test statistics with itself: more is not asked of the default fit.
"""
import translations as r
from translations.cases.lme4._df import p_of, ratios
from translations.parity import case

TOLERANCES = ratios(9.5, 7, 6.5)


@case(section="lme4", order=434, tolerance=TOLERANCES)
def ranova_several(control=None):
    ham = r.load("ham")
    formula = "Informed.liking ~ Product + Information + (Information | Consumer) + (1 | Consumer:Product)"
    m = r.lmer(formula, ham, control=control)
    tests = r.ranova(m)
    print(tests)
    less = tests.iloc[1:]
    return {"logLik": tests[["npar", "logLik", "AIC"]], "test": less[["LRT", "Df"]], "p": p_of(less)}
