"""From a CSV file to a report: the script beside this one, as its reader runs it."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import rparity as r


def test_from_a_csv_file_to_a_report(tmp_path: Path) -> None:
    """Numbers of R 4.2.2 with lmerTest 3.1-3: summary(model, ddf = "Kenward-Roger"), emmeans 1.8.4."""
    pytest.importorskip("plotnine", reason="the figure needs plotnine: pip install 'rparity[figures]'")
    sleep = r.sleepstudy().assign(phase=lambda d: np.where(d.Days < 5, "early", "late"))
    lost = pd.DataFrame({"Reaction": [np.nan], "Days": [3], "Subject": ["308"], "phase": ["early"]})
    pd.concat([sleep, lost]).to_csv(tmp_path / "sleep.csv", index=False)
    script = Path(__file__).parent / "psychologist.py"
    command = [sys.executable, str(script), "sleep.csv", "report"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "Reaction time rose by 10.5 ms a day (SE 1.5, t(17) = 6.77, p < .001).\n"
    place = tmp_path / "report"
    fixed = pd.read_csv(place / "fixed_effects.csv", index_col=0)
    in_r = [10.467286, 1.54578964, 17.0, 6.77148149, 3.26380802e-06]
    assert fixed.loc["Days"].to_numpy()[:5] == pytest.approx(in_r, rel=1e-6)
    report = (place / "report.html").read_text(encoding="utf-8")
    for told in ("left out: 1", "singular: False", "warnings: none", "early - late", "&lt; 2e-16", "Days in (Days"):
        assert told in report, told
    assert (place / "residuals.png").read_bytes().startswith(b"\x89PNG")
    assert r.fixef(r.load(place / "model.json"))["Days"] == pytest.approx(10.467286, rel=1e-6)
