"""Means and tests with a covariance matrix that the user brings.

`hccm` allows for unequal variances; `vcov_` takes it, or any other. `Anova(white_adjust=)` is short for that. The
standard errors of a generalized mixed model come of a Hessian by differences, which R itself repeats to 6 digits when
the rows are permuted; those without it (`use_hessian=False`), here, to all that the optimizer's stop leaves.
"""
import numpy as np

import translations as r
from translations.cases.emmeans._shared import GLMER_FIT, LM, P, parts, tolerances
from translations.parity import case

TOLERANCES = {
    **tolerances("lm", "robust", "mixed", "pairs"), "mixed": GLMER_FIT, "pairs": GLMER_FIT, "wald": GLMER_FIT,
    "wald_p": P, **dict.fromkeys(("hc3", "hc4", "weighted"), LM),
}  # fmt: skip


@case(section="emmeans", order=14, tolerance=TOLERANCES)
def other_covariances():
    breaks, cbpp = r.load("warpbreaks"), r.load("cbpp")
    m = r.lm("breaks ~ wool * tension", breaks)
    robust = r.emmeans(m, "~ tension | wool", vcov_=r.hccm)
    print(robust)
    print(r.Anova(m, white_adjust=True))
    print(r.Anova(m, type=3, white_adjust="hc4"))
    print(r.Anova(m, error=r.lm("breaks ~ wool", breaks)))
    q = r.glm("breaks ~ wool * tension", family=r.quasipoisson(), data=breaks)
    print(r.Anova(q, test_statistic="F", error_estimate="deviance"))
    by_wool = r.glm("breaks ~ wool", family=r.quasipoisson(), data=breaks)
    print(r.Anova(q, test_statistic="F", error_estimate="dispersion", error=by_wool))
    g = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", cbpp, family=r.binomial())
    V = r.vcov(g, use_hessian=False)
    means = r.emmeans(g, "~ period", vcov_=V, type="response")
    print(means)
    apart = r.pairs(r.emmeans(g, "~ period", vcov_=V))
    print(apart)
    wald = r.Anova(g, vcov_=V)
    weighted = r.lm("breaks ~ wool + tension", breaks, weights=np.tile([1.0, 2.0, 3.0], 18))
    return {
        **parts(robust=robust, mixed=means, pairs=apart), "wald": wald["Chisq"].to_numpy(),
        "wald_p": wald["Pr(>Chisq)"].to_numpy(), "hc3": r.Anova(m, white_adjust=True)["F"].to_numpy()[:-1],
        "hc4": r.Anova(m, type=3, white_adjust="hc4")["F"].to_numpy()[:-1],
        "weighted": {kind: np.diag(r.hccm(weighted, kind)) for kind in ("hc0", "hc1", "hc2", "hc3", "hc4")},
    }  # fmt: skip
