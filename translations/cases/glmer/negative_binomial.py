"""A negative binomial model, its theta estimated and known.

`glmer_nb` looks for theta by Brent's method, with a refit from the last one's estimates for each value.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

from ._shared import named, of_each


@case(section="glmer", order=10, tolerance={"nb": tol.GLMM_THETA, **of_each("m", "known")})
def negative_binomial():
    ticks = r.load("grouseticks")
    m = r.glmer_nb("TICKS ~ YEAR + (1 | BROOD)", data=ticks, control=r.glmerControl(optimizer="bobyqa"))
    print(m)
    known = r.glmer("TICKS ~ YEAR + (1 | BROOD)", data=ticks, family=r.negative_binomial(2))
    print(known)
    return {"nb": r.getME(m, "glmer.nb.theta"), **named(m=m, known=known)}
