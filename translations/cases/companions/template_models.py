"""Models by glmmTMB that have the likelihood of lmer and glmer: gaussian, binomial by logit, Poisson by log.

At the logit and the log the observed information is the expected one, so that glmmTMB's Laplace approximation is
lme4's. glmmTMB stops before the optimum of its own criterion: its coefficients share 5.0 digits with it, its standard
deviations 4.6. The reference goes on from there by Newton's steps with glmmTMB's gradient; `default` is what it answers
by itself.
"""
import numpy as np

import translations as r
from translations.parity import case
from translations.parity.tolerances import Tolerance

STOP = Tolerance("STOP", 4, 4, 4, 4, "glmmTMB's nlminb stops where the criterion's tenth digit moves no more: 4.6 here")
SECOND = Tolerance("SECOND", 6, 6, 6, 4, "second derivatives, in R by differences of the gradient")
AT_ITS_END = Tolerance("AT_ITS_END", 9, 9, 9, 4, "the same criterion's optimum by two Newton's methods")


def deviations(m):
    return np.sqrt(np.diag(next(iter(r.VarCorr(m).values()))))


def at_end(m):
    return {"fixed": r.fixef(m), "sd": deviations(m), "loglik": float(r.logLik(m))}


def stopped(m):
    return {"fixed": r.fixef(m), "sd": deviations(m)}


@case(order=40, tolerance={"optimum": AT_ITS_END, "default": STOP, "se": SECOND})
def template_models():
    sleep, cbpp, epil = r.load("sleepstudy"), r.load("cbpp"), r.load("epil")
    slopes = r.glmmTMB("Reaction ~ Days + (Days | Subject)", sleep)
    reml = r.glmmTMB("Reaction ~ Days + (1 | Subject)", sleep, REML=True)
    herds = r.glmmTMB("cbind(incidence, size - incidence) ~ period + (1 | herd)", cbpp, family=r.binomial())
    visits = r.glmmTMB("y ~ trt + lbase + (1 | subject)", epil, family="poisson")
    models = {"slopes": slopes, "reml": reml, "herds": herds, "visits": visits}
    optimum = {name: at_end(m) for name, m in models.items()}
    del optimum["reml"]["fixed"]  # glmmTMB integrates them out
    return {"optimum": optimum, "default": {name: stopped(m) for name, m in models.items()},
            "se": {name: np.sqrt(np.diag(r.vcov(m))) for name, m in models.items() if name != "reml"}}
