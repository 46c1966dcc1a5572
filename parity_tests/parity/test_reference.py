"""References as text and files: how they are written and read, and what they are known to depend on."""
from __future__ import annotations

import gzip
import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from translations.parity import reference
from translations.parity.cases import Suite, directory_suite, suite, suites
from translations.parity.reference import MissingReference, RAnswer, Reference, parse, render
from translations.parity.sources import sources

from .made_up import answered, store, three_folders

TEXT = """\
{
 "provenance": {
  "R": "4.2.2",
  "sources": {
   "é.R": "00"
  },
  "none": {}
 },
 "beside": [],
 "default": {
  "printed": [
   "a",
   ""
  ],
  "warnings": [],
  "values": {
   "x": 0.10000000000000001,
   "n": 3,
   "b": true,
   "s": "NA"
  }
 },
 "tight": {
  "printed": [],
  "warnings": [
   "w"
  ],
  "values": {}
 }
}
"""
FITS = {"default": RAnswer({"x": 0.1, "n": 3, "b": True, "s": "NA"}, ("a", ""), ()), "tight": RAnswer({}, (), ("w",))}
PROVENANCE = {"R": "4.2.2", "sources": {"é.R": "00"}, "none": {}}


def test_one_value_a_line() -> None:
    assert render(FITS, (), PROVENANCE) == TEXT
    assert parse(TEXT) == Reference(FITS, (), PROVENANCE)
    assert parse(render({"default": FITS["default"]}, ["chapter"], {})) == Reference(
        {"default": FITS["default"]}, ("chapter",), {})


@pytest.fixture
def made(tmp_path: Path) -> Suite:
    return three_folders(tmp_path)


def test_where_references_lie(made: Suite) -> None:
    assert reference.reference_path(made, "c") == made.references / "c.json"
    assert reference.other_paths(made, "c") == {
        "chapter": made.references / "c.txt", "certified": made.certified / "c.json"}


def test_a_reference_is_read_once_but_never_stale(made: Suite) -> None:
    store(made, "c", default=answered(x=1.0))
    first = reference.load(made, "c")
    assert reference.load(made, "c") is first
    store(made, "c", default=answered(x=2.0))
    os.utime(made.references / "c.json", ns=(1, 1))
    assert reference.load(made, "c").fits["default"].values == {"x": 2.0}


def test_what_is_missing_is_said_with_its_cure(made: Suite, tmp_path: Path) -> None:
    mine = directory_suite(tmp_path)
    for one, options in ((mine, f"--suite {tmp_path}"), (suite("random"), "--built-in --suite random")):
        with pytest.raises(MissingReference) as missing:
            reference.load(one, "c")
        path = reference.reference_path(one, "c")
        assert str(missing.value) == f"{path} is missing; make it with: rparity regenerate {options}"
    store(made, "c", ("certified",), default=answered())
    with pytest.raises(MissingReference) as missing:
        reference.load(made, "c")
    assert str(missing.value) == f"{made.certified / 'c.json'} is missing; git checkout has it"
    (made.references / "c.txt").write_text("‘a’\n", encoding="utf-8")
    assert reference.transcript(made, "c") == "‘a’\n"


def test_certified_values_are_numbers_or_decimals_of_any_length(made: Suite) -> None:
    (made.certified / "c.json").write_text(
        '{"provenance": {}, "labels": ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"], '
        '"values": {"a": "0.1000000000000000055511151231257827021181583404541015625", "b": "-1e-3", '
        '"c": "+.5", "d": 3, "e": "2E+2", "f": "NA", "g": "1.", "h": "1e", "i": "12", "j": 1.5, "k": true}}')
    values = reference.certified(made, "c")
    assert values == {"a": 0.1, "b": -0.001, "c": 0.5, "d": 3, "e": 200.0, "f": "NA", "g": "1.", "h": "1e", "i": 12.0,
                      "j": 1.5, "k": True}
    assert isinstance(values["i"], float)


@pytest.mark.parametrize(("stored", "error", "said"), [
    ('{"a": 1.5}', ValueError, "c.json states no labels: its list"),
    ('{"values": {"a": 1.5}}', ValueError, "c.json states no labels: its list"),
    ('{"labels": ["a"], "values": {"a": 1.5, "b": 2}}', ValueError, "c.json does not state b: its list"),
    ('{"labels": ["a", "b"], "values": {"a": 1.5}}', MissingReference, "c.json states b and has no value of it"),
    ('{"labels": ["a", "b"]}', MissingReference, "c.json states a and has no value of it")])
def test_certified_values_state_their_labels(stored: str, error: type[Exception], said: str, made: Suite) -> None:
    (made.certified / "c.json").write_text(stored)
    with pytest.raises(error, match=said):
        reference.certified(made, "c")


def test_a_label_deleted_from_any_certified_file_fails(tmp_path: Path) -> None:
    for one in suites():
        spoilt = replace(one, certified=tmp_path)
        for path in sorted(one.certified.glob("*.json")):
            kept = json.loads(path.read_text())
            assert reference.certified(one, path.stem).keys() == kept["values"].keys()
            del kept["values"][kept["labels"][-1]]
            (tmp_path / path.name).write_text(json.dumps(kept))
            with pytest.raises(MissingReference):
                reference.certified(spoilt, path.stem)


def test_sources_are_the_script_those_it_sources_and_the_data_they_name(tmp_path: Path) -> None:
    place, data = tmp_path / "mine", tmp_path / "data"
    place.mkdir()
    data.mkdir()
    (place / "a.R").write_text('source("b.R")\nsource(\'sub.R\')\nresource("none.R")\nread.csv("near.csv")\n')
    (place / "b.R").write_text('source( "c.R")\nsource("sub.R"); source("a.R")\n')
    (place / "sub.R").write_text('source("../up.R")\nsource("b.R")\n')
    (tmp_path / "up.R").write_text('d <- data("far")\n')
    for file in (place / "near.csv", place / "never.csv", data / "far.csv", data / "farther.csv", data / "up.R"):
        file.write_text(file.name)
    (data / "far.csv.gz").write_bytes(gzip.compress(b"far", mtime=0))
    (data / "note.txt").write_text("near.csv")
    made_from = sources(place / "a.R")
    here = [place / "a.R", place / "b.R", place / "sub.R", tmp_path / "up.R", data / "far.csv", data / "far.csv.gz",
            place / "near.csv"]
    assert list(made_from) == [file.name for file in here]
    assert made_from == {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in here}
