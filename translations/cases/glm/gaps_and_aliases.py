"""Missing values, zero weights, columns that are combinations of others, few rows, no columns."""
import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

from ._shared import of


@case(section="glm", order=5, tolerance=tol.IRLS)
def gaps_and_aliases():
    sleepstudy = r.sleepstudy().head(60)
    sleepstudy["w"] = [1, 2, 0, 3] * 15
    sleepstudy["slow"] = np.where(sleepstudy["Reaction"] > 280, 1.0, 0.0)
    sleepstudy["twice"] = 2 * sleepstudy["Days"]
    sleepstudy.loc[[6, 29], "slow"] = None
    aliased = r.glm("slow ~ Days + twice + I(Days^2)", family=r.binomial, data=sleepstudy)
    print(aliased)
    print(r.summary(aliased))
    print(r.anova(aliased, test="Chisq"))
    excluded = r.glm("slow ~ Days", family=r.binomial, data=sleepstudy, na_action="na.exclude")
    weighted = r.glm("slow ~ Days", family=r.binomial, data=sleepstudy, weights="w")
    print(r.summary(weighted))
    few = r.glm("Reaction ~ Days", family=r.Gamma(link="log"), data=sleepstudy, subset="Days < 1")
    print(few)
    exact = r.glm("slow ~ Days", family=r.poisson, data=sleepstudy, subset='Subject == "308" & Days < 4')
    print(r.summary(exact))
    empty = r.glm("slow ~ 0", family=r.binomial, data=sleepstudy)
    print(empty)
    print(r.summary(empty))
    none = r.glm("slow ~ Days - 1", family=r.binomial, data=sleepstudy, offset="twice / 10")
    return {
        "aliased": r.coef(aliased), "vcov": r.vcov(aliased), "excluded": r.residuals(excluded, "pearson"),
        "fitted": r.fitted(excluded), "link": r.predict(excluded), "weighted": of(weighted), "few": r.coef(few),
        "exact": r.coef(exact), "none": of(none),
        "start": r.coef(r.glm("slow ~ Days", r.binomial, sleepstudy, start=[-1, 0.1])),
    }
