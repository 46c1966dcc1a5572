"""What else a fit is asked for: singular or not, principal components, AIC and BIC, a joint test, another response.

`isSingular` looks for a zero on the diagonal of theta's factors; `rePCA` says how many directions the random effects
really have. `lmerControl` is R's; here it chooses the optimizer and little else. `refit` starts from the fitted theta,
and in lme4 1.1-31 it minimizes a REML criterion with n - 1 degrees of freedom where `lmer`'s has n - p: the residual
standard deviation of the refitted model is not the one that `lmer` finds for the same response. Both sides do so.
"""

import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=560, tolerance=tol.THETA)
def fit_details():
    sleepstudy = r.sleepstudy()
    m = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=r.lmerControl(optimizer="nloptwrap"))
    refitted = r.refit(m, np.log(sleepstudy["Reaction"]))
    return {
        "singular": r.isSingular(m),
        "pca": r.rePCA(m)["Subject"].sdev,
        "formula": r.formula(m),
        "AIC": r.AIC(m),
        "BIC": r.BIC(m),
        "df.residual": r.df_residual(m),
        "F": r.contestMD(m, np.eye(2)).iloc[0, 2:5].to_numpy(),
        "refit": r.fixef(refitted),
        "sigma": r.sigma(refitted),
    }
