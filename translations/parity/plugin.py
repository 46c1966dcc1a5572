"""The pytest plugin, registered as an entry point: each case of a directory is collected as one test a comparison.

Options: `--live-r` compares with the R of this machine too (`--rscript` with one behind a command, `--release` names
the release whose stored answers count), `--require-r` (or RPARITY_REQUIRE_R=1) makes its absence a
failure, `--suite` keeps the cases of one suite, `--parity-report=FILE` writes the parity table as JSON (or HTML).
Fixtures for hand-written tests: `live_r`, R as after its start; `parity`, which compares.
"""
from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from translations.releases import release

from . import paths
from .blame import blame
from .cases import Case, Suite, declares_case, directory_suite, is_reference
from .check import LIVE, R_DEFAULT, NotInRelease, Outcome, compare, compare_values, comparisons
from .flatten import flatten
from .reference import MissingReference
from .session import with_command

if TYPE_CHECKING:
    from .session import LiveR

Kind = TypeVar("Kind")

_OURS = re.compile(r"^(from|import) translations\b.*\bparity\b", re.MULTILINE)

# What a test says about itself in its report, which is how it reaches the session that xdist's workers report to.
RAN_LIVE, OUTCOME = "rparity live", "rparity outcome"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the plugin's options under a heading of their own."""
    group = parser.getgroup("rparity", "parity with R")
    group.addoption("--live-r", action="store_true", help="run the tests that need R (skipped where R is absent)")
    group.addoption("--require-r", action="store_true", help="run them; fail where R is absent (RPARITY_REQUIRE_R=1)")
    group.addoption("--rscript", metavar="COMMAND", help="live R behind a command (RPARITY_RSCRIPT)")
    group.addoption("--release", metavar="NAME", help="the release of R whose stored answers cases are compared with")
    group.addoption("--suite", metavar="NAME", help="keep the cases of one suite only")
    group.addoption("--parity-report", metavar="FILE", type=Path, help="write the parity table: .json or .html")


def pytest_configure(config: pytest.Config) -> None:
    """Collect what the tests report, and know the marker of the tests that need R."""
    config.addinivalue_line("markers", "live: compares with the R at hand")
    with_command(config.getoption("--rscript"))
    if config.getoption("--release"):
        try:
            release(config.getoption("--release"))
        except KeyError as error:
            raise pytest.UsageError(f"--release: {error.args[0]}") from None
    config.pluginmanager.register(_Collected(config))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A Python file that declares a case is a file of tests; so is what is left of a case, which fails."""
    if file_path.suffix not in (".py", ".R", ".json") or _built_in(file_path.parent):
        return None
    if file_path.suffix == ".py" and _declares(file_path):
        return CaseFile.from_parent(parent, path=file_path)
    # One of the three names stands for what is left: the first that is there.
    beside = (file_path.with_suffix(suffix) for suffix in (".py", ".R", ".json"))
    if file_path == next(file for file in beside if file.is_file()) and _is_left(file_path):
        return LeftFile.from_parent(parent, path=file_path)
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that need R, and keep the cases of the suite that `--suite` names; tests that are no case stay."""
    for item in items:
        if "live_r" in getattr(item, "fixturenames", ()) or _given(item, "against", str) in LIVE:
            item.add_marker("live")
    wanted = config.getoption("--suite")
    if wanted in (None, "all"):
        return
    name = Path(wanted).name
    kept = [item for item in items if _suite_of(item) in (None, name)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


class CaseFile(pytest.File):
    """A case's file: one test a comparison."""

    def collect(self) -> Iterator[pytest.Item]:
        """The comparisons, live ones last."""
        suite = directory_suite(self.path.parent)
        try:
            case = suite.load(self.path)
        except Exception as error:  # whatever a file may do that is being written: the others are collected
            yield BrokenItem.from_parent(self, name=f"{self.path.stem}[{R_DEFAULT}]", suite=suite,
                                         said=blame(error, suite.code, self.path))
            return
        for against in comparisons(suite, case, live=True):
            name = f"{case.name}[{against}]"
            yield ComparisonItem.from_parent(self, name=name, suite=suite, case=case, against=against)


class LeftFile(pytest.File):
    """What is left of a case that is gone: one test, which fails."""

    def collect(self) -> Iterator[pytest.Item]:
        """The test, which says what is missing."""
        suite = directory_suite(self.path.parent)
        yield LeftItem.from_parent(self, name=f"{self.path.stem}[{R_DEFAULT}]", suite=suite)


class BrokenItem(pytest.Item):
    """A case that cannot be loaded: it fails, and says why."""

    def __init__(self, *, suite: Suite, said: str = "", **given: Any) -> None:
        super().__init__(**given)
        self.suite, self.said = suite, said

    def runtest(self) -> None:
        """Fail, and say what is wrong."""
        outcome = Outcome(self.suite.name, self.path.stem, R_DEFAULT, error=self.said)
        self.user_properties.append((OUTCOME, outcome.as_dict()))
        raise AssertionError(outcome.explain())

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is missing, or stands on a line that is named, needs no traceback."""
        return str(excinfo.value)


class LeftItem(BrokenItem):
    """An R script or a reference without a translation."""

    def runtest(self) -> None:
        """Fail, and say what is missing."""
        self.said = self.suite.incomplete()[self.path.stem]
        super().runtest()


class ComparisonItem(pytest.Item):
    """One comparison of one case."""

    def __init__(self, *, suite: Suite, case: Case, against: str, **given: Any) -> None:
        super().__init__(**given)
        self.suite, self.case, self.against = suite, case, against

    def runtest(self) -> None:
        """Compare; a comparison with live R starts it first."""
        Parity(self.config, self.user_properties).case(self.suite, self.case, self.against)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """A value that falls short needs no traceback."""
        plain = isinstance(excinfo.value, AssertionError | MissingReference)
        return str(excinfo.value) if plain else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case is declared."""
        return self.case.path, self.case.function.__code__.co_firstlineno - 1, self.name


class Parity:
    """What the fixture `parity` gives: comparisons that fail with labels, both values, digits and the likely cause."""

    def __init__(self, config: pytest.Config, properties: list[tuple[str, Any]]) -> None:
        self._config, self._properties = config, properties

    def case(self, suite: Suite, case: Case, against: str) -> None:
        """Make one comparison of a case. Raises AssertionError, MissingReference, and what the translation raises; the
        test is skipped, with the reason, where the release has not what the case computes.
        """
        if against in LIVE:
            start_r(self._config)
            self._properties.append((RAN_LIVE, True))
        try:
            outcome = compare(suite, case, against, self._config.getoption("--release"))
        except NotInRelease as reason:
            pytest.skip(f"{suite.name}/{case.name}: {reason}")
        self._properties.append((OUTCOME, outcome.as_dict()))
        if not outcome.passed:
            raise AssertionError(outcome.explain())

    def equal(self, got: dict[str, Any], expected: dict[str, Any], tolerance: Any, reference: str = "default") -> None:
        """Compare two named answers, flattened to labelled values, by a tolerance (named, or a number of digits)."""
        outcome = compare_values(flatten(got), flatten(expected), tolerance, reference)
        if not outcome.passed:
            raise AssertionError(outcome.explain())


@pytest.fixture
def parity(request: pytest.FixtureRequest) -> Parity:
    """Comparisons for hand-written tests: `parity.equal(got, expected, 9)`, `parity.case(suite, case, "R")`."""
    return Parity(request.config, request.node.user_properties)


def wants_r(config: pytest.Config) -> bool:
    """Whether live R was asked for."""
    return bool(config.getoption("--live-r") or requires_r(config))


def requires_r(config: pytest.Config) -> bool:
    """Whether the absence of live R is a failure."""
    return bool(config.getoption("--require-r") or os.environ.get("RPARITY_REQUIRE_R", "") not in ("", "0"))


@pytest.fixture
def live_r(request: pytest.FixtureRequest) -> LiveR:
    """R, as after its start. Skipped unless asked for; a failure where required and absent."""
    r: LiveR = start_r(request.config)
    request.node.user_properties.append((RAN_LIVE, True))
    r.reset()
    return r


def start_r(config: pytest.Config) -> Any:
    """The live session, or the skip or failure that its absence is."""
    if not wants_r(config):
        pytest.skip("live R was not asked for: --live-r")
    from .installed import NoLiveR
    from .session import session

    try:
        return session()
    except NoLiveR as error:
        if requires_r(config):
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))


