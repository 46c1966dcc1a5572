"""Stepwise selection by AIC, and single additions.

`step` of a linear model goes by AIC, as R's; of a mixed one by tests, as lmerTest's. What is left at the end was chosen
by the same data: its p-values are too small.
"""
import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(order=60, tolerance=tol.PVALUE)
def stepwise():
    d = r.load("birthwt")
    d["race"] = r.factor(d["race"])
    whole = r.lm("bwt ~ age + lwt + race + smoke + ht * ui", d)
    m = r.step(whole)
    print(m)
    print(r.console(m.anova))
    none = r.lm("bwt ~ 1", d)
    f = r.step(none, scope="~ age + lwt + race * smoke + ui", direction="forward")
    b = r.step(r.lm("bwt ~ age + race", d), scope={"lower": "~ race", "upper": "~ age + lwt + race + smoke + ui"},
               k=np.log(len(d)))
    cp = r.step(whole, scale=r.sigma(whole) ** 2, trace=False)
    print(r.console(cp.anova))
    low = r.glm("low ~ age + lwt + race + smoke + ptl + ht + ui", r.binomial, d)
    g = r.step(low)
    print(g)
    h = r.step(r.glm("low ~ smoke", r.binomial, d), scope="~ . * ht + lwt + race")
    print(r.add1(none, "~ . + age + race + ui", test="F"))
    print(r.add1(none, ["age", "race"], test="Chisq"))
    print(r.add1(r.lm("bwt ~ race", d), "~ .^2 + smoke + lwt", scale=5e5))
    small = r.glm("low ~ smoke", r.binomial, d)
    print(r.add1(small, "~ . + age + race", test="Chisq"))
    print(r.add1(small, "~ . + age + race", test="Rao"))
    print(r.drop1(whole, "~ .", test="F"))
    quasi = r.glm("low ~ smoke", r.quasibinomial, d)
    print(r.add1(quasi, "~ . + age + race", test="F"))
    print(r.step(r.lm("bwt ~ age + I(2 * age) + smoke", d)))
    air = r.load("airquality")
    print(r.add1(r.lm("Ozone ~ Wind", air), "~ . + Solar.R + Temp", test="F"))
    return {
        "coef": r.coef(m), "anova": m.anova, "forward": f.anova, "bic": b.anova[["Step", "AIC"]], "cp": cp.anova,
        "glm": g.anova, "both": h.anova, "coef_glm": r.coef(g), "add": r.add1(none, "~ . + age + race + ui", test="F"),
        "add_glm": r.add1(small, "~ . + age + race", test="LRT"),
    }
