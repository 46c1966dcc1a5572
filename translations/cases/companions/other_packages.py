"""What analyses call beside mixed models and Python's libraries have: vegan's diversity, psych's corr.test, plotrix's
std.error, geepack's geeglm.

statsmodels' GEE has geepack's numbers once `ddof_scale=0` divides the scale by n, as geepack does: its correlation
under "exchangeable" is then geepack's too, where the default's is 0.5055 for 0.5101. Both are asked to go on until
nothing moves: by default geepack stops where a step is below 1e-4, and its last such answer has 5.9 digits of the
binomial model here. Under "ar1" they estimate the correlation in other ways (0.76 and 0.81 of these data), and nothing
that GEE takes brings them together.
"""
import numpy as np
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import stats

import translations as r
from translations.cases.emmeans._shared import LM
from translations.parity import case
from translations.parity.tolerances import LINALG, PVALUE, Tolerance

SOLVED = Tolerance("SOLVED", 9, 9, 9, 4, "both iterate until coefficients move by 1e-10 or less")
TOLERANCES = (dict.fromkeys(("exchangeable", "poisson", "binomial"), SOLVED)
              | dict.fromkeys(("p", "adjusted", "prho"), PVALUE)
              | dict.fromkeys(("shannon", "simpson", "inverse", "bits", "species", "se", "r", "rho"), LINALG)
              | {"independence": LM})
EXCHANGEABLE = {"maxiter": 100, "ctol": 1e-12, "ddof_scale": 0}


def shown(fit, *others):
    names = ["(Intercept)", *fit.params.index[1:]]
    alpha = {"alpha": fit.model.cov_struct.dep_params, "phi": fit.scale}
    return {"estimate": fit.params.set_axis(names), "se": fit.bse.set_axis(names), **{k: alpha[k] for k in others}}


@case(order=36, tolerance=TOLERANCES)
def other_packages():
    iris, counts = r.load("iris"), np.array([[10, 5, 1, 0], [3, 3, 3, 3], [20, 1, 0, 1]])
    sleep = r.load("sleepstudy").drop(index=[2, 16, 17, 43, 89, 90, 91, 149])
    epil = r.load("epil").drop(index=[1, 2, 76, 119])
    shares = counts / counts.sum(axis=1, keepdims=True)
    some = iris.iloc[40:70, :4]
    pairs = [(i, j) for i in range(4) for j in range(i + 1, 4)]
    pearson = [stats.pearsonr(some.iloc[:, i], some.iloc[:, j]) for i, j in pairs]
    spearman = [stats.spearmanr(some.iloc[:, i], some.iloc[:, j]) for i, j in pairs]
    p = [one.pvalue for one in pearson]
    same = sm.cov_struct.Exchangeable
    line = smf.gee("Reaction ~ Days", "Subject", sleep, cov_struct=sm.cov_struct.Independence()).fit(ddof_scale=0)
    tied = smf.gee("Reaction ~ Days", "Subject", sleep, cov_struct=same()).fit(**EXCHANGEABLE)
    visits = smf.gee("y ~ V4 + lbase", "subject", epil, family=sm.families.Poisson(), cov_struct=same())
    above = smf.gee("above ~ V4 + lbase", "subject", epil.assign(above=(epil.y > 5) * 1.0),
                    family=sm.families.Binomial(), cov_struct=same())
    return {
        "shannon": stats.entropy(counts, axis=1), "simpson": 1 - (shares**2).sum(axis=1),
        "inverse": 1 / (shares**2).sum(axis=1), "bits": stats.entropy(counts, base=2, axis=1),
        "species": stats.entropy(counts, axis=0), "r": [one.statistic for one in pearson], "p": p,
        "adjusted": np.asarray(r.p_adjust(p)), "rho": [one.statistic for one in spearman],
        "prho": [one.pvalue for one in spearman], "se": stats.sem([*sleep["Reaction"], np.nan], nan_policy="omit"),
        "independence": shown(line, "phi"), "exchangeable": shown(tied, "alpha", "phi"),
        "poisson": shown(visits.fit(**EXCHANGEABLE), "alpha"), "binomial": shown(above.fit(**EXCHANGEABLE), "alpha"),
    }  # fmt: skip
