"""A real browser for tests: Debian's Chromium, driven by Playwright, with nothing from the network.

`browser_page` is a page that fails its test when the page logs an error, raises one, fails to load something, or asks
another machine than this one for anything. A test that provokes such things takes `chromium.new_page()` and `watch`.
Every test that uses either is marked `browser`; without Chromium it is skipped with the cure named, or fails where
RPARITY_REQUIRE_BROWSER=1.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, LocatorAssertions, Page

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
_LEFT = "net::ERR_ABORTED"  # the page was left while it loaded
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A running Chromium. It lives for a module: Playwright's event loop must not outlast it into others' tests."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        _absent("no Chromium here; install it with: sudo apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _absent('no Playwright here; install it with: pip install "rparity[test]"')
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium: Browser) -> Iterator[Page]:
    """A fresh page at desktop size whose problems fail the test."""
    context = chromium.new_context(viewport=DESKTOP, reduced_motion="reduce")
    page = context.new_page()
    problems = watch(page)
    yield page
    context.close()
    assert not problems, "\n".join(problems)


def watch(page: Page) -> list[str]:
    """A list that fills with what goes wrong on `page`: logged errors, exceptions, failed and foreign requests."""
    problems: list[str] = []
    page.on("console", lambda said: problems.append(f"console: {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(f"exception: {error}"))
    page.on("requestfailed", lambda asked: None if asked.failure == _LEFT else problems.append(
        f"failed: {asked.url} {asked.failure}"))
    page.on("request", lambda asked: None if _local(asked.url) else problems.append(f"foreign: {asked.url}"))
    return problems


def expect(found: Locator) -> LocatorAssertions:
    """Playwright's `expect`, imported when it is used: without Playwright these tests are skipped, not broken."""
    from playwright.sync_api import expect as expected

    return expected(found)


def sideways_scroll(page: Page) -> int:
    """How many pixels of the page lie beyond the right edge of the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def _local(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("file", "data", "blob", "about") or parts.hostname in ("127.0.0.1", "localhost")


def _absent(cure: str) -> None:
    if os.environ.get("RPARITY_REQUIRE_BROWSER") == "1":
        pytest.fail(cure)
    pytest.skip(cure)
