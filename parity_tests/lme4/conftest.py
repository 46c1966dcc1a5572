"""What the tests of mixed models share."""

from __future__ import annotations

from typing import Any

import pytest

import translations as r
from translations.lme4.model import LmerMod


@pytest.fixture(scope="session")
def slopes() -> LmerMod:
    """Intercepts and slopes of the sleep study's subjects."""
    return r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2())


@pytest.fixture
def herds() -> Any:
    """The chapter of lme4's `glmer` on contagious pleuropneumonia."""
    return r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), r.binomial)
