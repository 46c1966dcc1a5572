"""Figure 5.5: no pooling.

The lines come from a data frame of their own with the column that panels are made of, Subject, so that each is plotted
where it belongs. `mapping` comes before `data` in a geom's arguments, as in ggplot2.
"""

import translations as r
from translations.cases.figures._shared import layer_tolerances
from translations.figures.built import built
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.3.2", order=5, tolerance=layer_tolerances(point=tol.EXACT, abline=tol.LINALG))
def figure_5_5():
    return built(plot())


def plot():
    """The plot."""
    from plotnine import aes, geom_abline

    from translations.figures.chapter import by_subject, own_lines
    from translations.figures.style import MODEL

    sleep2 = r.sleep2()
    np_model = r.lm("Reaction ~ days_deprived + Subject + days_deprived:Subject", sleep2)
    lines = geom_abline(aes(intercept="intercept", slope="slope"), own_lines(np_model), color=MODEL)
    return by_subject(sleep2, range(8), lines)
