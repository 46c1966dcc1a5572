"""The densities that profiles imply: lme4's densityplot of a profile.

That of zeta, were it standard normal, times the slope of the spline. It is drawn between the values at which zeta is
the quantile of 0.001 and of 0.999, or to where the profile ends.
"""

from translations.figures import draw
from translations.figures.built import built
from translations.figures.cases._shared import thinned
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=12, tolerance=tol.PROFILE)
def profile_density(control=None):
    drawn = built(draw("profile_density", control=control))
    return {"panels": drawn["panels"], "line": thinned(drawn["line"], 5)}
