"""Analyses of variance without strata: a linear model that prints and sums up as one."""
import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


def rows(summary):
    table = summary[""]
    return table.set_axis(table.index.str.strip())


@case(order=21, tolerance=tol.PVALUE)
def aov_one_stratum():
    machines = r.load("Machines")
    m = r.aov("score ~ Machine * Worker", machines)
    print(m)
    print(r.summary(m))
    sleepstudy = r.sleepstudy()
    sleepstudy.loc[[2, 69], "Reaction"] = np.nan
    sleepstudy["w"] = 1 + sleepstudy["Days"] / 10
    weighted = r.aov("log(Reaction) ~ Days + I(Days^2) + Subject", data=sleepstudy, weights="w")
    print(weighted)
    print(r.summary(weighted))
    aliased = r.aov("Reaction ~ Subject + I(as.integer(Subject)) + Days", sleepstudy)
    print(aliased)
    print(r.summary(aliased))
    print(r.aov("Reaction ~ 1", sleepstudy))
    return {
        "m": rows(r.summary(m)), "weighted": rows(r.summary(weighted)), "aliased": rows(r.summary(aliased)),
        "coef": r.coef(m), "logLik": float(r.logLik(weighted)), "anova": r.anova(m),
    }
