"""What each observation does to the fit: leverages, residuals in their own units, changes of the coefficients.

R refits nothing: changes are those of the last step's least squares. Before 4.6 R took deviance residuals for its
errors, and standardized these by default; since then Pearson's, and `dfbeta`, `rstandard` and `rstudent` are others.
"""
from typing import Any

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


def look(m: Any, at: list[int]) -> dict[str, Any]:
    i = r.influence(m)
    values = {
        "hat": r.hatvalues(m), "standard": r.rstandard(m), "pearson": r.rstandard(m, type="pearson"),
        "student": r.rstudent(m), "cook": r.cooks_distance(m), "dfbeta": r.dfbeta(m), "dfbetas": r.dfbetas(m),
        "sigma": i["sigma"], "deviance": i["dev.res"], "own": i["pear.res"], "fits": r.dffits(m),
        "ratios": r.covratio(m), "all": r.influence_measures(m).infmat, "large": r.influence_measures(m).is_inf,
    }
    return {name: value.iloc[at] for name, value in values.items()}


@case(section="glm", order=8, tolerance=tol.IRLS)
def leaving_out():
    at = [*range(19), *range(20, 25), 99]  # the 20th residual of size is near 0, and so has fewer digits
    birthwt, quine, insurance = (r.load(name) for name in ("birthwt", "quine", "Insurance"))
    low = r.glm("low ~ age + lwt + smoke + factor(race)", family="binomial", data=birthwt)
    print(r.dfbeta(low).head(3))
    days = r.glm("Days ~ Sex + Age + Eth", family="quasipoisson", data=quine)
    claims = r.glm("Claims ~ District + Age + offset(log(Holders))", family="poisson", data=insurance)
    size = r.glm("bwt ~ age + smoke", family=r.Gamma(link="log"), data=birthwt)
    few, twelve = insurance.head(20), birthwt.head(12).assign(w=[0, 1, *range(1, 11)])
    print(r.influence_measures(r.glm("Claims ~ Group + Age", family=r.poisson, data=few)))
    print(r.influence_measures(r.lm("bwt ~ age + I(lwt * 2)", twelve, weights="w")))
    return {"low": look(low, at), "days": look(days, at), "claims": look(claims, [*range(25)]), "size": look(size, at)}
