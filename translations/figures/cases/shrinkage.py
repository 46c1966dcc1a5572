"""Shrinkage: from no pooling to partial pooling, subject by subject.

The no-pooling values come from one regression with 36 coefficients here, from a regression for each subject in R; they
are the same. Partial pooling moves a subject towards the average, and towards the line along which the model thinks
intercepts and slopes go together.
"""

from translations.figures import draw
from translations.figures.built import built
from translations.figures.cases._shared import drawn
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.3.3", order=8, tolerance=drawn(tol.FITTED, segment=tol.FITTED, point=tol.FITTED, text=tol.FITTED))
def shrinkage(control=None):
    return built(draw("shrinkage", control=control))
