"""Differences of means in standard deviations (Cohen's d), whose own error counts.

Which standard deviation is the question: of a mixed model the residual one, or the root of all variances. `edf` are its
degrees of freedom. Of means with different signs emmeans gives errors that are too small: it takes absolute values.
"""
import numpy as np

import translations as r
from translations.cases.emmeans._shared import gaps, parts, tolerances
from translations.parity import case

TOLERANCES = {**tolerances("lm", "linear", "signs"), **tolerances("lmer", "mixed")}


@case(section="emmeans", order=22, tolerance=TOLERANCES)
def effect_sizes(control=None):
    warpbreaks, birthwt = r.load("warpbreaks"), r.load("birthwt")
    m = r.lm("breaks ~ wool * tension", warpbreaks)
    tension = r.emmeans(m, "tension")
    print(r.eff_size(tension, sigma=r.sigma(m), edf=r.df_residual(m)))
    print(r.eff_size(r.pairs(tension), sigma=r.sigma(m), edf=48, method="identity"))
    print(r.eff_size(r.emmeans(m, "~ tension | wool"), sigma=r.sigma(m), edf=48))
    print(r.summary(r.eff_size(tension, sigma=10, edf=20), infer=True, level=0.9))
    print(r.eff_size(tension, sigma=10, edf=np.inf))
    print(r.eff_size(r.emmeans(m, "pairwise ~ tension"), sigma=10, edf=20))
    mixed = r.lmer("angle ~ recipe + temp + (1 | recipe:replicate)", gaps(), control=control)
    recipes = r.eff_size(r.emmeans(mixed, "recipe"), sigma=r.sigma(mixed), edf=42)
    print(recipes)
    g = r.glm("low ~ factor(race)", family=r.binomial, data=birthwt)
    print(r.eff_size(r.emmeans(g, "race"), sigma=np.pi / np.sqrt(3), edf=np.inf))
    k = r.lm("log(breaks) ~ tension", warpbreaks)
    print(r.eff_size(r.emmeans(k, "tension"), sigma=r.sigma(k), edf=51))
    signs = r.lm("scale(breaks) ~ tension", warpbreaks)
    return parts(linear=r.eff_size(tension, sigma=10, edf=5, method="eff"), mixed=recipes,
                 signs=r.eff_size(r.emmeans(signs, "tension"), sigma=1, edf=5))
