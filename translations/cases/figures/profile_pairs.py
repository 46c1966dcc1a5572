"""Pairs of parameters: lme4's splom of a profile.

Two traces, along each of which one parameter is held while all others are optimized, and contours of the joint
confidence regions, interpolated from where they meet the traces. Above the diagonal in the parameters' units; below it
as zetas, which stand at places along the axes of the parameters, undone here. R draws the axes into the diagonal,
plotnine along the outer sides.
"""

import translations as r
from translations.cases.figures._shared import pairs_values
from translations.figures.built import built
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=13, tolerance=tol.CURVE)
def profile_pairs():
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2())
    return pairs_values(built(plot(pp_mod)))


def plot(pp_mod):
    """The plot, of any model."""
    return r.splom(r.profile(pp_mod, signames=False))
