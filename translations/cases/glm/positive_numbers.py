"""Positive responses: Gamma and inverse Gaussian with their links, gaussian with a log link, quasi with a variance.

The dispersion is Pearson's; the likelihood, and so the AIC, takes the deviance over n for it, as R's does.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

from ._shared import of


@case(section="glm", order=4, tolerance=tol.IRLS)
def positive_numbers():
    sleepstudy = r.sleepstudy()
    m = r.glm("Reaction ~ Days + I(Days^2)", family=r.Gamma(link="log"), data=sleepstudy)
    print(m)
    print(r.summary(m))
    print(r.anova(m, test="F"))
    print(r.drop1(m, test="F"))
    print(r.drop1(m, test="Chisq"))
    print(r.confint(m))
    inverse = r.glm("Reaction ~ Days", family=r.Gamma, data=sleepstudy)
    print(r.summary(inverse))
    ig = r.glm("Reaction ~ Days", family=r.inverse_gaussian(link="log"), data=sleepstudy)
    ig2 = r.glm("Reaction ~ Days", family=r.inverse_gaussian, data=sleepstudy)
    print(r.summary(ig2))
    plain = r.glm("Reaction ~ Days", data=sleepstudy)
    print(plain)
    print(r.summary(plain))
    print(r.anova(plain, test="F"))
    curve = r.glm("Reaction ~ Days", family=r.gaussian(link="log"), data=sleepstudy)
    quasi = r.glm("Reaction ~ Days", family=r.quasi(link="log", variance="mu^2"), data=sleepstudy)
    print(r.summary(quasi))
    return {"gamma": of(m), "inverse": of(inverse), "ig": of(ig), "ig2": of(ig2), "plain": of(plain),
            "curve": of(curve), "quasi": of(quasi), "cp": r.anova(m, test="Cp"), "lrt": r.drop1(m, test="LRT"),
            "drop": r.drop1(plain, test="F")}
