"""What the tests of the app share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .served import Served


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """A running app, which must have said nothing when the module's tests are done."""
    with Served() as running:
        yield running
    assert running.said == [], "the server complained"
