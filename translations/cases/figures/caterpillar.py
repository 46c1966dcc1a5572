"""Conditional modes with 95 % intervals: lme4's dotplot of ranef.

`dotplot(ranef(m))` gives a plot for each grouping factor, in a list as in R. Levels stand in the order of the first
effect, intervals are 1.96 conditional standard deviations either way. R's panels share one axis unless `scales` says
otherwise; in the figure each has its own.
"""

import translations as r
from translations.figures.built import built
from translations.parity import case
from translations.parity import tolerances as tol

TOLERANCE = {"panels": tol.EXACT, "rows": tol.EXACT, "point": tol.FITTED, "segment": tol.FITTED}


@case(section="lme4", order=9, tolerance=TOLERANCE)
def caterpillar(control=None):
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2(), control=control)
    figure = built(plot(pp_mod))
    rows = figure["y"][figure["panels"][0]]["labels"]
    return {"panels": figure["panels"], "rows": rows, "point": figure["point"], "segment": figure["segment"]}


def plot(pp_mod):
    """The plot, of a model with one grouping factor."""
    return r.dotplot(r.ranef(pp_mod), scales="free")[next(iter(r.ranef(pp_mod)))]
