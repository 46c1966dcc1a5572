"""Figure 5.5: no pooling.

The lines come from a data frame of their own with the column that panels are made of, Subject, so that each is drawn
where it belongs. `mapping` comes before `data` in a geom's arguments, as in ggplot2.
"""

from translations.figures import draw
from translations.figures.built import built
from translations.figures.cases._shared import drawn
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.3.2", order=5, tolerance=drawn(point=tol.EXACT, abline=tol.LINALG))
def figure_5_5():
    return built(draw("figure_5_5"))
