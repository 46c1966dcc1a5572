"""Slopes: does the angle grow faster with the temperature in one recipe? Of a curve too, and on another scale.

A trend is the difference of two predictions a thousandth of the covariate's range apart, over that distance: exact
for a straight line. For a curve it is the slope at the reference value (the mean unless `at` says otherwise) and
depends on the distance a little; the same distance is taken here as in R.
"""
from dataclasses import replace

import translations as r
from translations.cases.emmeans._shared import LM, gaps, parts, tolerances
from translations.parity import case

DIFFERENCES = replace(LM, name="DIFFERENCES", default=8, tight=8, why="differences of predictions 0.05 degrees apart, "
                      "twice: 8.9 digits or more here")
TOLERANCES = {**tolerances("lmer", "slopes", "apart"), **tolerances("lm", "curves"), "curves": DIFFERENCES}


@case(section="emmeans", order=8, tolerance=TOLERANCES)
def trends(control=None):
    m = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", gaps(), control=control)
    print(r.emtrends(m, "~ recipe", var="temp"))
    print(r.emtrends(m, "pairwise ~ recipe", var="temp"))
    print(r.emtrends(m, "~ 1", var="temp"))
    print(r.emtrends(m, "~ recipe", var="log(temp)"))
    curve = r.lm("angle ~ recipe * poly(temp, 2)", gaps())
    print(r.emtrends(curve, "~ recipe", var="temp", at={"temp": [180]}))
    print(r.emtrends(curve, "~ recipe", var="temp", max_degree=2))
    print(r.emtrends(curve, "~ recipe | temp", var="temp", at={"temp": [180, 220]}))
    sleep = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy(), control=control)
    print(r.emtrends(sleep, "~ 1", var="Days"))
    slopes = r.emtrends(m, "~ recipe", var="temp")
    return parts(slopes=slopes, apart=r.pairs(slopes), curves=r.emtrends(curve, "~ recipe", var="temp", max_degree=2))
