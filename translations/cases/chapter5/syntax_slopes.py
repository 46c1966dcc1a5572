"""Model 4 of the table: slopes vary, the intercept does not.

`0 +` takes the intercept out of the random effects only; the fixed intercept stays. The model says that all
subjects are the same on day 0.
"""

import translations as r
from translations.cases.chapter5._shared import MODEL, mixedlm, mixedlm_values, model_values
from translations.parity import case


@case(section="5.4", order=14, tolerance=MODEL)
def syntax_slopes(control=None):
    sleep2 = r.sleep2()
    m = r.lmer("Reaction ~ days_deprived + (0 + days_deprived | Subject)", sleep2, control=control)
    print(r.VarCorr(m))
    return model_values(m)


@syntax_slopes.by("statsmodels")
def with_statsmodels():
    return mixedlm_values(mixedlm("~ 0 + days_deprived"))
