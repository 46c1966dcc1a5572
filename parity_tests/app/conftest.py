"""What the tests of the app share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .served import Served


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """A running app, which must say nothing."""
    with Served() as running:
        yield running
    assert running.said == [], "the server complained"


@pytest.fixture(autouse=True)
def nothing_said(request: pytest.FixtureRequest) -> Iterator[None]:
    """What the server says during a test fails it."""
    running = request.getfixturevalue("served") if "served" in request.fixturenames else None
    yield
    if running is not None:
        said, running.said = running.said, []
        assert said == [], "the server complained"
