"""The stored answers about single functions are those of the R on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from .stored_parts import COMPARED, STORED, answered


@pytest.mark.long
@pytest.mark.usefixtures("live_r")
def test_stored_answers_are_live_answers(tmp_path: Path) -> None:
    live = answered("_infer_parts.R", tmp_path)
    for part in STORED.keys() - {"provenance", "comparisons"}:
        assert live[part] == STORED[part]
    assert live["comparisons"].keys() == COMPARED.keys()
    for name in ("anova", "subset", "F", "ranova", "profnames", "updated"):
        assert live["comparisons"][name] == COMPARED[name]
