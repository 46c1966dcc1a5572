"""The table of an EmmGrid."""

from __future__ import annotations

from translations.printing.objects import ResultFrame, Textual


class EmmSummary(Textual, ResultFrame):
    """The table of an EmmGrid: levels, then estimate, SE, df and what was inferred; `str()` is R's text.

    estimate: the name of the estimates' column; by: variables whose levels part the printed table; notes: the lines
    below it.
    """

    _metadata = ["estimate", "by", "notes"]
    estimate: str = ""
    by: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<EmmSummary of {len(self)}: {', '.join(map(str, self.columns))}>"
