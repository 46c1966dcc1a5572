"""Profile intervals of a logistic model. lme4 walks along theta and the fixed effects alike, each held in turn, and
minimizes over the others by the optimizer of the fit.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="glmer", order=11, tolerance={"ci": tol.GLMM_THETA, "wald": tol.GLMM_SE, "points": tol.GLMM_SE})
def cbpp_profile():
    m = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", data=r.load("cbpp"), family=r.binomial)
    pr = r.profile(m)
    print(r.console(r.confint(pr, level=0.9), digits=4))
    return {"ci": r.confint(pr), "wald": r.confint(m, method="Wald"), "points": pr.as_data_frame().iloc[:, :6]}
