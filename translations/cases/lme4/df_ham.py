"""The ham data of lmerTest's documentation.

81 consumers taste four products with and without information: a conjoint study, balanced.
"""
import translations as r
from translations.cases.lme4._df import degrees_of_freedom, stopping
from translations.parity import case


@case(section="lme4", order=418, tolerance=stopping(6, 4))
def df_ham(control=None):
    ham = r.load("ham")
    formula = "Informed.liking ~ Product * Information + (1 | Consumer) + (1 | Consumer:Product)"
    m = r.lmer(formula, ham, control=control)
    print(r.anova(m, ddf="Satterthwaite"))
    print(r.anova(m, type=1))
    return degrees_of_freedom(m)
