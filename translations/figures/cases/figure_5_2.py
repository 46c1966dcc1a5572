"""Figure 5.2: the data of all subjects.

`facet_wrap(~ Subject)` is `facet_wrap("Subject")`; both lay 18 panels out in four rows of five, in the order of the
factor's levels. A Subject that is no Categorical would be sorted as text, which here is the same order.
"""

from translations.figures import draw
from translations.figures.built import built
from translations.figures.cases._shared import drawn
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.2", order=2, tolerance=drawn(point=tol.EXACT))
def figure_5_2():
    return built(draw("figure_5_2"))
