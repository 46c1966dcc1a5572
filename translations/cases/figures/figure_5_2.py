"""Figure 5.2: the data of all subjects.

`facet_wrap(~ Subject)` is `facet_wrap("Subject")`; both lay 18 panels out in four rows of five, in the order of the
factor's levels. A Subject that is no Categorical would be sorted as text, which here is the same order.
"""

import translations as r
from translations.cases.figures._shared import layer_tolerances
from translations.figures.built import built
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.2", order=2, tolerance=layer_tolerances(point=tol.EXACT))
def figure_5_2():
    return built(plot())


def plot():
    """The plot."""
    from plotnine import aes, facet_wrap, geom_point, ggplot, scale_x_continuous

    from translations.figures.style import DATA, own_theme

    return (
        ggplot(r.sleepstudy(), aes("Days", "Reaction"))
        + geom_point(color=DATA, size=1.2)
        + scale_x_continuous(breaks=range(10))
        + facet_wrap("Subject")
        + own_theme()
    )
