"""The partial-pooling model and its summary.

`lmer` fits by REML unless it is told `REML=False`; so does statsmodels' `mixedlm`. "REML criterion" is minus twice
the restricted log-likelihood. "Scaled residuals" are residuals divided by sigma, given the random effects.
"Correlation of Fixed Effects" is that of the estimates, not of the subjects' intercepts and slopes, which is the
"Corr" of the random effects: two numbers that are easily confused.

R's default optimizer stops when it is near enough, which leaves its mark in the sixth digit of the variances
(958.35 here, and 958.36 at the true optimum). Where it stops hangs on the last bit of the criterion: lme4 itself, given
the same rows in another order, shares 9 digits of them with itself. `lmer` here computes the criterion in lme4's own
order of operations and so takes lme4's path step by step (`control=lmerControl("nloptwrap")`, the default);
`lmerControl("newton")` goes to the optimum. statsmodels maximizes the same criterion with another stopping rule, prints
the variances under "Group Var", and has no scaled residuals.
"""

import numpy as np
import pandas as pd

import translations as r
from translations.cases.chapter5._shared import MODEL, mixedlm, mixedlm_table, mixedlm_varcorr, quartiles, r_name
from translations.parity import case
from translations.parity import tolerances as tol


@case(
    section="5.4",
    order=16,
    tolerance=MODEL
    | {
        "residuals": tol.FITTED,
        "coefficients": tol.OPTIMISER,
        "correlation": tol.COVARIANCE,
        "vcov": tol.COVARIANCE,
        "nobs": tol.EXACT,
        "ngrps": tol.EXACT,
    },
)
def lmer_summary(control=None):
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    s = r.summary(pp_mod)
    print(s)
    V = r.vcov(pp_mod)
    se = np.sqrt(np.diag(V))
    return {
        "criterion": r.REMLcrit(pp_mod),
        "residuals": quartiles(r.residuals(pp_mod) / r.sigma(pp_mod)),
        "VarCorr": r.VarCorr(pp_mod).as_data_frame(),
        "coefficients": s.coefficients,
        "correlation": V / np.outer(se, se),
        "vcov": V,
        "nobs": r.nobs(pp_mod),
        "ngrps": pd.Series(r.ngrps(pp_mod)),
    }


@lmer_summary.by(
    "statsmodels", cannot="print the correlation of the fixed effects: it is left to the reader of cov_params()"
)
def with_statsmodels():
    fit = mixedlm()
    return {
        "criterion": -2 * fit.llf,
        "residuals": quartiles(fit.resid / np.sqrt(fit.scale)),
        "VarCorr": mixedlm_varcorr(fit),
        "coefficients": mixedlm_table(fit),
        "vcov": fit.cov_params().iloc[:2, :2].rename(index=r_name, columns=r_name),
        "nobs": int(fit.nobs),
    }
