"""A random intercept whose residuals are correlated by the days between them: nlme's `corCAR1`.

lme4, and `r.lmer` with it, always has a residual of its own beside `ar1()`, so that none of its models is this one;
`r.lme` with `r.corCAR1` is. Here the criterion is written out, in ten lines: a covariance matrix for each subject, and
scipy minimizes it.
"""
import numpy as np
import pandas as pd
from scipy.linalg import cho_solve, cholesky
from scipy.optimize import minimize

import translations as r
from translations.parity import case
from translations.parity.tolerances import Tolerance

FLAT = Tolerance("FLAT", 6, 6, 6, 4, "two optimizers near a minimum: parameters move by the root of what it moves")


def criterion(parameters, data, REML=True):
    """-2 log-likelihood, beta and its covariance, of standard deviations (log) and phi (logit)."""
    tau, sigma, phi = np.exp(parameters[0]), np.exp(parameters[1]), 1 / (1 + np.exp(-parameters[2]))
    A, b, squares, log_det, n = np.zeros((2, 2)), np.zeros(2), 0.0, 0.0, len(data)
    for _, one in data.groupby("Subject", observed=True):
        days, y = one["Days"].to_numpy(float), one["Reaction"].to_numpy(float)
        X = np.column_stack([np.ones(len(days)), days])
        L = cholesky(tau**2 + sigma**2 * phi ** np.abs(days[:, None] - days), lower=True)
        A, b = A + X.T @ cho_solve((L, True), X), b + X.T @ cho_solve((L, True), y)
        squares, log_det = squares + y @ cho_solve((L, True), y), log_det + 2 * np.log(np.diag(L)).sum()
    beta = np.linalg.solve(A, b)
    rest = np.linalg.slogdet(A)[1] - 2 * np.log(2 * np.pi) if REML else 0.0
    return n * np.log(2 * np.pi) + log_det + squares - b @ beta + rest, beta, np.linalg.inv(A)


@case(order=38, tolerance=FLAT)
def continuous_ar1():
    data = r.load("sleepstudy").drop(index=[2, 16, 17, 43, 89, 90, 91, 149])
    start = [np.log(30.0), np.log(30.0), 0.5]
    reml, ml = (minimize(lambda p, REML=REML: criterion(p, data, REML)[0], start, method="Nelder-Mead",
                         options={"xatol": 1e-9, "fatol": 1e-10, "maxiter": 2000}) for REML in (True, False))
    _, beta, V = criterion(reml.x, data)
    def named(x):
        return pd.Series(x, index=["(Intercept)", "Days"])

    return {
        "fixed": named(beta), "se": named(np.sqrt(np.diag(V))),
        "intercept": np.exp(reml.x[0]), "sigma": np.exp(reml.x[1]), "phi": 1 / (1 + np.exp(-reml.x[2])),
        "loglik": -reml.fun / 2, "ml": -ml.fun / 2,
    }  # fmt: skip
