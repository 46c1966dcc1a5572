"""Means of a transformed response, and back: ratios of a logarithm's, differences of a root's.

What the formula does to the response is undone by `type="response"`: estimates and limits are transformed back,
standard errors follow by the delta method, tests stay on the scale of the model. A difference of logarithms is a
ratio. A difference of roots is nothing on the response's scale, so that it stays as it is, and a note says so.
"""
import numpy as np

import translations as r
from translations.cases.emmeans._shared import gaps, parts, tolerances
from translations.parity import case

TOLERANCES = {**tolerances("lm", "back", "ratios", "shifted"), **tolerances("lmer", "roots")}


@case(section="emmeans", order=9, tolerance=TOLERANCES)
def transformed_responses(control=None):
    logs = r.lm("log(angle) ~ recipe + temperature", gaps())
    print(r.ref_grid(logs))
    print(r.emmeans(logs, "~ recipe"))
    print(r.emmeans(logs, "~ recipe", type="response"))
    print(r.pairs(r.emmeans(logs, "~ recipe"), type="response"))
    print(r.pairs(r.emmeans(logs, "~ recipe")))
    print(r.summary(r.emmeans(logs, "~ recipe"), type="response", infer=True, null=np.log(30)))
    print(r.emmeans(logs, "pairwise ~ recipe", type="response"))
    roots = r.lmer("sqrt(angle) ~ recipe + temp + (1 | recipe:replicate)", gaps(), control=control)
    print(r.emmeans(roots, "~ recipe", type="response"))
    print(r.pairs(r.emmeans(roots, "~ recipe", type="response")))
    shifted = r.lm("2 * log10(angle + 1) ~ recipe", gaps())
    print(r.emmeans(shifted, "~ recipe"))
    print(r.emmeans(shifted, "~ recipe", type="response"))
    print(r.pairs(r.emmeans(shifted, "~ recipe", type="response")))
    inverse = r.lm("I(1 / angle) ~ recipe", gaps())
    print(r.emmeans(inverse, "~ recipe", type="response"))
    return parts(
        back=r.emmeans(logs, "~ recipe", type="response"), ratios=r.pairs(r.emmeans(logs, "~ recipe"), type="response"),
        shifted=r.emmeans(shifted, "~ recipe", type="response"), roots=r.emmeans(roots, "~ recipe", type="response"),
    )  # fmt: skip
