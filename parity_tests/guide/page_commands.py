"""The files and the commands that a page of the guide tells its reader to write and to run."""
from __future__ import annotations

import re
from pathlib import Path

PAGES = Path(__file__).parents[2] / "translations" / "guide" / "pages"
_FENCE = re.compile(r"^```(\S+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps(page: str) -> list[tuple[str, str]]:
    """What the page asks for, in its order: ("write path", text) or ("run", command)."""
    found = []
    for kind, body in _FENCE.findall((PAGES / page).read_text(encoding="utf-8")):
        if kind == "console":
            found += [("run", line.removeprefix("$ ")) for line in body.splitlines() if line.startswith("$ ")]
        elif kind == "{code-cell}" and body.startswith("%%writefile "):
            first, text = body.split("\n", 1)
            found.append((f"write {first.split(None, 1)[1]}", text))
    return found
