"""Differences of recipes within temperatures, their p-values and intervals adjusted in every way.

A family is what a by-variable leaves together: here the three differences at one temperature. Tukey's method is for
the pairwise differences of one set of means; where they are something else, R says so and takes Sidak's. Steps as
Holm's have no intervals: those are Bonferroni's. `dunnettx` approximates Dunnett's distribution, exactly as emmeans
does.

R iterates a quantile of Tukey's distribution until it moves by less than 1e-4, and takes `dunnettx`'s from `uniroot`
with a tolerance of 5e-4; the same steps are taken here, so that the intervals agree further than either is exact.
"""
import translations as r
from translations.cases.emmeans._shared import gaps, parts, tolerances
from translations.parity import case

WAYS = ["tukey", "sidak", "bonferroni", "holm", "hochberg", "hommel", "fdr", "BY", "scheffe", "dunnettx", "none"]


@case(section="emmeans", order=4, tolerance=tolerances("lmer", *WAYS))
def adjustments(control=None):
    m = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", gaps(), control=control)
    e = r.emmeans(m, "~ recipe | temperature", at={"temperature": ["175", "205", "225"]})
    apart = r.pairs(e)
    for way in WAYS:
        print(r.summary(apart, adjust=way, infer=(True, True)))
    print(r.summary(e, adjust="tukey"))
    print(r.summary(e, adjust="scheffe", infer=True))
    print(r.summary(apart, by=[], adjust="tukey"))
    print(r.confint(r.contrast(e, "trt.vs.ctrl"), level=0.9))
    print(r.summary(apart, infer=(False, True), null=1, side=">"))
    print(r.summary(apart, infer=(True, True), side="<", adjust="sidak", level=0.9))
    print(r.summary(apart, infer=(False, True), delta=4, adjust="none"))
    return parts(**{way: r.summary(apart, adjust=way, infer=(True, True)) for way in WAYS})
