"""The built site that tests look at: `make guide` builds it, minutes of work, and runs them on it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def site() -> Path:
    """The directory that RPARITY_GUIDE names."""
    if given := os.environ.get("RPARITY_GUIDE"):
        return Path(given).resolve()
    pytest.skip("the guide is built, and the site tested, by: make guide")
