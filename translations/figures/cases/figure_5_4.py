"""Figure 5.4: complete pooling.

`geom_abline` with an intercept and slope of its own knows no panels and is drawn in all of them. A layer that is added
before another lies under it.
"""

from translations.figures import draw
from translations.figures.built import built
from translations.figures.cases._shared import drawn
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.3.1", order=4, tolerance=drawn(point=tol.EXACT, abline=tol.LINALG))
def figure_5_4():
    return built(draw("figure_5_4"))
