"""Profile zeta: lme4's xyplot of a profile.

`xyplot(profile)` is a lattice plot in R; here it is one of plotnine, which goes on with `+`. The curve is the spline
through the profile's points, cut where its panel ends; verticals stand at the ends of the 50, 80, 90, 95 and 99 %
intervals. Where a profile ends before a level (here the correlation, at the upper 99 %) R draws a vertical of no height
at the profile's first point, and so does this; with `absVal=True` R also joins that point with the interval's other
end, which is left out here. In R's strips every `.sig` is a sigma, correlations too; here a strip bears the parameter's
name.
"""

import translations as r
from translations.cases.figures._shared import thinned
from translations.figures.built import built
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=11, tolerance=tol.PROFILE)
def profile_zeta(control=None):
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2(), control=control)
    figure = built(plot(pp_mod))
    ranges = {name: axis["range"] for name, axis in figure["x"].items()}
    line = thinned(figure["line"], 4)
    return {"panels": figure["panels"], "range": ranges, "segment": figure["segment"], "line": line}


def plot(pp_mod):
    """The plot, of any model."""
    return r.xyplot(r.profile(pp_mod, signames=False))
