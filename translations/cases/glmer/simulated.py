"""Responses drawn of each family, about the subjects' own means and of new subjects.

Draws of a Gamma response with sigma for their shape, as lme4 1.1-31 has them, vary thirty times as much as the data.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

FIRST = 12


def draws(m, re_form):
    return r.simulate(m, 1, seed=7, re_form=re_form).iloc[:, 0].tolist()[:FIRST]


def both(m):
    return {"own": draws(m, None), "others": draws(m, "~0")}


@case(section="glmer", order=310, tolerance=tol.GLMM_MODES)
def simulated():
    sleepstudy, cbpp = r.sleepstudy(), r.load("cbpp")
    sleepstudy["d"], sleepstudy["s"] = sleepstudy["Days"] / 10, sleepstudy["Reaction"] / 100
    sleepstudy["w"], sleepstudy["n"] = [1, 2, 3] * 60, (sleepstudy["Reaction"] / 100).round()
    gamma = r.glmer("s ~ d + (1 | Subject)", sleepstudy, family=r.Gamma(link="log"))
    weighted = r.glmer("s ~ d + (1 | Subject)", sleepstudy, family=r.Gamma(link="log"), weights="w")
    inverse = r.glmer("s ~ d + (1 | Subject)", sleepstudy, family=r.inverse_gaussian(link="log"))
    precise = r.glmer("s ~ d + (1 | Subject)", sleepstudy, family=r.inverse_gaussian(link="log"), weights="w")
    curve = r.glmer("s ~ d + (1 | Subject)", sleepstudy, family=r.gaussian(link="log"))
    counts = r.glmer("n ~ d + (1 | Subject)", sleepstudy, family=r.poisson)
    two = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", cbpp, family=r.binomial)
    shares = r.glmer("incidence / size ~ period + (1 | herd)", cbpp, weights="size", family=r.binomial)
    return {"gamma": both(gamma), "weighted": both(weighted), "inverse": both(inverse), "precise": both(precise),
            "curve": both(curve),
            "counts": both(counts), "two": both(two), "shares": both(shares)}
