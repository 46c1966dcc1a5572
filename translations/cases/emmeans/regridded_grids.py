"""Predictions taken to another scale before they are averaged: `emmeans(regrid=)`.

A mean of probabilities is another number than the probability at a mean of logits: `type="response"` averages first
and transforms back, `regrid="response"` transforms first. With "log" differences of plain means are ratios.
"""
import translations as r
from translations.cases.emmeans._shared import gaps, parts, tolerances
from translations.parity import case

TOLERANCES = {**tolerances("lm", "linear", "ratios"), **tolerances("lmer", "mixed")}


@case(section="emmeans", order=23, tolerance=TOLERANCES)
def regridded_grids(control=None):
    warpbreaks = r.load("warpbreaks")
    g = r.glm("low ~ factor(race) * smoke + age", family=r.binomial, data=r.load("birthwt"))
    print(r.emmeans(g, "~ race", regrid="response"))
    print(r.pairs(r.emmeans(g, "~ race", regrid="response")))
    print(r.emmeans(g, "pairwise ~ race | smoke", at={"smoke": [0, 1]}, regrid="response"))
    logged = r.lm("log(breaks) ~ wool + tension", warpbreaks)
    print(r.emmeans(logged, "~ tension", regrid="response"))
    print(r.emmeans(logged, "~ tension", regrid="log10"))
    print(r.emmeans(logged, "pairwise ~ tension", regrid="response"))
    print(r.emmeans(logged, "~ tension", regrid="none"))
    print(r.emmeans(logged, "~ tension", regrid="log", type="response"))
    k = r.lm("breaks ~ wool * tension", warpbreaks)
    print(r.summary(r.pairs(r.emmeans(k, "~ tension", regrid="log")), type="response"))
    print(r.ref_grid(k, regrid="log"))
    m = r.lmer("sqrt(angle) ~ recipe + temp + (1 | recipe:replicate)", gaps(), control=control)
    means = r.emmeans(m, "~ recipe", regrid="response")
    print(means)
    return parts(linear=r.emmeans(logged, "~ tension", regrid="response"),
                 ratios=r.pairs(r.emmeans(k, "~ tension", regrid="log")), mixed=means)
