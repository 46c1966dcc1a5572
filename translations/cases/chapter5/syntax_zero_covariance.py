"""Model 5 of the table: intercepts and slopes vary and do not covary.

`||` is two terms, `(1 | Subject) + (0 + days_deprived | Subject)`, and R names the second one's group `Subject.1`.
It only splits what is written between `+` signs: with a factor on the left, the factor's own levels stay
correlated. In statsmodels one fixes the covariance at zero with `MixedLMParams.from_components` and hands that to
`fit(free=...)`.
"""

import translations as r
from translations.cases.chapter5._shared import MODEL, mixedlm, mixedlm_values, model_values
from translations.parity import case


@case(section="5.4", order=15, tolerance=MODEL)
def syntax_zero_covariance(control=None):
    sleep2 = r.sleep2()
    m = r.lmer("Reaction ~ days_deprived + (days_deprived || Subject)", sleep2, control=control)
    print(r.VarCorr(m))
    return model_values(m)


@syntax_zero_covariance.by("statsmodels")
def with_statsmodels():
    import numpy as np
    from statsmodels.regression.mixed_linear_model import MixedLMParams

    free = MixedLMParams.from_components(fe_params=np.ones(2), cov_re=np.eye(2))
    return mixedlm_values(mixedlm(free=free))
