"""Links of the binomial family; proportions whose weights are the numbers of trials, a factor as response.

A factor's first level is failure, all others are success.
"""
import pandas as pd

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

from ._shared import of


@case(section="glm", order=2, tolerance=tol.IRLS)
def binomial_links():
    cbpp, sleepstudy = r.load("cbpp"), r.sleepstudy()

    def fit(link):
        return r.glm("incidence / size ~ period", r.binomial(link=link), cbpp, weights="size")

    probit = r.glm("incidence/size ~ period", family=r.binomial(link="probit"), data=cbpp, weights="size")
    print(probit)
    print(r.summary(probit))
    sleepstudy["slow"] = pd.Categorical(["yes" if x > 300 else "no" for x in sleepstudy["Reaction"]])
    answer = r.glm("slow ~ Days", family="binomial", data=sleepstudy)
    print(r.summary(answer))
    true = r.glm("Reaction > 300 ~ Days", family=r.binomial(), data=sleepstudy)
    return {"probit": of(probit), "cauchit": of(fit("cauchit")), "cloglog": of(fit("cloglog")), "log": of(fit("log")),
            "answer": of(answer), "true": r.coef(true)}
