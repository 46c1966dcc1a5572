"""Model 1 of the table: intercepts vary by subject, the slope does not.

The covariance matrix of the random effects is one number, the variance of the intercepts. In statsmodels this is
`mixedlm` without a `re_formula`. Leaving the slopes out makes the slope's standard error too small: 1.10 here, 1.85
in the chapter's model.
"""

import translations as r
from translations.cases.chapter5._shared import MODEL, mixedlm, mixedlm_values, model_values
from translations.parity import case


@case(section="5.4", order=11, tolerance=MODEL)
def syntax_intercepts(control=None):
    sleep2 = r.sleep2()
    m = r.lmer("Reaction ~ days_deprived + (1 | Subject)", sleep2, control=control)
    print(r.VarCorr(m))
    return model_values(m)


@syntax_intercepts.by("statsmodels")
def with_statsmodels():
    return mixedlm_values(mixedlm(None))
