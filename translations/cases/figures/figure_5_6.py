"""Figure 5.6: partial pooling.

`geom_line(data = newdata)` keeps the plot's mapping and takes other data; `predict` gave the new column the response's
name, so nothing else need be said.
"""

import translations as r
from translations.cases.figures._shared import layer_tolerances
from translations.figures.built import built
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.4", order=6, tolerance=layer_tolerances(tol.FITTED, point=tol.EXACT, line=tol.FITTED))
def figure_5_6(control=None):
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2(), control=control)
    return built(plot(pp_mod))


def plot(pp_mod):
    """The plot, of the chapter's mixed model."""
    from plotnine import geom_line

    from translations.figures.chapter import by_subject, grid_of
    from translations.figures.style import MODEL

    newdata = grid_of(range(8))
    newdata["Reaction"] = r.predict(pp_mod, newdata).to_numpy()
    return by_subject(r.sleep2(), range(8), geom_line(data=newdata, color=MODEL))
