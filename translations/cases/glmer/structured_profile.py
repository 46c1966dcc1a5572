"""Profile intervals of generalized models with covariance structures.

lme4 2.1 profiles those whose parameters are as many as theta: `diag()`, `us()`, and two effects by `cs()` or
`ar1(hom = FALSE)`. Of others, `ar1()` and `cs(hom = TRUE)` among them, its profile stops with "length(pars) == np + nf
is not TRUE", and here with the same words and what to do.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="glmer", order=300, releases=("4.6",), because="covariance structures came with lme4 2.0",
      tolerance={"par": tol.GLMM_THETA, "slopes": tol.GLMM_THETA, "one": tol.GLMM_THETA, "wald": tol.GLMM_SE,
                 "points": tol.GLMM_SE})
def structured_profile():
    epil = r.load("epil")
    epil["visit"] = (epil["period"] - 2.5) / 5
    slopes = r.glmer("y ~ lbase + trt + visit + diag(1 + visit | subject)", data=epil, family=r.poisson)
    cbpp = r.load("cbpp")
    cbpp["time"] = cbpp["period"].astype(int)
    one = r.glmer("cbind(incidence, size - incidence) ~ time + diag(time | herd, hom = TRUE)", data=cbpp,
                  family=r.binomial)
    print(r.summary(slopes))
    pr = r.profile(one, signames=False)
    print(r.console(r.confint(pr), digits=4))
    return {"par": r.getME(slopes, "par"), "slopes": r.confint(slopes),
            "wald": r.confint(slopes, method="Wald"), "one": r.confint(pr), "points": pr.as_data_frame().iloc[:, :4]}
