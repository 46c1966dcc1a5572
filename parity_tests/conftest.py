"""What several folders of tests share."""

from __future__ import annotations

import pytest

from .browser import browser_page, chromium

__all__ = ["browser_page", "chromium"]


def pytest_configure(config: pytest.Config) -> None:
    """Know the marker of the tests that need a browser."""
    config.addinivalue_line("markers", "browser: needs Chromium (RPARITY_REQUIRE_BROWSER=1: a failure without)")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use the browser."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
