"""Figure 5.4: complete pooling.

`geom_abline` with an intercept and slope of its own knows no panels and is in all of them. A layer that is added
before another lies under it.
"""

import translations as r
from translations.cases.figures._shared import layer_tolerances
from translations.figures.built import built
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.3.1", order=4, tolerance=layer_tolerances(point=tol.EXACT, abline=tol.LINALG))
def figure_5_4():
    return built(plot())


def plot():
    """The plot."""
    from plotnine import geom_abline

    from translations.figures.chapter import by_subject
    from translations.figures.style import MODEL

    sleep2 = r.sleep2()
    intercept, slope = r.coef(r.lm("Reaction ~ days_deprived", sleep2))
    return by_subject(sleep2, range(8), geom_abline(intercept=intercept, slope=slope, color=MODEL))
