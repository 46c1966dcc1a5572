"""What a case is compared with and what comes of it, on suites made up for the purpose and an R that is one too."""
from __future__ import annotations

import os
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from translations.parity import reference, session
from translations.parity import tolerances as tol
from translations.parity.cases import Suite, case
from translations.parity.check import (
    LIVE,
    Outcome,
    answer,
    compare,
    compare_values,
    comparisons,
    live_answer,
    outcome,
    outcomes,
    version_drift,
)
from translations.parity.compare import DOUBLE, Difference
from translations.parity.reference import MissingReference, Reference
from translations.parity.warned import PYTHONS_OWN
from translations.printing import Matrix, diag

from .made_up import FITTED, PLAIN, answered, store, three_folders, translate

FITS = {"default": answered("[1] 1", x=1.0), "tight": answered("[1] 2", x=2.0)}


@pytest.fixture
def made(tmp_path: Path) -> Suite:
    """A suite with a case that is fitted by two optimizers, which answer 1 and 2, and has every kind of reference."""
    suite = three_folders(tmp_path)
    translate(suite, "fitted", FITTED)
    store(suite, "fitted", ("chapter", "certified"), **FITS)
    (suite.references / "fitted.txt").write_text("[1] 1 \n\n")
    (suite.certified / "fitted.json").write_text('{"labels": ["x"], "values": {"x": "2.000000000000000000000001"}}')
    return suite


def test_what_a_case_is_compared_with(made: Suite) -> None:
    fitted = made.cases()[0]
    fitted.by("scipy")(lambda: {})
    fitted.by("pandas")(lambda: {})
    stored = ["R", "R tight", "R's text", "chapter", "certified", "scipy", "pandas"]
    assert comparisons(made, fitted) == stored
    assert comparisons(made, fitted, live=True) == [*stored, *LIVE]
    silent = case()(lambda: {})
    assert comparisons(made, silent, live=True) == ["R", "live R", "live R = stored"]
    store(made, silent.name, default=answered("said", x=1.0))               # R prints, so that it must
    assert comparisons(made, silent, live=True) == ["R", "R's text", "live R", "live R's text", "live R = stored"]
    assert LIVE == ("live R", "live R tight", "live R's text", "live R = stored")
    assert fitted.prints and not silent.prints


@pytest.mark.parametrize("against", ["R", "R tight", "R's text", "chapter", "certified"])
def test_each_reference_is_compared_with_the_optimizer_that_it_is_for(against: str, made: Suite) -> None:
    found = compare(made, made.cases()[0], against)
    of_text = against in ("R's text", "chapter")
    assert found == Outcome("made", "fitted", against, 1, 1.0 if of_text else DOUBLE,
                            "" if of_text else "x", passed=True)


@pytest.mark.parametrize(("against", "first"), [
    ("R's text", "line 1, number 1 of 1: 1 where 3 is printed"),
    ("chapter", "line 1: '[1] 1' where '[1]  1' is printed")])
def test_a_text_that_parts_says_where_and_stands_beside_the_other(against: str, first: str, made: Suite) -> None:
    store(made, "fitted", default=answered("[1] 3", x=1.0), tight=FITS["tight"])
    (made.references / "fitted.txt").write_text("[1]  1\n")
    theirs = "[1] 3" if against == "R's text" else "[1]  1"
    found = compare(made, made.cases()[0], against)
    assert found == Outcome("made", "fitted", against, 1, 0.0, note=first, diff=((theirs, "|", "[1] 1"),))
    assert found.explain().splitlines()[-1] == f"  {theirs} | [1] 1"


def test_the_text_of_the_tight_fit_and_in_the_chapter_s_words(made: Suite) -> None:
    tight = replace(made.cases()[0], text_at="tight")
    assert compare(made, tight, "R's text").passed
    store(made, "fitted", default=FITS["default"], tight=answered("[1] 1", x=2.0))
    assert not compare(made, tight, "R's text").passed
    named = case(in_words_of="chapter")(lambda: print(diag(Matrix({"a": [1.5, 0], "b": [0, 2]}, ["a", "b"]))) or {})
    (made.references / f"{named.name}.txt").write_text("[1] 1.5 2.0\n")
    store(made, named.name, default=FITS["default"])
    assert compare(made, named, "chapter").passed


