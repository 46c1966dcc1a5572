"""Standard errors: square roots of the diagonal of the fixed effects' covariance matrix.

`np.diag` drops the names that R's `diag` keeps; `r.diag` keeps them too. The chapter's older R had none to print.
statsmodels' `cov_params()` also holds the random effects' parameters: take `bse_fe`, or its first rows and columns.
"""

import numpy as np

import translations as r
from translations.cases.chapter5._shared import mixedlm, mixedlm_se
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.5.1", order=21, tolerance={"se": tol.OPTIMISER, "vcov": tol.COVARIANCE},
      in_words_of="chapter")
def standard_errors(control=None):
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    V = r.vcov(pp_mod)
    se = np.sqrt(r.diag(V))
    print(se)
    return {"se": se.to_numpy(), "vcov": V}


@standard_errors.by("statsmodels")
def with_statsmodels():
    return {"se": mixedlm_se(mixedlm()).to_numpy()}
