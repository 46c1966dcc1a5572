"""The variances of intercepts and slopes: the diagonal of the matrix.

`np.diag` gives an array without names; R's `diag` keeps them, so they are put back from the matrix.
"""

import numpy as np
import pandas as pd

import translations as r
from translations.cases.chapter5._shared import mixedlm
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.5.2", order=31, tolerance=tol.OPTIMISER)
def varcorr_variances(control=None):
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    Sigma = r.VarCorr(pp_mod)["Subject"]
    variances = pd.Series(np.diag(Sigma), index=Sigma.index)
    print(r.console(variances))
    return {"variances": variances}


@varcorr_variances.by("statsmodels")
def with_statsmodels():
    return {"variances": pd.Series(np.diag(mixedlm().cov_re), index=["(Intercept)", "days_deprived"])}
