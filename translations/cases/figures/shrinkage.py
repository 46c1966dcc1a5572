"""Shrinkage: from no pooling to partial pooling, subject by subject.

The no-pooling values come from one regression with 36 coefficients here, from a regression for each subject in R; they
are the same. Partial pooling moves a subject towards the average, and towards the line along which the model thinks
intercepts and slopes go together.
"""

import translations as r
from translations.cases.figures._shared import layer_tolerances
from translations.figures.built import built
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.3.3", order=8, tolerance=layer_tolerances(
    tol.FITTED, segment=tol.FITTED, point=tol.FITTED, text=tol.FITTED))
def shrinkage(control=None):
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2(), control=control)
    return built(plot(pp_mod))


def plot(pp_mod):
    """The plot, of the chapter's mixed model."""
    from translations.figures.shrinkage import shrinkage_plot

    sleep2 = r.sleep2()
    return shrinkage_plot(r.lm("Reaction ~ days_deprived + Subject + days_deprived:Subject", sleep2), pp_mod)
