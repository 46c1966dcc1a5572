"""Figure 5.6: partial pooling.

`geom_line(data = newdata)` keeps the plot's mapping and takes other data; `predict` gave the new column the response's
name, so nothing else need be said.
"""

from translations.figures import draw
from translations.figures.built import built
from translations.figures.cases._shared import drawn
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.4", order=6, tolerance=drawn(tol.FITTED, point=tol.EXACT, line=tol.FITTED))
def figure_5_6(control=None):
    return built(draw("figure_5_6", control=control))