def test_a_value_that_falls_short_is_told(made: Suite) -> None:
    def noisy(control: object = None) -> dict[str, float]:
        return {"x": 1.0000123456789}

    one = case(tolerance=9)(noisy)
    store(made, "noisy", default=answered(x=1.0000123556789, y=1.0), tight=answered(x=1.0000123556789))
    found = compare(made, one, "R tight")
    assert (found.values, found.worst, found.cause, found.passed) == (1, "x", "", False)
    assert found.digits == pytest.approx(8, abs=1e-4) and found.digits == found.short[0].digits
    assert compare(made, one, "R").cause == "y is missing here"


def test_without_a_tight_fit_there_is_no_tight_reference(made: Suite) -> None:
    store(made, "fitted", default=FITS["default"])
    with pytest.raises(MissingReference) as missing:
        compare(made, made.cases()[0], "R tight")
    assert str(missing.value).startswith("fitted.json has no tight fit: `rparity regenerate` makes one where fitted.R ")


def test_other_packages_are_held_to_what_is_asked_of_them(made: Suite) -> None:
    fitted = made.cases()[0]
    fitted.tolerance = replace(tol.OPTIMISER, library=4)
    fitted.by("a")(lambda: {"x": 2.000204})
    fitted.by("b", digits=3)(lambda: {"x": 2.000204})
    fitted.by("c", cannot="all of it")(lambda: {})
    fitted.by("d")(lambda: {"x": 1.0})
    a, b, c, d = (compare(made, fitted, name) for name in "abcd")
    assert (a.passed, a.values, a.note) == (False, 1, "") and 3.99 < a.digits < 4
    assert (b.passed, b.note) == (True, "")
    assert (c.passed, c.values, c.note) == (False, 0, "cannot: all of it")         # nothing compared is nothing shown
    assert not d.passed                                                               # the optimum is R's tight fit
    store(made, "fitted", default=FITS["default"])
    assert compare(made, fitted, "d").passed                                      # or its only one
    silent = case(tolerance=9)(lambda: {})
    store(made, silent.name, **FITS)
    silent.by("e", digits=15)(lambda: {"x": 1.0})
    assert compare(made, silent, "e").passed and silent.libraries[0].digits == 15


def test_values_that_belong_to_no_case() -> None:
    assert compare_values({"x": 1.0}, {"x": 1.0}, 15) == Outcome("", "values", "default", 1, DOUBLE, "x", passed=True)
    assert not compare_values({}, {}, 1).passed
    both = {"x": 1.0000123456789}, {"x": 1.0000123556789}
    assert compare_values(*both, tol.OPTIMISER, "library").passed
    short = compare_values(*both, tol.OPTIMISER, "tight")
    assert (short.against, short.passed, short.cause) == ("tight", False, "")
    assert short.explain() == ("values against tight:\n"
                               "  x: 1.0000123456789001 where 1.0000123556789 is expected (8.0 digits of 11)")
    flipped = compare_values({"x": -1.5, "y": 2.0}, {"x": 1.5, "y": 2.0}, 9)
    assert flipped.explain().endswith("\n  likely cause: signs are flipped")


@pytest.mark.parametrize(("error", "said"), [
    (KeyError("no 'x'"), "KeyError: no 'x'"), (KeyError(), "KeyError: no message"),
    (ValueError(), "ValueError: no message"), (ValueError(" "), "ValueError: no message"),
    (ValueError("one\ntwo"), "ValueError: one; two"),
    (ValueError("a" * 601), f"ValueError: {'a' * 600}"), (OSError(2, "gone"), "FileNotFoundError: [Errno 2] gone")])
