"""Counts: Poisson with an offset, its quasi-likelihood, a negative binomial of known theta.

The null deviance of a model with an offset is that of a fit of its own, as in R.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

from ._shared import of


@case(section="glm", order=3, tolerance=tol.IRLS)
def poisson_counts():
    ticks = r.load("grouseticks")
    ticks["area"] = ticks["HEIGHT"] / 100
    m = r.glm("TICKS ~ YEAR + offset(log(area))", family=r.poisson, data=ticks)
    print(m)
    print(r.summary(m))
    print(r.anova(m, test="Chisq"))
    quasi = r.glm("TICKS ~ YEAR * HEIGHT", family=r.quasipoisson, data=ticks)
    print(r.summary(quasi))
    print(r.anova(quasi, test="F"))
    print(r.drop1(quasi, test="F"))
    print(r.confint(quasi))
    shift = r.glm("TICKS ~ YEAR", family=r.poisson(link="sqrt"), data=ticks, offset="area")
    nb = r.glm("TICKS ~ YEAR + HEIGHT", family=r.negative_binomial(0.7), data=ticks)
    print(r.summary(nb))
    return {
        "m": of(m), "quasi": of(quasi), "shift": of(shift), "nb": of(nb),
        "new": r.predict(m, {"YEAR": ["96"], "area": [4.5]}, type="response"),
        "step": r.coef(r.update(m, ". ~ . + HEIGHT")), "table": r.anova(quasi, test="F"),
        "dropped": r.drop1(quasi, test="F"),
    }
