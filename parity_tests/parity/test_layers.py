"""Answers of several releases in one text: what is written is what is read, and what was changed since is found."""
from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from translations.parity import reference
from translations.parity.cases import Suite
from translations.parity.documents import dumped
from translations.parity.layers import BrokenLayer, RAnswer, lay, layer, renames, without_noise
from translations.parity.reference import MissingReference, Reference, StaleReference, parse, parse_all, render
from translations.parity.sources import sources
from translations.parity.tolerances import COVARIANCE, EXACT, OPTIMISER

from .made_up import three_folders

LABELS = st.sampled_from([f"{item}[{row}]" for item in "abc" for row in (1, 2, 3, "x, deviance")])
SCALARS = st.one_of(st.integers(-3, 3), st.sampled_from([0.5, 1 / 3, 1e300, "NA", "NaN", "text"]), st.booleans())
ANSWERS = st.builds(RAnswer, st.dictionaries(LABELS, SCALARS), st.lists(st.sampled_from(["", "a", "-b", "@@ 1", "+"]))
                    .map(tuple), st.lists(st.sampled_from(["w", "v"]), max_size=2).map(tuple))


@settings(deadline=None, max_examples=150)
@given(ANSWERS, ANSWERS)
def test_a_layer_makes_the_answer_that_it_was_made_of(before: RAnswer, now: RAnswer) -> None:
    made = lay(before, json.loads(dumped(layer(before, now))))
    assert dumped([dict(made.values), list(made.printed), list(made.warnings)]) == dumped(
        [dict(now.values), list(now.printed), list(now.warnings)])


OLD = RAnswer({"ci[a]": 1.5, "ci[b]": 2.0, "ci[c]": 3.0, "n": 3, "g": 0.5}, ("one", "two", "three"), ("w",))


def test_a_layer_says_only_what_differs() -> None:
    assert layer(OLD, OLD).keys() == {"same"}
    now = RAnswer({"ci[a]": 1.5, "ci[b]": 2.5, "ci[C]": 3.0, "n": 3, "g": 0.25}, ("one", "TWO", "three", "4"), ("w",))
    told = layer(OLD, now)
    told.pop("sha256")
    assert told == {"printed": ["@@ 2", "-two", "+TWO", "@@ 4", "+4"], "renamed": {"ci[c]": "ci[C]"},
                    "changed": {"ci[b]": (2.0, 2.5), "g": (0.5, 0.25)}}
    assert '"changed": {\n  "ci[b]": [2, 2.5]' in dumped(layer(OLD, now))
    moved = RAnswer({label: OLD.values[label] for label in ("ci[c]", "ci[a]", "ci[b]", "n", "g")}, OLD.printed, ())
    told = layer(OLD, moved)
    assert (told["order"], told["warnings"]) == (["ci[c]", ("ci[a]", "ci[b]"), ("n", "g")], [])
    told = layer(OLD, RAnswer({"ci[a]": 1.5, "new": 1}, OLD.printed, OLD.warnings))
    assert (told["gone"], told["added"]) == (["ci[b]", "ci[c]", "n", "g"], {"new": 1})


@pytest.mark.parametrize(("told", "said"), [
    ({"same": "00"}, "another answer"), ({"changed": {"n": [4, 5]}}, "changes 4, where 3 stands"),
    ({"changed": {"m": [4, 5]}}, "there is no m"), ({"printed": ["@@ 2", "-TWO"]}, "line 'TWO', where 'two' stands"),
    ({"printed": ["@@ 4", "-four"]}, "line 'four', where 'nothing' stands"), ({"order": ["m"]}, "there is no m"),
    ({"changed": {"n": [3, 5]}, "sha256": "00"}, "another answer")])
def test_what_was_changed_since_is_found(told: dict[str, object], said: str) -> None:
    with pytest.raises(BrokenLayer, match=said):
        lay(OLD, told)


def test_labels_stand_for_each_other_only_in_their_places() -> None:
    assert renames(["t[a, deviance]", "n"], ["t[a, -2*log(L)]", "n"]) == {"t[a, deviance]": "t[a, -2*log(L)]"}
    assert renames(["t[a]", "u[a]"], ["u[b]", "t[b]"]) == {}
    assert renames(["t[a]"], ["t[b]", "t[c]"]) == {}


