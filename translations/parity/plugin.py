"""The pytest plugin, registered as an entry point: each case of a directory is collected as one test a comparison.

Options: `--live-r` compares with the R of this machine too, `--require-r` (or RPARITY_REQUIRE_R=1) makes its absence a
failure, `--suite` keeps the cases of one suite, `--parity-report=FILE` writes the parity table as JSON (or HTML).
Fixtures for hand-written tests: `live_r`, a fresh `translations.parity.live.R`; `parity`, which compares labelled values.
"""
from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from translations.parity.live import R


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the plugin's options under a heading of their own."""
    group = parser.getgroup("rparity", "parity with R")
    group.addoption("--live-r", action="store_true", help="run the tests that need R (skipped where R is absent)")
    group.addoption("--require-r", action="store_true", help="run them, and fail where R is absent (RPARITY_REQUIRE_R=1)")


def wants_r(config: pytest.Config) -> bool:
    """Whether live R was asked for."""
    return bool(config.getoption("--live-r") or requires_r(config))


def requires_r(config: pytest.Config) -> bool:
    """Whether the absence of live R is a failure."""
    return bool(config.getoption("--require-r") or os.environ.get("RPARITY_REQUIRE_R", "") not in ("", "0"))


@pytest.fixture
def live_r(pytestconfig: pytest.Config) -> Iterator[R]:
    """R, as after its start. Skipped unless asked for; a failure where required and absent."""
    session = start_r(pytestconfig)
    session.reset()
    yield session


def start_r(config: pytest.Config) -> Any:
    """The live session, or the skip or failure that its absence is."""
    if not wants_r(config):
        pytest.skip("live R was not asked for: --live-r")
    from translations.parity.live import NoLiveR, R

    try:
        return R()
    except NoLiveR as error:
        if requires_r(config):
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))
