"""Figure 5.7: partial pooling, three days beyond the data.

Lines that go beyond the points widen both axes. No line is drawn beyond the days that were asked for; a `geom_abline`
would go on to the panel's edge.
"""

from translations.figures import draw
from translations.figures.built import built
from translations.figures.cases._shared import drawn
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.5.2", order=7, tolerance=drawn(tol.FITTED, point=tol.EXACT, line=tol.FITTED))
def figure_5_7(control=None):
    return built(draw("figure_5_7", control=control))
