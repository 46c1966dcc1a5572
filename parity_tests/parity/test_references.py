"""References: a missing one is an error, a changed one fails its own case and no other."""
from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
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
    for kind, fit in stored.fits.items():
        if kind == "tight" and not case.takes_control:
            continue
        found = match(answer(case, FITS[kind][1]).values, mutated(fit.values, case, kind), case.tolerance, kind)
        assert {one.label for one in found.short} == set(fit.values)


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[Suite], Suite]:
    """A suite whose references may be spoilt."""
    def make(suite: Suite) -> Suite:
        shutil.copytree(suite.references, tmp_path / "references")
        if suite.certified.is_dir():
            shutil.copytree(suite.certified, tmp_path / "certified")
        return replace(suite, references=tmp_path / "references", certified=tmp_path / "certified")
    return make


@pytest.mark.parametrize("spoilt_from", [0, 1])
@pytest.mark.parametrize("suite", [pytest.param(suite, id=suite.name) for suite in SUITES])
def test_a_changed_value_fails_its_case_and_no_other(
    suite: Suite, spoilt_from: int, copy: Callable[[Suite], Suite],
) -> None:
    """One value of every other case is changed: those cases fail, each naming its value, and the rest are as before."""
    copied, cases = copy(suite), suite.cases()
    kinds = [(case, against) for case in cases for against in (R_DEFAULT, *([R_TIGHT] if case.takes_control else []))]
    before = [outcome(copied, case, against) for case, against in kinds]
    changed = {case.name: _change_one_value(copied, case) for case in cases[spoilt_from::2]}
    for (case, against), was in zip(kinds, before, strict=True):
        now = outcome(copied, case, against)
        if case.name in changed:
            assert not now.passed and changed[case.name] in now.explain(most=10**6)
        else:
            assert now == was


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
    reference.reference_path(spoilt, case.name).unlink()
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
            reference.other_paths(spoilt, case.name)[kind].unlink()
            with pytest.raises(reference.MissingReference, match=case.name):
                compare(spoilt, case, R_DEFAULT)


def test_what_is_written_is_what_is_read() -> None:
    values: Values = {"a": 1 / 3, "b": 5e-324, "c": "ü\n\"", "d": True, "e": 3, "f": -1.5e300}
    fits = {"default": reference.RAnswer(values, ("‘a’", ""), ("careful",))}
    text = reference.render(fits, ("chapter",), {"R": "4.2.2", "sources": {"a.R": "00"}})
    read = reference.parse(text)
    assert (dict(read.fits), read.beside, read.provenance["R"]) == (fits, ("chapter",), "4.2.2")
    assert '"a": 0.33333333333333331' in text
