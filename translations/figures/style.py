"""How our figures look: black data on white, blue for what a model says, one grey for all that explains.

In grey they differ too: their lightnesses (CIELAB) are about 10, 33, 52 and 68.
"""

from __future__ import annotations

from plotnine import element_blank, element_line, element_rect, element_text, theme, theme_bw

DATA, MODEL, OTHER, QUIET = "#1a1a1a", "#1c4e95", "#c75a1c", "#a0a6ae"
PANEL, GRID = "#f0f2f5", "#e4e7eb"


def own_theme(**more: object) -> theme:
    """The theme of every figure, and what one of them changes."""
    return (
        theme_bw(base_size=10.5)
        + theme(
            panel_grid_minor=element_blank(),
            panel_grid_major=element_line(color=GRID, size=0.6),
            panel_border=element_rect(color="#c3c8ce", fill="none", size=0.8),
            strip_background=element_rect(fill=PANEL, color="#c3c8ce", size=0.8),
            strip_text=element_text(color="#2b2f36", size=9.5),
            axis_ticks=element_line(color="#c3c8ce", size=0.8),
            axis_ticks_minor=element_blank(),
            axis_text=element_text(color="#4a5058", size=8.5),
            axis_title=element_text(color="#2b2f36"),
            legend_key=element_blank(),
            legend_position="top",
        )
        + theme(**more)
    )
