"""Analyses of variance in strata: split plots and repeated measures.

What stands in Error() must be a factor: a subject's number would be a covariate, in R as here. statsmodels' `AnovaRM`
has one stratum of balanced repeated measures and no split plots.
"""
import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


def rows(summary):
    tables = {name: table.set_axis(table.index.str.strip()) for name, table in summary.items()}
    return tables


@case(order=20, tolerance=tol.PVALUE)
def aov_strata():
    Oats = r.load("Oats")
    Oats["nitro"], Oats["Variety"] = r.factor(Oats["nitro"]), r.factor(Oats["Variety"])
    split = r.aov("log(yield) ~ Variety * nitro + Error(Block/Variety)", data=Oats)
    print(split)
    print(r.summary(split))
    cake = r.cake()
    plot = r.aov("angle ~ recipe * temperature + Error(recipe:replicate)", cake)
    print(r.summary(plot))
    sleepstudy = r.sleepstudy()
    sleepstudy["day"] = r.factor(sleepstudy["Days"])
    within = r.aov("Reaction ~ day + Error(Subject/day)", sleepstudy)
    print(within)
    print(r.summary(within))
    uneven = sleepstudy.drop(index=np.array([1, 5, 17, 44, 45, 90, 91, 92]) - 1)
    uneven["group"] = r.factor(np.where(uneven["Subject"].isin(["308", "309", "310", "330"]), "x", "y"))
    lost = r.aov("Reaction ~ Days * group + Error(Subject)", uneven)
    print(r.summary(lost))
    print(lost)
    machines = r.load("Machines")
    kept = ~machines.index.isin(np.array([2, 9, 23]) - 1)
    unbalanced = r.summary(r.aov("score ~ Machine + Error(Worker/Machine)", machines, subset=kept))
    print(unbalanced)
    return {
        "split": rows(r.summary(split)), "cake": rows(r.summary(plot)), "within": rows(r.summary(within)),
        "lost": rows(r.summary(lost)), "uneven": rows(unbalanced), "strata": list(split),
        "coef": r.coef(split)["Within"],
    }
