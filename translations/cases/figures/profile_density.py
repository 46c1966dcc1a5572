"""The densities that profiles imply: lme4's densityplot of a profile.

That of zeta, were it standard normal, times the slope of the spline. It is plotted between the values at which zeta is
the quantile of 0.001 and of 0.999, or to where the profile ends.
"""

import translations as r
from translations.cases.figures._shared import thinned
from translations.figures.built import built
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=12, tolerance=tol.PROFILE)
def profile_density():
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2())
    figure = built(plot(pp_mod))
    return {"panels": figure["panels"], "line": thinned(figure["line"], 5)}


def plot(pp_mod):
    """The plot, of any model."""
    return r.densityplot(r.profile(pp_mod, signames=False))
