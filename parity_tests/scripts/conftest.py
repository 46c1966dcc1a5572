"""The certifying scripts as modules: they lie outside the package, and share nothing with it."""
from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from translations.data import fixtures_path

SCRIPTS = fixtures_path().parent / "scripts"


@pytest.fixture(scope="session")
def scripts() -> Iterator[None]:
    sys.path.insert(0, str(SCRIPTS))
    yield
    sys.path.remove(str(SCRIPTS))


@pytest.fixture(scope="session")
def scoreboard(scripts: None) -> ModuleType:
    return importlib.import_module("scoreboard")


@pytest.fixture(scope="session")
def models(scoreboard: ModuleType) -> dict[str, Any]:
    """The scored models by key; to read them all takes a second."""
    return {model.key: model for model in scoreboard.all_models()}


@pytest.fixture
def certify(scripts: None) -> ModuleType:
    return importlib.import_module("certify")


@pytest.fixture
def mixed(scripts: None) -> ModuleType:
    module = importlib.import_module("exact.mixed")
    module.mp.dps = 50
    return module


@pytest.fixture
def suites(scripts: None) -> ModuleType:
    return importlib.import_module("exact.suites")
