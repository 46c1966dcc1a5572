"""The correlation of intercepts and slopes, computed from the covariance matrix."""

import numpy as np

import translations as r
from translations.cases.chapter5._shared import mixedlm
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.5.2", order=33, tolerance=tol.OPTIMISER)
def correlation_computed(control=None):
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    Sigma = r.VarCorr(pp_mod)["Subject"].to_numpy()
    rho = Sigma[0, 1] / np.sqrt(Sigma[0, 0] * Sigma[1, 1])
    print(r.console(rho))
    return {"rho": rho}


@correlation_computed.by("statsmodels")
def with_statsmodels():
    Sigma = mixedlm().cov_re.to_numpy()
    return {"rho": Sigma[0, 1] / np.sqrt(Sigma[0, 0] * Sigma[1, 1])}
