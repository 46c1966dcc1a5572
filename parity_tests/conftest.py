"""What several folders of tests share."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import pytest

from .browser import browser_page, chromium

if TYPE_CHECKING:
    from .generated.session import Session

__all__ = ["browser_page", "chromium"]

collect_ignore = ["recipes"]  # R's answers to the recipes of CONTRIBUTING.md: their cases are written when followed


def pytest_configure(config: pytest.Config) -> None:
    """Know the marker of the tests that need a browser."""
    config.addinivalue_line("markers", "browser: needs Chromium (RPARITY_REQUIRE_BROWSER=1: a failure without)")
    config.addinivalue_line("markers", "long: takes half a minute, and so is handed out before what is short")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use the browser; the long ones come first."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collectstart() -> None:
    """What is collected stays: the garbage collector need not look through ten thousand tests again and again."""
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """From here on it looks at what is new."""
    gc.freeze()
    gc.enable()


def pytest_sessionfinish() -> None:
    """Joblib's workers, where there were any, are killed: they would be waited for, and end as slowly as they start."""
    if loky := sys.modules.get("joblib.externals.loky"):
        loky.get_reusable_executor(reuse=True).shutdown(kill_workers=True)


@pytest.fixture(scope="session")
def absent() -> Callable[[str], NoReturn]:
    """For what a live test needs and this machine lacks: a skip, or a failure where live R is demanded."""
    return pytest.fail if os.environ.get("RPARITY_REQUIRE_R") else pytest.skip


@pytest.fixture(scope="session")
def rscript_of(absent: Callable[[str], NoReturn]) -> Callable[[str], str]:
    """The command of the R that RPARITY_RSCRIPT_45 or _46 names, by "45" or "46"."""
    def command(release: str) -> str:
        name = f"RPARITY_RSCRIPT_{release}"
        return os.environ.get(name) or absent(f"{name} names no R: set it to a command such as 'chroot DIR Rscript'")
    return command


NOTABLE = 0.005  # seconds: what --durations shows


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """In a worker: of a test that passes only what says something is reported. Each message costs its maker and the
    controller as much as most tests do, and by itself pytest sends five a test.
    """
    if not hasattr(item.config, "workerinput"):
        return None
    if report(item, "setup"):
        report(item, "call")
    report(item, "teardown", nextitem=nextitem)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def report(item: pytest.Item, when: Literal["setup", "call", "teardown"], **given: Any) -> bool:
    """Run a phase of a test, send its report where that says something, and tell whether it passed."""
    hook = getattr(item.ihook, f"pytest_runtest_{when}")
    ran = pytest.CallInfo.from_call(lambda: hook(item=item, **given), when=when,
                                    reraise=(pytest.exit.Exception, KeyboardInterrupt))
    told = item.ihook.pytest_runtest_makereport(item=item, call=ran)
    if when == "call" or not told.passed or told.duration > NOTABLE:
        item.ihook.pytest_runtest_logreport(report=told)
    return bool(told.passed)


@pytest.fixture(scope="module")
def asked() -> Iterator[Session]:
    """R in a process of its own, for generated questions."""
    from .generated.session import Session

    one = Session()
    yield one
    one.close()
