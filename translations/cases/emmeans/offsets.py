"""Means of models with an offset: of its variables' means, of the argument's mean, at a value that is given.

A model of claims counts them per holder by an offset, the logarithm of the holders: a mean needs a number of holders.
emmeans takes the mean of `Holders` and then the logarithm; 1.8.4, R 4.2's, took the mean of the offset itself, that is
the geometric mean of the holders, and stayed there when `at` gave other numbers of them. An offset given as an argument
has no variable in the formula: its own mean serves, or both values where it has two. `offset=0` makes rates of counts.
"""

from dataclasses import replace

import numpy as np

import translations as r
from translations.cases.emmeans._shared import LM, parts, tolerances
from translations.parity import case

GLM = replace(LM, name="GLM", default=8, tight=8, why="iterations stop where the deviance changes by less than 1e-8")
TOLERANCES = {
    **tolerances("lm", "rates", "at", "argument", "few"),
    **tolerances("lmer", "mixed"),
    **dict.fromkeys(("rates", "at", "argument", "few"), GLM),
}


@case(section="emmeans", order=15, tolerance=TOLERANCES)
def offsets():
    insurance = r.load("Insurance")
    insurance["District"] = insurance["District"].astype("category")
    insurance["known"] = np.log(insurance["Holders"])
    insurance["twice"] = np.where(insurance["Age"] == ">35", 0.7, 0.1)
    rates = r.glm("Claims ~ District + offset(log(Holders))", family=r.poisson(), data=insurance)
    print(r.ref_grid(rates))
    print(r.emmeans(rates, "~ District"))
    print(r.emmeans(rates, "~ District", type="response", offset=0))
    print(r.emmeans(rates, "~ District", cov_reduce=np.median))
    print(r.emmeans(rates, "~ District | Holders", at={"Holders": [100, 1000]}))
    argument = r.glm("Claims ~ District", family=r.poisson(), offset="known", data=insurance)
    print(r.ref_grid(argument))
    print(r.emmeans(argument, "~ District", type="response"))
    few = r.glm("Claims ~ District", family=r.poisson(), offset="twice", data=insurance)
    print(r.emmeans(few, "~ District"))
    m = r.lmer("known ~ District + offset(twice) + (1 | Age)", insurance)
    print(r.emmeans(m, "~ District"))
    return parts(
        rates=r.emmeans(rates, "~ District"),
        at=r.emmeans(rates, "~ District | Holders", at={"Holders": [100, 1000]}),
        argument=r.emmeans(argument, "~ District", type="response"),
        few=r.emmeans(few, "~ District"),
        mixed=r.emmeans(m, "~ District"),
    )