def test_what_is_raised_is_an_outcome(error: Exception, said: str, made: Suite) -> None:
    def raises() -> None:
        raise error

    one = case()(raises)
    store(made, "raises", default=FITS["default"])
    assert outcome(made, one, "R") == Outcome("made", "raises", "R", error=said)


def test_outcomes_are_those_of_every_case_and_of_scripts_that_have_none(made: Suite) -> None:
    translate(made, "plain", PLAIN, given="order=-1")
    store(made, "plain", default=answered(x=1.0))
    (made.references / "lonely.R").write_text("list(x = 1)\n")
    found = list(outcomes(made))
    assert [(one.case, one.against, one.passed) for one in found] == [
        ("plain", "R", True),
        *(("fitted", kind, True) for kind in ("R", "R tight", "R's text", "chapter", "certified")),
        ("lonely", "R", False)]
    assert found[-1] == Outcome("made", "lonely", "R", error="no lonely.py is here: nothing translates lonely.R")


def test_a_case_runs_once_with_each_optimizer_that_it_takes() -> None:
    ran = []
    one = case()(lambda control=None: ran.append(1) or {"n": len(ran)})
    assert answer(one, "newton") is answer(one, "newton") is not answer(one, "nloptwrap") and len(ran) == 2
    other = case()(lambda: ran.append(1) or {"n": len(ran)})
    assert answer(other, "newton") is answer(other, "nloptwrap") and len(ran) == 3


SHORT = tuple(Difference(f"b[{i}]", 1.5, 1.0, 0.3, 9.0) for i in range(22))


def test_an_explanation_and_its_plain_values() -> None:
    assert Outcome("s", "c", "R").as_dict() == {
        "suite": "s", "case": "c", "against": "R", "values": 0, "digits": 0.0, "worst": "", "short": [], "note": "",
        "cause": "", "error": "", "warned": (), "release": "", "passed": False, "diff": ()}
    one = Outcome("s", "c", "R", 30, 0.30106, "b[0]", SHORT, "a note", "a cause", "an error")
    told = [f"  b[{i}]: 1.5 where 1 is expected (0.3 digits of 9)" for i in range(22)]
    assert one.explain() == "\n".join(["s/c against R:", "  an error", "  a note", *told[:5], "  and 17 more of 30",
                                       "  likely cause: a cause"])
    assert one.explain(22).splitlines()[3:-1] == told
    bare = replace(one, short=SHORT[:5], note="", cause="", error="")
    assert bare.explain() == "\n".join(["s/c against R:", *told[:5]])
    assert replace(one, short=SHORT[:6]).explain().splitlines()[-2] == "  and 1 more of 30"
    assert one.as_dict() == {
        "suite": "s", "case": "c", "against": "R", "values": 30, "digits": 0.301, "worst": "b[0]",
        "short": [line.strip() for line in told[:20]], "note": "a note", "cause": "a cause", "error": "an error",
        "warned": (), "release": "", "passed": False, "diff": ()}


class MadeUpR:
    """A live R whose answer is told beforehand."""

    fits: dict[str, Any]
    ran: list[tuple[Path, bool]]

    def script(self, script: Path, tight: bool) -> dict[str, Any]:
        self.ran.append((script, tight))
        return self.fits

    def version(self, package: str | None = None) -> str:
        return {None: "4.2.2", "lme4": "1.1.31", "MASS": "7"}[package]


@pytest.fixture
def r(monkeypatch: pytest.MonkeyPatch) -> type[MadeUpR]:
    MadeUpR.fits, MadeUpR.ran = FITS, []
    monkeypatch.setattr(session, "_started", lambda given: MadeUpR())
    session._version.cache_clear()
    return MadeUpR


def test_live_r_is_compared_with_ours_and_with_what_is_stored(made: Suite, r: type[MadeUpR]) -> None:
    fitted = made.cases()[0]
    for against in LIVE:
        digits, worst = (1.0, "") if against == "live R's text" else (DOUBLE, "x")
        assert compare(made, fitted, against) == Outcome("made", "fitted", against, 1, digits, worst, passed=True)
    assert r.ran == [(made.references / "fitted.R", True)]               # once for all comparisons
    assert live_answer(made, fitted) is FITS


