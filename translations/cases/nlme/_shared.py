"""What the cases about nlme share: what is compared of a fit, and how many digits R's own stop leaves."""

import numpy as np

import translations as r
from translations.parity import tolerances as tol
from translations.parity.tolerances import Tolerance

LIKELIHOOD = Tolerance(
    "NLME_LIKELIHOOD", 10, 10, 12, 4,
    "both searches take R's way, and rounding moves their ends: R's own by 2.7e-11 with the order of the rows (weights "
    "by fitted values)",
)
STOP = Tolerance(
    "NLME_STOP", 5.2, 5.2, 12, 4,
    "R's way from R's start, but for the rounding of the log-likelihood, of which differences are taken: R's own "
    "parameters move by 4e-7 of themselves with the order of the rows (Ovary), by 5e-6 where the likelihood is flat "
    "(corSymm)", relative_to="item",
)
FOLLOWS = Tolerance(
    "NLME_FOLLOWS", 5, 5, 12, 4,
    "as NLME_STOP: coefficients, errors and sigma follow the parameters; R's own sigma moves by 1.2e-5 with the order "
    "of the rows where weights are made of fitted values", relative_to="item",
)
CURVATURE = Tolerance(
    "NLME_CURVATURE", 2.5, 2.5, 8, 4,
    "nlme differentiates twice at steps of 6e-6 of a parameter a log-likelihood near 200, whose rounding of 1e-13 is "
    "then 3e-3 of a curvature of 20: its ends share 3 to 5 digits with those by steps of 0.01", relative_to="item",
)


def held(*items):
    """The tolerances of what `describe` gives, and of further items, which follow the parameters."""
    exact = dict.fromkeys(("df", "nobs", "formula", "df.residual"), tol.EXACT)
    likelihood = dict.fromkeys(("logLik", "AIC", "BIC", "other"), LIKELIHOOD)
    follows = dict.fromkeys(("coef", "se", "sigma", "fitted", "pearson", *items), FOLLOWS)
    return {**exact, **likelihood, **follows, "structure": STOP, "normalized": STOP}


def describe(m, most=20):
    """What every case compares of a fit by gls; long vectors are cut to their first `most`."""
    likelihood = r.logLik(m)
    correlations, variances = m.problem.natural(m.free)
    structures = [one for one in (m.problem.correlation, m.problem.variance) if one is not None]
    return {
        "logLik": float(likelihood),
        "df": likelihood.df,
        "nobs": likelihood.nobs,
        "AIC": r.AIC(m),
        "BIC": r.BIC(m),
        "coef": r.coef(m),
        "se": np.sqrt(r.diag(r.vcov(m))),
        "sigma": r.sigma(m),
        "structure": [*correlations, *variances] if structures else None,
        "fitted": r.fitted(m).to_numpy()[:most],
        "pearson": r.residuals(m, "pearson").to_numpy()[:most],
        "normalized": r.residuals(m, "normalized").to_numpy()[:most],
    }


def by_part(fits):
    """What is compared of several fits, {part: {fit: value}}."""
    return {part: {name: one[part] for name, one in fits.items()} for part in next(iter(fits.values()))}


def held_lme(*items):
    """The tolerances of what `describe_lme` gives."""
    exact = dict.fromkeys(("df", "nobs", "groups"), tol.EXACT)
    likelihood = dict.fromkeys(("logLik", "AIC", "BIC"), LIKELIHOOD)
    follows = ("fixef", "table", "vcov", "sigma", "sd", "structure", "ranef", "coef", "fitted", "outer", "pearson",
               "normalized", "anova", "marginal", "other", *items)
    return {**exact, **likelihood, **dict.fromkeys(follows, STOP)}


def describe_lme(m, most=20):
    """What every case compares of a fit by lme."""
    likelihood = r.logLik(m)
    base = m.problem.base
    correlations, variances = base.natural(m.free[m.problem.split:])
    structures = [one for one in (base.correlation, base.variance) if one is not None]
    random = r.ranef(m)
    frames = list(random.values())
    return {
        "logLik": float(likelihood), "df": likelihood.df, "nobs": likelihood.nobs, "AIC": r.AIC(m), "BIC": r.BIC(m),
        "fixef": r.fixef(m), "table": r.summary(m).tTable, "vcov": r.vcov(m), "sigma": r.sigma(m),
        "sd": np.concatenate([np.sqrt(np.diagonal(S)) for S in m.covariances]),
        "structure": [*correlations, *variances] if structures else None,
        "ranef": {name: one.head(most) for name, one in random.items()} if len(frames) > 1 else [frames[0].head(most)],
        "coef": r.coef(m).head(5), "fitted": r.fitted(m).to_numpy()[:most],
        "outer": r.fitted(m, level=0).to_numpy()[:5],
        "pearson": r.residuals(m, "pearson").to_numpy()[:most], "groups": list(r.fitted(m).index[:5]),
        "normalized": r.residuals(m, "normalized").to_numpy()[:most], "anova": r.anova(m),
        "marginal": r.anova(m, type="marginal"), "other": float(r.logLik(m, REML=not base.REML)),
    }
