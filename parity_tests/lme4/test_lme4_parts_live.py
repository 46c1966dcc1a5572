"""The stored answers about single functions are those of the R on this machine."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from .stored_parts import COMPARED, HERE, STORED


@pytest.mark.long
@pytest.mark.usefixtures("live_r")
def test_stored_answers_are_live_answers(tmp_path: Path) -> None:
    environment = os.environ | {"LC_ALL": "C.UTF-8", "LANGUAGE": "en"}
    subprocess.run(["Rscript", "--vanilla", "_infer_parts.R", str(tmp_path)], cwd=HERE, env=environment, check=True,
                   capture_output=True)
    live = json.loads((tmp_path / "infer_parts.json").read_text(encoding="utf-8"))
    for part in STORED.keys() - {"provenance", "comparisons"}:
        assert live[part] == STORED[part]
    assert live["comparisons"].keys() == COMPARED.keys()
    for name in ("anova", "subset", "F", "ranova", "profnames", "updated"):
        assert live["comparisons"][name] == COMPARED[name]
