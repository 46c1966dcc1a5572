"""What a family knows: links and their inverses, variances, deviance residuals, likelihoods.

R's `family$mu.eta` is `family.mu_eta`; `family.link` is an object, whose text is the link's name.
"""
import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol
from translations.printing import Matrix

LINKS = {r.binomial: ("logit", "probit", "cauchit", "cloglog", "log"), r.poisson: ("log", "identity", "sqrt"),
         r.Gamma: ("inverse", "log", "identity"), r.gaussian: ("identity", "log", "inverse"),
         r.inverse_gaussian: ("1/mu^2", "inverse", "log", "identity"), r.quasibinomial: ("logit",),
         r.quasipoisson: ("log",)}


@case(section="glm", order=13, tolerance=tol.IRLS)
def families():
    eta, positive, y, w = [-31, -3, -0.5, 0.2, 1.5, 31], [0.05, 0.4, 0.9], np.array([0, 1, 0.5]), np.array([1.0, 2, 2])
    values = {}
    for make, links in LINKS.items():
        for link in links:
            family = make(link=link)
            at = eta[3:] if link in ("sqrt", "1/mu^2", "inverse") else eta
            positive_only = family.family in ("Gamma", "inverse.gaussian")
            observed = y + 0.1 if positive_only else 2 * y if "poisson" in family.family else y
            values[f"{family.family} {family.link}"] = {
                "linkfun": family.linkfun(positive), "linkinv": family.linkinv(at), "mu.eta": family.mu_eta(at),
                "variance": family.variance(positive), "dev.resids": family.dev_resids(observed, positive, w),
                "aic": family.aic(observed, w, np.array(positive), w, 1.5),
                "valid": [family.validmu([0.5, 1.5]), family.validmu(-1), family.valideta([0, 1]),
                          family.valideta([-1, 1])],
            }
    m = r.glm("y ~ x", family=r.poisson, data={"y": [1, 3, 4], "x": [0, 1, 2]})
    print(r.family(m).linkinv(r.coef(m).set_axis(["low", "high"]) * 0 + [-1, 2]))
    print(r.console([r.binomial().family, str(r.binomial("probit").link)]))
    gaps = r.glm("y ~ x + I(2 * x)", family=r.quasipoisson, data={"y": [1, 3, 4, 7], "x": [0, 1, 2, 5]})
    s = r.summary(gaps)
    ends = ("deviance", "null_deviance", "df_residual", "df_null", "iter")
    return {
        **values, "model": [float(getattr(gaps, name)) for name in (*ends, "converged", "boundary")],
        "summary": [*(getattr(s, name) for name in ends), *s.df, s.dispersion], "aic": [gaps.aic, s.aic, m.aic],
        "df": [r.logLik(gaps).df, r.logLik(m).df],
        "aliased": s.aliased.to_numpy(), "cov.scaled": Matrix(s.cov_scaled.to_numpy()),
        "cov.unscaled": Matrix(s.cov_unscaled.to_numpy()),
    }