def test_noise_is_one_digit_within_the_tolerance() -> None:
    """OPTIMISER demands 9 digits, 11 of a tight fit: what shares one more is as it was; what shares fewer has moved."""
    before = RAnswer({"x": 1.0, "y": 2.0, "t": "a"}, ("max|grad| = 1e-3 (tol = 0.002, component 1)", "b"), ())
    for shift, kind, kept in ((3e-11, "default", True), (3e-10, "default", False), (3e-11, "tight", False)):
        now = without_noise(RAnswer({"x": 1 + shift, "y": 2.0, "t": "b"}, before.printed, ()), before, OPTIMISER, kind)
        assert (now.values["x"] == 1.0) is kept and now.values["t"] == "b"
    last = math.nextafter(1.0, 2)
    assert without_noise(RAnswer({"x": last}, (), ()), before, EXACT, "default").values["x"] == last
    assert without_noise(RAnswer({"x": last}, (), ()), before, {"y": 3}, "default").values["x"] == last
    noisy = RAnswer(before.values, ("max|grad| = 2e-3 (tol = 0.002, component 4)", "c"), ())
    assert without_noise(noisy, before, EXACT, "default").printed == (before.printed[0], "c")
    wide = RAnswer({"m[a]": 1e-9, "m[b]": 100.0}, (), ())
    tiny = RAnswer({"m[a]": 2e-9, "m[b]": 100.0}, (), ())
    assert without_noise(tiny, wide, COVARIANCE, "default") == wide
    named = without_noise(RAnswer({"d[2*L]": 1 + 1e-12}, (), ()), RAnswer({"d[dev]": 1.0}, (), ()), {"d": 9}, "default")
    assert named.values == {"d[2*L]": 1.0}


def answers(x: float, *printed: str) -> dict[str, RAnswer]:
    return {"default": RAnswer({"x": x}, printed, ())}


def provenance(name: str, **more: object) -> dict[str, object]:
    return {"R": {"4.2": "4.2.2", "4.5": "4.5.0", "4.6": "4.6.1"}[name], "date": name} | more


def test_several_releases_in_one_text() -> None:
    further = {"4.6": Reference({}, (), provenance("4.6"), "it stops"),
               "4.5": Reference(answers(2.0, "a"), (), provenance("4.5", platform="p"))}
    text = render(answers(1.0, "a"), ["chapter"], provenance("4.2", left="l"), further)
    told = json.loads(text)
    assert [*told["releases"]] == ["4.5", "4.6"]
    assert told["releases"]["4.6"] == {"after": "4.5", "provenance": {"R": "4.6.1", "date": "4.6", "left": None},
                                       "error": "it stops"}
    assert told["releases"]["4.5"]["default"]["changed"] == {"x": [1, 2]}
    every = parse_all(text)
    assert [*every] == ["4.2", "4.5", "4.6"] and every["4.6"].error == "it stops" and not every["4.6"].fits
    assert every["4.5"] == parse(text, "4.5") == Reference(
        answers(2.0, "a"), ("chapter",), provenance("4.5", platform="p"))
    assert parse(text) == every["4.2"] == Reference(answers(1.0, "a"), ("chapter",), provenance("4.2", left="l"))


def test_each_release_builds_on_its_neighbour_towards_the_first() -> None:
    """A fit that the neighbour lacks stands whole; one under which the script stops is no neighbour."""
    tight = answers(3.0) | {"tight": RAnswer({"x": 4.0}, (), ())}
    further = {"4.2": Reference(tight, (), provenance("4.2")), "4.6": Reference(tight, (), provenance("4.6"))}
    told = json.loads(render(answers(1.0), [], provenance("4.5"), further))["releases"]
    assert [(name, one["after"]) for name, one in told.items()] == [("4.6", "4.5"), ("4.2", "4.5")]
    assert told["4.6"]["tight"] == {"printed": [], "warnings": [], "values": {"x": 4}}
    stops = {"4.5": Reference({}, (), provenance("4.5"), "it stops"), "4.2": Reference(tight, (), provenance("4.2"))}
    text = render(answers(1.0), [], provenance("4.6"), stops)
    assert json.loads(text)["releases"]["4.2"]["after"] == "4.6" and parse(text, "4.2").fits == tight


@pytest.fixture
def made(tmp_path: Path) -> Suite:
    suite = three_folders(tmp_path)
    (suite.references / "c.R").write_text("list(x = 1)\n")
    here = {"sources": sources(suite.references / "c.R")}
    further = {"4.5": Reference(answers(2.0), (), provenance("4.5", sources={"c.R": "00"})),
               "4.6": Reference(answers(3.0), (), provenance("4.6", **here))}
    text = render(answers(1.0), [], provenance("4.2", **here), further)
    (suite.references / "c.json").write_text(text)
    return suite


def test_a_release_is_loaded_by_its_name(made: Suite) -> None:
    assert reference.stored_releases(made, "c") == ("4.2", "4.5", "4.6")
    assert reference.load(made, "c").fits["default"].values == {"x": 1}
    assert reference.load(made, "c", "4.6").fits["default"].values == {"x": 3}
    assert reference.load(made, "c", "4.2") is reference.load(made, "c")
    with pytest.raises(StaleReference, match=r"c.R changed since c.json was made, with R 4.5: rparity regenerate"):
        reference.load(made, "c", "4.5")
    path = made.references / "c.json"
    text = path.read_text()
    path.write_text(text.replace('"x": 1\n', '"x": 1.5\n'))
    with pytest.raises(BrokenLayer, match="the stored answer of R 4.5 does not fit that of R 4.2.*git checkout"):
        reference.load(made, "c", "4.6")
    path.write_text(render(answers(1.0), [], {"R": "4.2.2"}))
    with pytest.raises(MissingReference, match="c.json has no answer of R 4.6; with that R: rparity regenerate"):
        reference.load(made, "c", "4.6")
