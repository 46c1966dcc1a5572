"""The table of an EmmGrid."""

from __future__ import annotations

import pandas as pd

from translations.printing.objects import Textual


class EmmSummary(Textual, pd.DataFrame):  # type: ignore[misc]
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

    def __repr__(self) -> str:
        return f"<EmmSummary of {len(self)}: {', '.join(map(str, self.columns))}>"
