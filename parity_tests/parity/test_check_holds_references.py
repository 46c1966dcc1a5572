"""References: a missing one is an error, a changed one fails its own case and no other."""
from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from translations.parity import reference
from translations.parity.cases import Case, Suite, suites
from translations.parity.check import CERTIFIED, CHAPTER, R_DEFAULT, R_TIGHT, answer, compare, comparisons, outcome
from translations.parity.compare import match
from translations.parity.flatten import Scalar, Values, item_of
from translations.parity.tolerances import tolerance_for

SUITES = suites()
CASES = [(suite, case) for suite in SUITES for case in suite.cases()]
each_case = pytest.mark.parametrize(
    ("suite", "case"), [pytest.param(*one, id=f"{one[0].name}/{one[1].name}") for one in CASES])
FITS = {"default": (R_DEFAULT, "nloptwrap"), "tight": (R_TIGHT, "newton")}


def moved(value: Scalar, digits: float, scale: float) -> Scalar:
    """A stored value moved by ten times what `digits` of `scale` allow; text and booleans become others."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return f"{value}?"
    return value + max(10.0 ** (1 - digits), 4e-15) * scale


def mutated(values: Values, case: Case, kind: str) -> Values:
    """Every value moved, by its own size or, where the tolerance says so, by the largest of its item."""
    sizes = {label: 0.0 if isinstance(value, (str, bool)) else abs(value) for label, value in values.items()}
    largest: dict[str, float] = {}
    for label, size in sizes.items():
        largest[item_of(label)] = max(size, largest.get(item_of(label), 0.0))

    def move(label: str, value: Scalar) -> Scalar:
        allowed = tolerance_for(label, case.tolerance)
        scale = largest[item_of(label)] if allowed.relative_to == "item" else sizes[label]
        return moved(value, allowed.digits(kind), scale or 1.0)

    return {label: move(label, value) for label, value in values.items()}


@each_case
def test_every_stored_value_is_held_to_its_tolerance(suite: Suite, case: Case) -> None:
    stored = reference.load(suite, case.name)
    assert set(stored.fits) == {"default", *(["tight"] if case.takes_control else [])}
    for kind, fit in stored.fits.items():
        found = match(answer(case, FITS[kind][1]).values, mutated(fit.values, case, kind), case.tolerance, kind)
        assert {one.label for one in found.short} == set(fit.values)


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Suite], Suite]:
    """A suite whose references may be taken away: copied once a process, so whoever takes one puts it back."""
    @cache
    def make(suite: Suite) -> Suite:
        return copied(suite, tmp_path_factory.mktemp("whole"))
    return make


@pytest.fixture(scope="session")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Suite], tuple[Suite, dict[str, str]]]:
    """A suite in whose references one value of each case is changed, and the labels of these values."""
    @cache
    def make(suite: Suite) -> tuple[Suite, dict[str, str]]:
        spoilt = copied(suite, tmp_path_factory.mktemp("changed"))
        return spoilt, {case.name: _change_one_value(spoilt, case) for case in suite.cases()}
    return make


def copied(suite: Suite, place: Path) -> Suite:
    shutil.copytree(suite.references, place / "references")
    if suite.certified.is_dir():
        shutil.copytree(suite.certified, place / "certified")
    for folder in suite.references.parent.iterdir():  # scripts source and read what lies in other folders
        if folder.is_dir() and not (place / folder.name).exists():
            (place / folder.name).symlink_to(folder)
    return replace(suite, references=place / "references", certified=place / "certified")


@contextmanager
def taken_away(path: Path) -> Iterator[None]:
    """A file is not where it was; afterwards it is there again, and no younger."""
    away = path.rename(path.with_name(f"{path.name}.away"))
    try:
        yield
    finally:
        away.rename(path)


@each_case
def test_a_changed_value_fails_its_case_and_no_other(
    suite: Suite, case: Case, changed: Callable[[Suite], tuple[Suite, dict[str, str]]],
) -> None:
    """One value of every other case is changed: this case is as before. Then its own is: it fails, naming the value."""
    spoilt, labels = changed(suite)
    kinds = (R_DEFAULT, *([R_TIGHT] if case.takes_control else []))
    path = reference.reference_path(spoilt, case.name)
    with taken_away(path):
        shutil.copy2(reference.reference_path(suite, case.name), path)
        assert [outcome(spoilt, case, kind) for kind in kinds] == [outcome(suite, case, kind) for kind in kinds]
    for kind in kinds:
        now = outcome(spoilt, case, kind)
        assert not now.passed and labels[case.name] in now.explain(most=10**6)


def _change_one_value(suite: Suite, case: Case) -> str:
    """Change the middle value of a case's reference, in both fits, and return its label."""
    path = reference.reference_path(suite, case.name)
    stored = reference.parse(path.read_text(encoding="utf-8"))
    label = sorted(stored.fits["default"].values)[len(stored.fits["default"].values) // 2]
    fits = {kind: replace(fit, values={**fit.values, label: mutated(fit.values, case, kind)[label]})
            for kind, fit in stored.fits.items()}
    path.write_text(reference.render(fits, stored.beside, stored.provenance), encoding="utf-8")
    return label


@each_case
def test_a_deleted_reference_is_an_error(suite: Suite, case: Case, copy: Callable[[Suite], Suite]) -> None:
    spoilt = copy(suite)
    with taken_away(reference.reference_path(spoilt, case.name)):
        for against in comparisons(suite, case):
            with pytest.raises(reference.MissingReference, match=f"{case.name}.json.*rparity regenerate"):
                compare(spoilt, case, against)


@pytest.mark.parametrize("kind", [CHAPTER, CERTIFIED])
def test_a_deleted_neighbour_is_an_error_too(kind: str, copy: Callable[[Suite], Suite]) -> None:
    for suite in SUITES:
        if suite.name == "chapter5":
            spoilt = copy(suite)
            case = next(one for one in suite.cases() if one.name == "fixef")
            assert kind in comparisons(spoilt, case)
            with (taken_away(reference.other_paths(spoilt, case.name)[kind]),
                  pytest.raises(reference.MissingReference, match=case.name)):
                compare(spoilt, case, R_DEFAULT)


def test_what_is_written_is_what_is_read() -> None:
    values: Values = {"a": 1 / 3, "b": 5e-324, "c": "ü\n\"", "d": True, "e": 3, "f": -1.5e300}
    fits = {"default": reference.RAnswer(values, ("‘a’", ""), ("careful",))}
    text = reference.render(fits, ("chapter",), {"R": "4.2.2", "sources": {"a.R": "00"}})
    read = reference.parse(text)
    assert (dict(read.fits), read.beside, read.provenance["R"]) == (fits, ("chapter",), "4.2.2")
    assert '"a": 0.33333333333333331' in text