def test_live_r_leaves_out_the_fit_that_nothing_is_compared_with(made: Suite, r: type[MadeUpR]) -> None:
    def fitted() -> dict[str, float]:
        return {"x": 1.0}

    r.fits = {"default": FITS["default"]}
    assert compare(made, replace(made.cases()[0], function=fitted), "live R = stored").passed
    assert r.ran == [(made.references / "fitted.R", False)]


def test_what_live_r_says_otherwise_is_found_in_either_fit(made: Suite, r: type[MadeUpR]) -> None:
    r.fits = {"default": answered(x=1.0, y=1.0), "tight": answered(x=2.5)}
    fitted = made.cases()[0]
    assert [compare(made, fitted, against).passed for against in LIVE] == [False] * 4
    stored = compare(made, fitted, "live R = stored")
    assert (stored.values, stored.short[0].got, stored.short[0].expected) == (2, 1.0, None)     # 0 digits: the worse
    assert compare(made, fitted, "live R tight").short[0].expected == 2.5


@pytest.mark.parametrize("fit", ["default", "tight"])
def test_live_text_is_compared_with_ours_and_with_what_is_stored(fit: str, made: Suite, r: type[MadeUpR]) -> None:
    r.fits = FITS | {fit: replace(FITS[fit], printed=("[1] 3",))}
    fitted = replace(made.cases()[0], text_at=fit)
    number = FITS[fit].printed[0][-1]
    ours, stored = (compare(made, fitted, against) for against in ("live R's text", "live R = stored"))
    assert not ours.passed and ours.note == f"line 1, number 1 of 1: {number} where 3 is printed"
    assert not stored.passed and stored.note == f"line 1, number 1 of 1: 3 where {number} is printed"
    assert compare(made, fitted, "live R").passed and compare(made, fitted, "live R tight").passed


NOISY = "Model failed to converge with max|grad| = {} (tol = 0.002, component {})"


def test_the_noise_of_live_r_s_text_is_masked(made: Suite, r: type[MadeUpR]) -> None:
    first, again = (answered(NOISY.format(*parts), x=1.0) for parts in (("0.0041", 1), ("3.9e-03", 2)))
    store(made, "fitted", default=first, tight=FITS["tight"])
    r.fits = FITS | {"default": again}
    assert compare(made, made.cases()[0], "live R = stored").passed


@pytest.mark.parametrize(("ours", "theirs", "told"), [
    ([], ["careful"], ["not warned here: careful"]), (["careful"], [], ["warned only here: careful"]),
    (["careful"], ["careful"], []), (["careful", "a"], ["careful", "b"], ["not warned here: b", "warned only here: a"]),
    (["careful"], ["careful"] * 3, ["2 times not warned here: careful"]),
    ([NOISY.format("0.0041", 1)], [NOISY.format("3.9e-03", 2)] * 3, []),
    ([], [NOISY.format("0.0041", 1)] * 2, ["not warned here: " + NOISY.format("#", "#")]),
    (["Model may not have converged with 1 eigenvalue close to zero: 1.2e-09"],
     ["Model may not have converged with 1 eigenvalue close to zero: -3e-10"], []),
    (["Model failed to converge: degenerate  Hessian with 1 negative eigenvalues"],
     ["Model failed to converge: degenerate  Hessian with 2 negative eigenvalues"],
     ["not warned here: Model failed to converge: degenerate  Hessian with 2 negative eigenvalues",
      "warned only here: Model failed to converge: degenerate  Hessian with 1 negative eigenvalues"])])
