"""What tests of companions share."""
from __future__ import annotations

from typing import Any

import pytest

import translations as r


@pytest.fixture(scope="session")
def slopes() -> Any:
    """Reaction times with random intercepts and slopes."""
    return r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
