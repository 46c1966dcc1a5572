"""Draw the pictures of README.md: python scripts/readme_pictures.py

The parity table as it stands in a terminal, and the chapter's figure of partial pooling.
"""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

from rich.console import Console

from translations.figures import FIGURES
from translations.figures.files import picture
from translations.files import replace
from translations.parity import report
from translations.parity.cases import suite
from translations.parity.check import outcomes

PLACE = Path(__file__).parent.parent / "docs"
SHOWN = 12  # lines of the table


def main() -> None:
    """Draw both."""
    found = list(outcomes(suite("chapter5")))
    first = [one.case for one in found]
    kept = [one for one in found if one.case in list(dict.fromkeys(first))[-SHOWN:]]
    console = Console(record=True, width=96, file=StringIO(), force_terminal=True)
    table = report.rich_table(kept, 0.0, console.width)
    console.print(table.renderables[0])
    console.print(re.sub(r" in [\d.]+ s.*", "", report.closing(found, 0.0)), style="bold")
    svg = console.export_svg(title="rparity check", unique_id="table")
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)  # fonts that it would fetch
    figure = FIGURES["figure_5_6"]
    replace({PLACE / "table.svg": svg, PLACE / "partial_pooling.png": picture(figure.draw(), figure, "png", 100)})


if __name__ == "__main__":
    main()
