"""The chapter's figures and those of a fitted model, plotted with plotnine, whose grammar is ggplot2's.

    from translations.figures import FIGURES, draw, save
    draw("figure_5_6")                          a plotnine plot
    save(["figure_5_6"], "pictures", ["svg"])   [Path("pictures/figure_5_6.svg")]
    FIGURES["figure_5_6"].alt                   what it shows, for those who do not see it

plotnine is imported when something is plotted; it comes with `pip install 'rparity[figures]'`.
"""

from .catalogue import FIGURES, Figure, MissingPlotnine, draw
from .files import FORMATS, save

__all__ = ["FIGURES", "FORMATS", "Figure", "MissingPlotnine", "draw", "save"]
