"""The way of the data: which functions a formula's text, the data and theta go through, from `lmer` to the printed
text."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

import translations as r

FORMULA = "Reaction ~ Days + (Days | Subject)"
PACKAGE = str(Path(r.__file__ or "").parent)


def stops_of(is_it: Callable[[Any], bool], data: Any, optimizer: str) -> list[str]:
    """The package's functions that are called with what `is_it` knows, in order, each once."""
    found: list[str] = []

    def look(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(PACKAGE):
            given = [frame.f_locals.get(name) for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]]
            if any(map(is_it, given)):
                found.append(code.co_name)

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        r.console(r.lmer(FORMULA, data, control=optimizer))
    finally:
        sys.setprofile(before)
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("optimizer", ["nloptwrap", "newton"])
def test_all_go_down_without_coming_back(optimizer: str) -> None:
    """The formula to `split`, which takes it apart, and then only to be printed; the data to the frame and into the
    model; the theta of the fit into the criterion, and as templates into the text: at most 12 stops each."""
    data = r.sleepstudy()
    formula = stops_of(lambda one: isinstance(one, str) and one == FORMULA, data, optimizer)
    assert formula[:2] == ["lmer", "split"] and "build_design" not in formula and len(formula) <= 12, formula
    frame = stops_of(lambda one: one is data, data, optimizer)
    assert frame[:3] == ["lmer", "build_design", "model_frame"] and frame[-1] == "fit" and len(frame) <= 12, frame
    best = r.lmer(FORMULA, data, control=optimizer).theta
    theta = stops_of(lambda one: isinstance(one, np.ndarray) and np.array_equal(one, best), data, optimizer)
    assert theta[-1] == "templates" and len(theta) <= 12, theta
