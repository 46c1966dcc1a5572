"""Conditional modes with 95 % intervals: lme4's dotplot of ranef.

`dotplot(ranef(m))` gives a plot for each grouping factor, in a list as in R. Levels stand in the order of the first
effect, intervals are 1.96 conditional standard deviations either way. R's panels share one axis unless `scales` says
otherwise; in the figure each has its own.
"""

from translations.figures import draw
from translations.figures.built import built
from translations.parity import case
from translations.parity import tolerances as tol

TOLERANCE = {"panels": tol.EXACT, "rows": tol.EXACT, "point": tol.FITTED, "segment": tol.FITTED}


@case(section="lme4", order=9, tolerance=TOLERANCE)
def caterpillar(control=None):
    drawn = built(draw("caterpillar", control=control))
    rows = drawn["y"][drawn["panels"][0]]["labels"]
    return {"panels": drawn["panels"], "rows": rows, "point": drawn["point"], "segment": drawn["segment"]}
