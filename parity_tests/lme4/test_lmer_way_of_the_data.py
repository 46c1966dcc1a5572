"""The way of the data: which functions a formula's text goes through, from `lmer` to the printed text."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import translations as r

FORMULA = "Reaction ~ Days + (Days | Subject)"
PACKAGE = str(Path(r.__file__ or "").parent)


def stops_of(text: str, data: Any) -> list[str]:
    """The package's functions that are called with the text, in order, each once."""
    found: list[str] = []

    def look(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(PACKAGE):
            given = [frame.f_locals.get(name) for name in code.co_varnames[: code.co_argcount]]
            if any(isinstance(one, str) and one == text for one in given):
                found.append(code.co_name)

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        r.console(r.lmer(text, data))
    finally:
        sys.setprofile(before)
    return list(dict.fromkeys(found))


def test_a_formula_goes_down_without_coming_back() -> None:
    """Down to `split`, which takes it apart, and then only its text, which is printed: at most 12 stops."""
    stops = stops_of(FORMULA, r.sleepstudy())
    assert stops[:2] == ["lmer", "build_design"] and stops.index("split") < 5 and len(stops) <= 12, stops
