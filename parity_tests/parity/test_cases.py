"""A case and a suite: what they are called, where they lie, how they are found, loaded and run."""
from __future__ import annotations

import sys
import warnings
from dataclasses import replace
from pathlib import Path

import pytest

import translations.cases.figures
import translations.cases.stats
from translations.parity import cases, paths
from translations.parity import tolerances as tol
from translations.parity.cases import Answer, Case, Suite, case, directory_suite, suite, suites

from .made_up import FITTED, PLAIN, answered, store, three_folders, translate


def nothing_said():
    return {"x": 1}


def optimizer_of(control=None):
    """Words of the function."""
    return {"optimizer": control.optimizer if control else "none"}


def test_what_is_not_given_has_a_default() -> None:
    one = case()(nothing_said)
    assert (one.section, one.order, one.tolerance, one.in_words_of, one.text_at, one.libraries) == (
        "", 0, tol.THETA, "", "default", [])
    given = case("5.5", 3, tol.EXACT, "chapter", "tight")(nothing_said)
    assert (given.section, given.order, given.tolerance, given.in_words_of, given.text_at) == (
        "5.5", 3, tol.EXACT, "chapter", "tight")
    assert (one.name, one.path) == ("nothing_said", Path(__file__)) and one() == {"x": 1}
    same = Case(nothing_said)
    assert (same.section, same.order, same.tolerance, same.in_words_of, same.text_at) == (
        "", 0, tol.THETA, "", "default")


def test_a_case_bears_its_function_s_words_and_arguments() -> None:
    one = case()(optimizer_of)
    assert one.__doc__ == "Words of the function." and one.text == __doc__
    assert one.takes_control and not case()(nothing_said).takes_control

    class Control:
        optimizer = "mine"

    assert one(Control()) == one(control=Control()) == {"optimizer": "mine"}


def test_which_cases_take_no_control_is_read_off_the_files() -> None:
    for mine in suites():
        assert mine.without_control() == {one.name for one in mine.cases() if not one.takes_control}


@pytest.mark.parametrize(("optimizer", "used"), [("newton", "newton"), ("nloptwrap", "nloptwrap"), (None, "none")])
def test_a_run_uses_the_optimizer_that_is_asked_for(optimizer: str | None, used: str) -> None:
    assert case()(optimizer_of).run(optimizer) == Answer({"optimizer": used}, "", ())
    assert case()(nothing_said).run(optimizer).values == {"x": 1}


def test_other_packages_are_declared_in_order() -> None:
    one = case()(nothing_said)
    first = one.by("scipy")(lambda: {"x": 2})
    one.by("pandas", "all of it", 3)(lambda: print("said") or {"x": 3})
    assert first() == {"x": 2}
    assert [(each.name, each.cannot, each.digits) for each in one.libraries] == [
        ("scipy", None, None), ("pandas", "all of it", 3)]
    assert one.libraries[1].run() == Answer({"x": 3}, "said\n", ())


class AsMessage(UserWarning):
    r_message = True


def test_both_streams_and_every_warning_are_kept() -> None:
    def talks():
        print("a")
        sys.stderr.write("b\n")
        for _ in range(2):
            warnings.warn("careful", UserWarning, stacklevel=2)
        warnings.warn("as R says it", AsMessage, stacklevel=2)
        print("c")
        return {"x": 1}

    with warnings.catch_warnings(record=True) as outside:
        assert case()(talks).run() == Answer({"x": 1}, "a\nb\nas R says it\nc\n", ("careful", "careful"))
    assert outside == []


def test_files_that_declare_a_case(tmp_path: Path) -> None:
    declared = {"b": "@case\n", "a": "x = 1\n@case(order=1)\n", "c": "@parity.case()\n", "d": "@a.b.case()\n"}
    others = {"e": "# @case\n", "f": "  @case\n", "g": "@cases()\n", "h": "@staircase\n", "i": ""}
    for name, text in (declared | others).items():
        (tmp_path / f"{name}.py").write_text(text)
    (tmp_path / "j.txt").write_text("@case\n")
    assert [file.name for file in directory_suite(tmp_path).files()] == ["a.py", "b.py", "c.py", "d.py"]


def test_a_second_case_in_a_file_is_refused(tmp_path: Path) -> None:
    made = directory_suite(tmp_path)
    translate(made, "first", PLAIN + "\n\n@case()\ndef second(): ...\n", given="")
    with pytest.raises(ValueError, match="first.py, line 11: second is a second case, which would never run"):
        made.cases()
    translate(made, "third", PLAIN + "\n\nfrom translations.cases.random.seeded_draws import seeded_draws\n", given="")
    assert made.load(tmp_path / "third.py").name == "third"


def test_references_without_a_case_are_told_from_other_json(tmp_path: Path) -> None:
    made = three_folders(tmp_path)
    store(made, "gone", default=answered(x=1.0))
    (made.references / "data.json").write_text('{"provenance": {"R": "4.2.2"}, "x": 1}')
    (made.certified / "kept.json").write_text('{"values": {"x": "1"}}')
    (made.code / "kept.py").write_text("def kept(): ...\n")
    assert made.incomplete() == {"gone": "no gone.py is here: nothing translates gone.R and gone.json",
                                 "kept": "kept.py declares no case: nothing translates kept.json; write @case() above "
                                         "def kept"}


