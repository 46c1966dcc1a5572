"""The six profile intervals, as `confint` computes them.

The chapter says that this is a parametric bootstrap. It is not: `confint(m)` profiles the likelihood, `confint(m,
method = "boot")` would be the bootstrap. A model fitted by REML is refitted by maximum likelihood first; then each
parameter in turn is held at a row of values, the others are optimized, and the signed root of the rise in deviance,
zeta, is interpolated by a spline, whose values at -1.96 and 1.96 are the interval. `.sig01`, `.sig02`, `.sig03` are
the standard deviation of intercepts, their correlation with the slopes, and the standard deviation of slopes
(version 2 of lme4 orders them otherwise); `oldNames=False` says so. The spline and the optimizer leave errors, at
worst in the fourth digit: `profile_ci_exact` has the roots themselves. statsmodels has `profile_re` for one
variance at a time and no intervals from it.
"""

import translations as r
from translations.cases.chapter5._shared import mixedlm, r_name
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.5.1", order=25, tolerance=tol.PROFILE)
def profile_ci(control=None):
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    print(r.confint(pp_mod))
    return {"ci": r.confint(pp_mod, oldNames=False, quiet=True)}


@profile_ci.by("statsmodels", cannot="profile: these are Wald intervals, of the fixed effects only", digits=1.8)
def with_statsmodels():
    ci = mixedlm().conf_int().iloc[:2].rename(index=r_name)
    return {"ci": ci.set_axis(["2.5 %", "97.5 %"], axis=1)}
