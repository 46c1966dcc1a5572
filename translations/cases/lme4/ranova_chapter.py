"""Tests of the random effects: the chapter's model.

The slopes are tested by reducing `(days_deprived | Subject)` to `(1 | Subject)`: a variance and a covariance
go, two degrees of freedom. The variance's null value lies on the bound of what it can be, so the p-value, as
R's, is too large.
"""
import translations as r
from translations.cases.lme4._df import p_of, ratios
from translations.parity import case

TOLERANCES = ratios()


@case(section="lme4", order=431, tolerance=TOLERANCES)
def ranova_chapter(control=None):
    sleep2 = r.sleep2()
    formula = "Reaction ~ days_deprived + (days_deprived | Subject)"
    m = r.lmer(formula, sleep2, control=control)
    tests = r.ranova(m)
    print(tests)
    less = tests.iloc[1:]
    return {"logLik": tests[["npar", "logLik", "AIC"]], "test": less[["LRT", "Df"]], "p": p_of(less)}
