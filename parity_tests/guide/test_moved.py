"""The guide's page of releases: every value and line that moved, each with its cause, and which number is right."""
from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import translations
from translations.guide import moved
from translations.parity.cases import Suite
from translations.parity.drift import UNKNOWN, Move
from translations.parity.reference import NotAsked
from translations.releases import causes, releases

STEPS = [("4.2", "4.5", 300), ("4.5", "4.6", 10000), ("4.2", "4.6", 10)]  # the last: of what 4.5 has not


@pytest.mark.parametrize(("old", "new", "least"), STEPS)
def test_every_move_is_told_with_its_cause_and_which_number_is_right(old: str, new: str, least: int) -> None:
    found, _ = moved.moved(old, new)
    page = moved.step(old, new)
    assert page.count("<tr>") - page.count("<thead>") == len(found) > least
    assert UNKNOWN not in {one.cause for one in found} and "The cause is unknown" not in page
    told = {rule.cause: rule.right for rule in causes.rules() if rule.right}
    moving = {one.cause for one in found if one.kind == "number"}
    assert moving <= set(told) and page.count(" Right: ") == len(moving)
    sections = re.findall(r"\*\*(.*?)\.\*\*", page)
    assert len(sections) == len({one.cause for one in found})


def test_values_stand_on_the_page_as_both_releases_answer() -> None:
    assert re.search(r"<td>sigma</td><td><pre>0\.0811088\d*</pre></td><td><pre>0\.0811622\d*</pre></td><td>3\.2</td>",
                     moved.step("4.2", "4.5"))
    assert "R's deviance of either release rises by 3.341" in moved.step("4.5", "4.6")
    assert re.search(r"herds\[R2_conditional\]</td><td><pre>0\.18721\d*</pre></td><td><pre>0\.77606",
                     moved.step("4.2", "4.6"))
    with pytest.raises(KeyError, match="no release '4.3'"):
        moved.step("4.2", "4.3")


def test_a_case_that_one_release_was_not_asked_about_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new case begins with the answer of one."""
    asked = moved.moves

    def but_one(suite: Suite, case: str, old: str, new: str) -> Iterator[Move]:
        if case == "p_adjust":
            raise NotAsked(f"{case}.json has no answer of R 4.5")
        return asked(suite, case, old, new)

    everywhere = len(moved.moved("4.2", "4.5")[0])
    monkeypatch.setattr(moved, "moves", but_one)
    found, absent = moved.moved.__wrapped__("4.2", "4.5")
    assert "stats/p_adjust" in absent["since one of the two has not been asked yet"] and 0 < len(found) <= everywhere


def test_a_function_says_what_changed_in_which_release() -> None:
    assert [one for one in moved.of_name("sigma") if one.startswith("R 4.5: sigma")][0].endswith("(R 4.5)")
    said = moved.of_name("confint")
    assert said[0].startswith("lme4 1.1-33: refit goes on") and said[0].endswith("(R 4.5)")
    assert any(one.startswith("lme4 2.0 profiles") and one.endswith("(R 4.6)") for one in said)
    assert len(said) == len(set(said)) and moved.of_name("ranef") == []
    for rule in causes.rules():
        assert all(hasattr(translations, name) for name in rule.names), rule.cause


def test_the_table_of_releases() -> None:
    lines = moved.table().splitlines()
    assert len(lines) == 2 + len(releases())
    assert lines[-1].startswith('| 4.6.1 | 2.1.0 | 3.2.1 | 0.5.5 | `r.options(lme4="2.1")` | Debian forky |')
