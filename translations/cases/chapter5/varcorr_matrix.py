"""The variance-covariance matrix of the random effects, with standard deviations and correlation.

R hangs `stddev` and `correlation` on the matrix as attributes; here they are `.stddev` and `.correlation`.
`fit.cov_re` of statsmodels is the same matrix (its rows are named Group and the covariate). Beware of packages that
report it divided by the residual variance.
"""

import translations as r
from translations.cases.chapter5._shared import mixedlm
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.5.2", order=30, tolerance=tol.OPTIMISER)
def varcorr_matrix(control=None):
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    Sigma = r.VarCorr(pp_mod)["Subject"]
    print(Sigma)
    return {"Sigma": Sigma, "stddev": Sigma.stddev, "correlation": Sigma.correlation}


@varcorr_matrix.by("statsmodels")
def with_statsmodels():
    names = ["(Intercept)", "days_deprived"]
    Sigma = mixedlm().cov_re.set_axis(names, axis=0).set_axis(names, axis=1)
    return {"Sigma": Sigma}
