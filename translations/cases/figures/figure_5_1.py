"""Figure 5.1: the data of one subject.

`filter(Subject == "308")` is a boolean index; `aes(x = Days)` names the column as text. Everything else is said as in
ggplot2. The range that an axis takes (a twentieth of the data's more on either side) and the breaks that it chooses of
its own are ggplot2's too.
"""

import translations as r
from translations.cases.figures._shared import layer_tolerances
from translations.figures.built import built
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.2", order=1, tolerance=layer_tolerances(point=tol.EXACT))
def figure_5_1():
    return built(plot())


def plot():
    """The plot."""
    from plotnine import aes, geom_point, ggplot, scale_x_continuous

    from translations.figures.style import DATA, own_theme

    sleepstudy = r.sleepstudy()
    return (
        ggplot(sleepstudy[sleepstudy["Subject"] == "308"], aes("Days", "Reaction"))
        + geom_point(color=DATA)
        + scale_x_continuous(breaks=range(10))
        + own_theme()
    )
