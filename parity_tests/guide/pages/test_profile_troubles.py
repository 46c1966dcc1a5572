"""What the page "Profiles in trouble" says that lme4 answers is what it answers."""
from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from translations.data import fixtures_path
from translations.parity.compare import digits
from translations.parity.flatten import flatten

STORED = fixtures_path() / "lme4" / "troubles.json"


def test_lme4s_faults_are_faults() -> None:
    """What makes each of them a fault can be seen in the stored answers alone."""
    stored = json.loads(STORED.read_text())
    assert stored["whole_range"]["ci"] == [-1, 1]
    assert stored["beyond_one"]["ci"][1] > 1
    assert stored["swapped"]["alone"][0] > stored["swapped"]["alone"][1]
    assert min(abs(z) for z in stored["weights"]["zeta"] if z) > 15
    assert "not numerically consistent" in stored["stops"]["says"]


@pytest.mark.usefixtures("live_r")
def test_lme4_answers_so_today(tmp_path: Path) -> None:
    for folder in ("lme4", "data"):
        shutil.copytree(fixtures_path() / folder, tmp_path / folder)
    (tmp_path / "lme4" / "troubles.json").unlink()
    subprocess.run(["Rscript", "_troubles.R"], cwd=tmp_path / "lme4", check=True, capture_output=True)
    today, stored = (flatten(json.loads(path.read_text())) for path in (tmp_path / "lme4" / "troubles.json", STORED))
    assert today.keys() == stored.keys()
    # 15 digits are stored; profiles are read off splines, whose points hang on the optimizer's last bits.
    assert min(digits(today[label], stored[label]) for label in stored if not label.startswith("provenance")) > 6
