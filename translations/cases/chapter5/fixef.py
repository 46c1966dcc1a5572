"""The fixed effects alone.

`fixef(m)` is `fit.fe_params` in statsmodels. `coef(m)` is something else for a mixed model: fixed plus random
effects, a row a subject. In a balanced design like this one, the fixed effects are the plain averages of the
subjects' own lines, whatever the variances are.
"""

import translations as r
from translations.cases.chapter5._shared import mixedlm, mixedlm_fixef
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.5.1", order=20, tolerance=tol.LINALG)
def fixef(control=None):
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    print(r.fixef(pp_mod))
    return {"fixef": r.fixef(pp_mod)}


@fixef.by("statsmodels")
def with_statsmodels():
    return {"fixef": mixedlm_fixef(mixedlm())}
