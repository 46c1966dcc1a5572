"""Consecutive differences and differences from a control, adjusted by the multivariate t distribution.

This adjustment knows how the estimates are correlated, and is exact where the others are bounds. R integrates on a
random lattice until its estimate of the error is 1e-3: asked twice, its p-values differ in the fourth decimal. Here
the lattice is fixed and finer, so that an answer is always the same; nothing that R prints of it can be compared
character for character.
"""
import pandas as pd

import translations as r
from translations.cases.emmeans._shared import MVT, gaps
from translations.parity import case


@case(section="emmeans", order=5, tolerance=MVT)
def multivariate_t():
    m = r.lm("angle ~ recipe + temperature", gaps())
    temperatures, recipes = r.emmeans(m, "~ temperature"), r.emmeans(m, "~ recipe")
    steps = r.summary(r.contrast(temperatures, "consec"), infer=(True, True))
    control = r.summary(r.contrast(recipes, "trt.vs.ctrl", adjust="mvt"), infer=(True, True))
    every = r.summary(r.pairs(recipes, adjust="mvt"), infer=(True, True))
    limits = pd.concat([steps["lower.CL"], control["upper.CL"], every["lower.CL"]], ignore_index=True)
    return {"steps": steps["p.value"], "control": control["p.value"], "every": every["p.value"], "limits": limits}
