"""Families with a dispersion: Gamma, inverse Gaussian, gaussian with a log link.

Before 2.1 lme4 takes the dispersion for 1 where it looks for the conditional modes. The standard deviation of the
subjects is then 0.076 where it is 0.125, as glmmTMB has it and as the logarithm of the response does.
"""
import translations as r
from translations.parity import case

from ._shared import named, of_each


@case(section="glmer", order=4, tolerance=of_each("gamma", "curve", "inverse"))
def positive_responses():
    sleepstudy = r.sleepstudy()
    sleepstudy["d"] = sleepstudy["Days"] / 10
    gamma = r.glmer("Reaction ~ d + (1 | Subject)", data=sleepstudy, family=r.Gamma(link="log"))
    print(gamma)
    print(r.summary(gamma))
    print(r.VarCorr(gamma))
    curve = r.glmer("Reaction ~ d + (1 | Subject)", data=sleepstudy, family=r.gaussian(link="log"))
    print(r.summary(curve))
    inverse = r.glmer("Reaction ~ d + (1 | Subject)", data=sleepstudy, family=r.inverse_gaussian(link="log"))
    print(inverse)
    return named(gamma=gamma, curve=curve, inverse=inverse)
