"""What R's side writes is read, and what `rparity new` writes is R's and Python's, where no R is needed."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from translations.parity import cases
from translations.parity import tolerances as tol
from translations.parity.cases import directory_suite, suite
from translations.parity.compare import match
from translations.parity.new import new
from translations.parity.records import RError, answers, rows

TEXT = ("default\ta\tnumber\t0.5\ndefault\tb\tbool\ttrue\ndefault\tc\tbool\tfalse\ndefault\td\ttext\tu\\tv\\\\n\\n\n"
        "default\te\tnumber\t123456789012345\ndefault\tf\tnumber\t1234567890123456\ndefault\tg\tnumber\t-3\n"
        "default printed\t1\ttext\tfirst\ndefault printed\t2\ttext\t\ndefault warnings\t1\ttext\tcareful\n"
        "tight\ta\tnumber\t1e-300\n\nprovenance\tR\ttext\t4.2.2\n")


def test_records_are_read_with_their_kinds() -> None:
    fits, provenance = answers(rows(TEXT))
    values = fits["default"].values
    assert values == {"a": 0.5, "b": True, "c": False, "d": "u\tv\\n\n", "e": 123456789012345, "f": 1234567890123456.0,
                      "g": -3}
    assert [type(value) for value in values.values()] == [float, bool, bool, str, int, float, int]
    assert (fits["default"].printed, fits["default"].warnings) == (("first", ""), ("careful",))
    assert (fits["tight"].values, fits["tight"].printed) == ({"a": 1e-300}, ())
    assert list(fits) == ["default", "tight"] and provenance == {"R": "4.2.2"}


def test_an_error_of_r_is_raised_in_its_words() -> None:
    with pytest.raises(RError, match="^object 'x' not found$"):
        answers(rows(TEXT + "error\t1\ttext\tobject 'x' not found\n"))


def test_a_new_case_is_a_pair_of_one_name(tmp_path: Path) -> None:
    script, translation = new("mine/first", tmp_path)
    assert (script, translation) == (tmp_path / "mine" / "first.R", tmp_path / "mine" / "first.py")
    assert "# first:" in script.read_text() and "def first():" in translation.read_text()
    assert new("second", tmp_path)[0] == tmp_path / "second.R"
    for wrong in ("mine/_helper", "mine/2nd", "mine/a-b", "mine/"):
        with pytest.raises(ValueError, match="cannot name a case"):
            new(wrong, tmp_path)
    with pytest.raises(FileExistsError, match="first.R is there already"):
        new("mine/first", tmp_path)
    translation.unlink()
    with pytest.raises(FileExistsError, match="first.R"):
        new("mine/first", tmp_path)
    assert not translation.exists()


def test_a_new_case_is_green_at_once(tmp_path: Path) -> None:
    """Both sides are the same t test; R 4.2.2 answered so when its side was run."""
    script, translation = new("first", tmp_path)
    assert script.read_text().startswith("# first: ") and translation.read_text().startswith('"""first: ')
    one = directory_suite(tmp_path).load(translation)
    answer = {"mean": 4.2999999999999998, "t": 1.9941089710031628, "p": 0.11690045379830416,
              "ci[1]": 2.4899792392281421, "ci[2]": 6.1100207607718575}
    assert match(one.run().values, answer, one.tolerance, "default").short == ()
    assert one.tolerance is tol.LINALG


def test_where_a_new_case_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = suite("random")
    copied = replace(ours, code=tmp_path / "code", references=tmp_path / "references")
    monkeypatch.setattr(cases, "suites", lambda: [copied])
    assert new("random/fresh", tmp_path) == [copied.references / "fresh.R", copied.code / "fresh.py"]
    (tmp_path / "random").mkdir()                               # a directory of the name comes before a suite of ours
    assert new("random/fresh", tmp_path) == [tmp_path / "random" / "fresh.R", tmp_path / "random" / "fresh.py"]
    monkeypatch.chdir(tmp_path)
    assert new("deep/er/fresh") == [Path("deep/er/fresh.R"), Path("deep/er/fresh.py")]