def test_warnings_are_compared_with_r_s_stored_and_live(
    ours: list[str], theirs: list[str], told: list[str], made: Suite, r: type[MadeUpR],
) -> None:
    def fitted(control: object = None) -> dict[str, float]:
        for text in ours:
            warnings.warn(text, UserWarning, stacklevel=1)
        return {"x": 1.0 if control.optimizer == "nloptwrap" else 2.0}  # type: ignore[attr-defined]

    one = replace(made.cases()[0], function=fitted)
    r.fits = {name: replace(fit, warnings=tuple(theirs)) for name, fit in FITS.items()}
    store(made, "fitted", **r.fits)
    for against in ("R", "R tight", "live R", "live R tight"):
        found = compare(made, one, against)
        assert (list(found.warned), found.passed) == (told, not told)
        assert all(f"  {line}" in found.explain().splitlines() for line in told)
    store(made, "fitted", **r.fits)
    os.utime(made.references / "fitted.json", ns=(1, 1))
    r.fits = {name: replace(fit, warnings=tuple(ours)) for name, fit in FITS.items()}
    live_answer.cache_clear()
    assert list(compare(made, one, "live R = stored").warned) == told


def test_python_s_own_warnings_are_no_part_of_an_answer() -> None:
    def talks() -> dict[str, float]:
        for kind in PYTHONS_OWN:
            warnings.warn("of Python's", kind, stacklevel=1)
        warnings.warn("of the model's", UserWarning, stacklevel=1)
        return {}

    assert case()(talks).run().warnings == ("of the model's",)


@pytest.mark.parametrize("spoilt", ["default", "tight"])
def test_a_fit_that_does_not_pass_is_told_before_one_that_does(spoilt: str, made: Suite, r: type[MadeUpR]) -> None:
    """What falls short of its own demand may share more digits than the other fit, which passes."""
    near = {"default": 1 + 2e-10, "tight": 2 * (1 + 5e-10)}
    fitted = made.cases()[0]
    fitted.tolerance = replace(tol.OPTIMISER, default=9, tight=9.5) if spoilt == "tight" else \
        replace(tol.OPTIMISER, default=9.9, tight=9)
    r.fits = {name: answered(FITS[name].printed[0], x=value) for name, value in near.items()}
    found = compare(made, fitted, "live R = stored")
    assert not found.passed and found.short[0].got == near[spoilt]


def test_version_drift_is_told_where_a_comparison_fails(made: Suite, r: type[MadeUpR]) -> None:
    told = {"R": "4.1.0", "package lme4": "1.1.31", "package MASS": "6", "date": "today", "BLAS": "none"}
    store(made, "fitted", provenance=told, **FITS)
    fitted = made.cases()[0]
    assert compare(made, fitted, "live R").cause == ""
    r.fits = {"default": answered(x=1.5), "tight": answered(x=2.0)}
    live_answer.cache_clear()
    drift = "version drift: R 4.1.0 is 4.2.2 here, MASS 6 is 7 here"
    assert compare(made, fitted, "live R").cause == drift
    store(made, "fitted", provenance={"R": "4.2.2"}, **FITS)
    os.utime(made.references / "fitted.json", ns=(1, 1))
    assert compare(made, fitted, "live R").cause == ""
    assert version_drift(Reference({}, (), {"R": "4.2.2", "package lme4": "1.1.31"})) == ""


def test_a_neighbour_that_stood_beside_a_reference_is_missed(made: Suite) -> None:
    fitted = made.cases()[0]
    for kind, cure in (("certified", "git checkout has it"), ("chapter", "git checkout has it")):
        path = reference.other_paths(made, "fitted")[kind]
        path.unlink()
        for against in comparisons(made, fitted):
            with pytest.raises(MissingReference) as missing:
                compare(made, fitted, against)
            assert str(missing.value) == f"{path} is missing; {cure}"
    store(made, "fitted", **FITS)
    with pytest.raises(MissingReference, match="fitted.txt is missing$"):
        compare(made, fitted, "chapter")
    with pytest.raises(MissingReference, match="fitted.json is missing; make it with: python scripts/certify.py$"):
        compare(made, fitted, "certified")
