"""The built site, once a session: made by the command that users have, or the one that RPARITY_GUIDE points to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the built site. Tests of it share the xdist group "guide", so that one worker builds it."""
    if given := os.environ.get("RPARITY_GUIDE"):
        return Path(given).resolve()
    out = tmp_path_factory.mktemp("guide") / "site"
    command = [sys.executable, ROOT / "scripts" / "build_guide.py", "--out", out]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-5000:]
    return out
