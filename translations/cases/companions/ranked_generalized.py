"""R² of generalized models, mixed or not, and their submodels ranked.

How much of the variance a generalized model explains depends on how the variance of its distribution is brought to the
scale of the link, so MuMIn answers with a row for each way: of shares the variance of the logistic distribution behind
the link ("theoretical") or the observed share's by the delta method ("delta"), of counts three approximations, of which
"trigamma" is the most accurate with a log link. Say which one you report.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol
from translations.parity.tolerances import Tolerance

GLMER = Tolerance("GLMER", 5, 5, 9, 4, "lme4's optimizer stops 1e-5 to 1e-7 before the optimum of a generalized model")
MIXED = ("herds", "probit", "cloglog", "broods", "times")
LINEAR = ("breaks", "low", "spread", "root", "gamma")
TOLERANCES = dict.fromkeys(MIXED, GLMER) | dict.fromkeys(LINEAR, tol.PVALUE) | {"AICc": tol.GLMM_CRITERION}


@case(order=6, tolerance=TOLERANCES, releases=("4.6",), because="Debian has MuMIn for R 4.6 alone")
def ranked_generalized():
    cbpp, ticks, sleepstudy = r.load("cbpp"), r.load("grouseticks"), r.sleepstudy()
    warpbreaks, birthwt = r.load("warpbreaks"), r.load("birthwt")
    counted = "cbind(incidence, size - incidence) ~ period + (1 | herd)"
    herds = r.glmer(counted, cbpp, family=r.binomial)
    probit = r.glmer(counted, cbpp, family=r.binomial("probit"))
    cloglog = r.glmer(counted, cbpp, family=r.binomial("cloglog"))
    broods = r.glmer("TICKS ~ YEAR + (1 | BROOD)", ticks, family=r.poisson)
    times = r.glmer("Reaction ~ Days + (1 | Subject)", sleepstudy, family=r.Gamma("log"))
    breaks = r.glm("breaks ~ wool * tension", r.poisson, warpbreaks)
    print(r.r_squaredGLMM(herds))
    print(r.r_squaredGLMM(breaks))
    print(r.dredge(herds))
    print(r.dredge(breaks))
    low = r.glm("low ~ lwt + smoke", r.binomial, birthwt)
    print(r.dredge(low))
    spread = r.glm("breaks ~ wool * tension", r.quasipoisson, warpbreaks)
    root = r.glm("breaks ~ wool * tension", r.poisson("sqrt"), warpbreaks)
    gamma = r.glm("Reaction ~ Days", r.Gamma("log"), sleepstudy)
    models = {"herds": herds, "probit": probit, "cloglog": cloglog, "broods": broods, "times": times, "breaks": breaks,
              "low": low, "spread": spread, "root": root, "gamma": gamma}
    explained = {name: r.r_squaredGLMM(m) for name, m in models.items()}
    return explained | {"AICc": [r.AICc(m) for m in (herds, breaks, broods)]}
