"""The table of an EmmGrid."""

from __future__ import annotations

import pandas as pd

from translations.printing.dispatch import as_html, render
from translations.printing.style import Style


class EmmSummary(pd.DataFrame):
    """The table of an EmmGrid: levels, then estimate, SE, df and what was inferred; `str()` is R's text.

    estimate: the name of the estimates' column; by: variables whose levels part the printed table; notes: the lines
    below it.
    """

    _metadata = ["estimate", "by", "notes"]
    estimate: str = ""
    by: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    def __str__(self) -> str:
        return "\n".join(render(self, Style()))

    def _repr_html_(self) -> str:
        return as_html(self)

    def __repr__(self) -> str:
        return f"<EmmSummary of {len(self)}: {', '.join(map(str, self.columns))}>"
