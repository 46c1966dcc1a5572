"""Model 2 of the table: intercepts and slopes vary, and may covary.

Three numbers make the covariance matrix: two variances and the covariance. `theta` holds them as lme4 does, as the
Cholesky factor of the matrix divided by the residual variance, column by column.
"""

import translations as r
from translations.cases.chapter5._shared import MODEL, mixedlm, mixedlm_values, model_values
from translations.parity import case


@case(section="5.4", order=12, tolerance=MODEL)
def syntax_intercepts_slopes(control=None):
    sleep2 = r.sleep2()
    m = r.lmer("Reaction ~ days_deprived + (1 + days_deprived | Subject)", sleep2, control=control)
    print(r.VarCorr(m))
    return model_values(m)


@syntax_intercepts_slopes.by("statsmodels")
def with_statsmodels():
    return mixedlm_values(mixedlm("~ 1 + days_deprived"))
