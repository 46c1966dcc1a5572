"""Figure 5.3: baseline and the days of deprivation.

The same frame with the recoded data, its axes titled; figures 5.4 to 5.7 lay lines under these points.
"""

import translations as r
from translations.cases.figures._shared import layer_tolerances
from translations.figures.built import built
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.3", order=3, tolerance=layer_tolerances(point=tol.EXACT))
def figure_5_3():
    return built(plot())


def plot():
    """The plot."""
    from translations.figures.chapter import by_subject

    return by_subject(r.sleep2(), range(8))