class _Collected:
    """The outcomes and the number of live tests of a session, from the reports of its tests (xdist's workers' too)."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._outcomes: list[dict[str, Any]] = []
        self._live = 0
        self._start = time.perf_counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what a test said about itself."""
        if report.when != "call":
            return
        told: dict[str, Any] = dict(report.user_properties)
        self._live += bool(told.get(RAN_LIVE))
        if OUTCOME in told:
            self._outcomes.append(told[OUTCOME])

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say how many tests ran against live R, and write the report that was asked for."""
        if wants_r(self._config):
            terminalreporter.write_line(f"{self._live} tests ran against live R")
        target = self._config.getoption("--parity-report")
        if target and not hasattr(self._config, "workerinput"):
            from translations.files import replace

            from . import report

            found = [_outcome(told) for told in self._outcomes]
            write = report.as_html if target.suffix == ".html" else report.as_json
            replace({target: write(found, time.perf_counter() - self._start)})
            terminalreporter.write_line(f"parity of {len(found)} comparisons written to {target}")


def _built_in(directory: Path) -> bool:
    """Whether a directory is ours, where code and references lie apart and tests of our own look at them."""
    ours = (paths.PACKAGE, paths.PACKAGE.parent / "fixtures")
    return any(directory.is_relative_to(folder) for folder in ours)


def _declares(file: Path) -> bool:
    """Whether a Python file declares a case. One without an R script beside it must say that the case is ours: other
    packages have decorators of that name.
    """
    if not declares_case(file) or file.with_suffix(".R").is_file():
        return declares_case(file)
    code = file.read_text(encoding="utf-8", errors="replace")
    return _OURS.search(code) is not None and re.search(rf"(?m)^def {file.stem}\(", code) is not None


def _is_left(file: Path) -> bool:
    """Whether a file is left of a case. An R script is one where cases or references lie beside it."""
    if file.name.startswith("_"):
        return False
    script, stored = file.with_suffix(".R").is_file(), file.with_suffix(".json")
    if stored.is_file() and is_reference(stored):
        return True
    return script and _is_suite(file.parent)


def _is_suite(directory: Path) -> bool:
    return any(map(_declares, directory.glob("*.py"))) or any(map(is_reference, directory.glob("*.json")))


def _outcome(told: dict[str, Any]) -> Outcome:
    return Outcome(**told)


def _suite_of(item: pytest.Item) -> str | None:
    suite = _given(item, "suite", Suite)
    return suite.name if suite else None


def _given(item: pytest.Item, name: str, kind: type[Kind]) -> Kind | None:
    """What one of our items, or the parameters of a test function, hold under a name, if it is of our kind."""
    value = getattr(item, name, None) or getattr(getattr(item, "callspec", None), "params", {}).get(name)
    return value if isinstance(value, kind) else None
