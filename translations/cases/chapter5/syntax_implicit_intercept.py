"""Model 3 of the table: model 2 again, the intercept left unsaid.

As in every formula of R, the intercept is there unless it is taken out by `0 +`. statsmodels reads `re_formula="~
days_deprived"` alike.
"""

import translations as r
from translations.cases.chapter5._shared import MODEL, mixedlm, mixedlm_values, model_values
from translations.parity import case


@case(section="5.4", order=13, tolerance=MODEL)
def syntax_implicit_intercept(control=None):
    sleep2 = r.sleep2()
    m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    print(r.VarCorr(m))
    return model_values(m)


@syntax_implicit_intercept.by("statsmodels")
def with_statsmodels():
    return mixedlm_values(mixedlm("~ days_deprived"))