def test_cases_come_in_reading_order_then_by_name(tmp_path: Path) -> None:
    made = three_folders(tmp_path)
    for name, given in (("a", "order=2"), ("c", "order=1"), ("b", "order=1"), ("z", "order=0")):
        translate(made, name, PLAIN, given=given)
    for helper in ("_setup.R", "lonely.R", "else.R"):
        (made.references / helper).write_text("1\n")
    assert [one.name for one in made.cases()] == ["z", "b", "c", "a"]
    assert [script.name for script in made.scripts()] == ["a.R", "b.R", "c.R", "else.R", "lonely.R", "z.R"]
    assert made.incomplete() == {
        name: f"no {name}.py is here: nothing translates {name}.R" for name in ("else", "lonely")}
    assert made.cases()[0].text == "The function's own words."      # where the module has none
    translate(made, "a", FITTED)
    assert replace(made, name="again").cases()[0].text == "A case that is fitted."
    assert case()(eval("lambda: {}", {"__name__": "no module"})).text == ""


def test_a_user_s_directory_is_a_suite_of_one_folder(tmp_path: Path) -> None:
    assert directory_suite(tmp_path / "mine") == Suite(
        "mine", tmp_path / "mine", tmp_path / "mine", tmp_path / "mine" / "certified")


def test_the_built_in_suites_and_where_they_lie() -> None:
    root, package = paths.fixtures(), paths.PACKAGE
    names = sorted(place.name for place in (package / "cases").iterdir() if any(place.glob("[a-z]*.py")))
    assert {"chapter5", "figures", "lme4", "nist", "random", "stats"} <= set(names)
    assert suites() == [Suite(name, package / "cases" / name, root / name, root / "certified" / name) for name in names]
    assert [(one.built_in, one.handle, one.lacks) for one in suites()] == [(True, name, "") for name in names]
    assert suite("random") == suites()[names.index("random")]


def test_a_suite_by_name_or_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "random").mkdir()
    monkeypatch.chdir(tmp_path)
    assert suite("mine") == directory_suite(tmp_path / "mine") and suite("random").built_in
    assert suite("./random") == directory_suite(tmp_path / "random")
    assert suite(str(paths.PACKAGE / "cases" / "random")) == suite("random")
    (tmp_path / "file").write_text("")
    for absent in ("nowhere", "file"):
        with pytest.raises(KeyError) as refused:
            suite(absent)
        assert refused.value.args == (f"no suite or directory {absent!r}; the built-in suites are "
                                      f"{[one.name for one in suites()]}",)


def test_what_a_suite_lacks_is_said_with_its_cure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    figures = suite("figures")
    monkeypatch.setattr(translations.cases.figures, "NEEDS", {"json": "a", "no_such_a": "more", "no_such_b": "extra"})
    assert figures.lacks == "no_such_a is not installed: pip install 'rparity[more]'"
    monkeypatch.setattr(translations.cases.figures, "NEEDS", {"json": "a"})
    assert figures.lacks == ""
    monkeypatch.setattr(translations.cases.stats, "NEEDS", {"no_such": "a"}, raising=False)
    assert suite("stats").lacks.startswith("no_such is not")
    assert directory_suite(tmp_path).lacks == ""


def test_all_cases_are_those_of_every_suite_or_of_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    some = suites()[4:]
    monkeypatch.setattr(cases, "suites", lambda: some)
    every = [(one, found) for one in some for found in one.cases()]
    assert list(cases.all_cases()) == list(cases.all_cases("all")) == every and len(every) > len(some)
    assert list(cases.all_cases("random")) == [pair for pair in every if pair[0].name == "random"] != []
    translate(directory_suite(tmp_path), "only", PLAIN, given="")
    assert [found.name for _, found in cases.all_cases(str(tmp_path))] == ["only"]


def test_a_file_is_imported_once_under_a_name_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    here, there = directory_suite(tmp_path / "here"), replace(directory_suite(tmp_path / "there"), name="here")
    for one in (here, there):
        translate(one, "alike", PLAIN, given="")
    first = here.load(here.code / "alike.py")
    assert here.load(here.code / "alike.py") is first and first.function.__module__ == "_rparity_here_alike"
    other = there.load(there.code / "alike.py")         # the same name elsewhere is another file
    assert other is not first and other.path == there.code / "alike.py"


def test_a_file_that_fails_is_not_half_there(tmp_path: Path) -> None:
    one = directory_suite(tmp_path)
    translate(one, "broken", PLAIN + "raise KeyboardInterrupt\n", given="")
    with pytest.raises(KeyboardInterrupt):
        one.cases()
    assert not [name for name in sys.modules if name.endswith("_broken")]
    translate(one, "broken", PLAIN, given="")
    assert [found.name for found in one.cases()] == ["broken"]


def test_a_case_of_ours_is_the_module_s_own() -> None:
    import translations.cases.random.seeded_draws as module

    ours = suite("random")
    assert ours.load(ours.code / "seeded_draws.py") is module.seeded_draws
    with pytest.raises(ValueError, match="_shared.py: the case must be a function named _shared"):
        ours.load(ours.code / "_shared.py")
    assert translations.cases.stats.__name__ == cases._module_name(suite("stats").code)


def test_fixtures_lie_beside_or_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "package"
    monkeypatch.setattr(paths, "PACKAGE", package)
    with pytest.raises(FileNotFoundError, match=f"no fixtures beside or inside {package}; reinstall rparity"):
        paths.fixtures()
    (package / "_fixtures" / "data").mkdir(parents=True)
    assert paths.fixtures() == package / "_fixtures"
    (tmp_path / "fixtures").mkdir()
    assert paths.fixtures() == package / "_fixtures"
    (tmp_path / "fixtures" / "data").mkdir()
    assert paths.fixtures() == tmp_path / "fixtures"
    for name in ("b.csv", "a.csv", "c.txt"):
        (tmp_path / "fixtures" / "data" / name).write_text("")
    assert paths.data("a.csv") == tmp_path / "fixtures" / "data" / "a.csv"
    with pytest.raises(FileNotFoundError) as refused:
        paths.data("d.csv")
    assert str(refused.value) == "no data file 'd.csv'; there are ['a.csv', 'b.csv']"
