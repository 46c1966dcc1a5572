"""Figure 5.7: partial pooling, three days beyond the data.

Lines that go beyond the points widen both axes. No line is plotted beyond the days that were asked for; a `geom_abline`
would go on to the panel's edge.
"""

import translations as r
from translations.cases.figures._shared import layer_tolerances
from translations.figures.built import built
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.5.2", order=7, tolerance=layer_tolerances(tol.FITTED, point=tol.EXACT, line=tol.FITTED))
def figure_5_7(control=None):
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2(), control=control)
    return built(plot(pp_mod))


def plot(pp_mod):
    """The plot, of the chapter's mixed model."""
    from plotnine import geom_line

    from translations.figures.chapter import by_subject, grid_of
    from translations.figures.style import MODEL

    newdata = grid_of(range(11))
    newdata["Reaction"] = r.predict(pp_mod, newdata).to_numpy()
    return by_subject(r.sleep2(), range(11), geom_line(data=newdata, color=MODEL))
