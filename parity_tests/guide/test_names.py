"""The table of exported names, and how a name is found."""

from __future__ import annotations

from pathlib import Path

import pytest

import translations
from translations.guide import names
from translations.guide.content import name_page
from translations.guide.names import Name, Place, Unknown


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "differences.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_names_that_differ_by_capitals_have_pages_of_their_own_on_every_disk() -> None:
    pages = [one.page.lower() for one in names.exported().values()]
    assert len(set(pages)) == len(pages)


def test_every_exported_name_has_an_entry_and_every_entry_a_name() -> None:
    assert names.read().keys() == set(translations.__all__)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[lm]\nr = "stats::lm"\ndiffers = "x"', "no entry for lmer"),
        ("".join(f'[{name}]\nr = ""\ndiffers = "x"\n' for name in ("lm", "lmer", "old")), "old is not exported"),
        ('[lm]\nr = ""\n[lmer]\nr = ""\ndiffers = "x"', "lm has r; it needs r, differs"),
        ('[lm]\nr = ""\ndiffers = " "\n[lmer]\nr = ""\ndiffers = "x"', "lm has r, differs; it needs"),
        ('[lm]\nr = "a::f"\ndiffers = "x"\n[lmer]\nr = "b::f"\ndiffers = "x"', "f stands twice"),
    ],
)
def test_a_table_that_is_not_whole_says_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        names.read(table(tmp_path, text), frozenset({"lm", "lmer"}))


@pytest.mark.parametrize("asked", ["t_test", "t.test", "stats::t.test"])
def test_a_function_is_found_by_each_of_its_names(asked: str) -> None:
    found = names.find(asked)
    assert isinstance(found, Name) and (found.python, found.title) == ("t_test", "t.test")


@pytest.mark.parametrize("asked", ["profile_ci", "chapter5/profile_ci"])
def test_a_case_is_found_with_its_suite_or_without(asked: str) -> None:
    found = names.find(asked)
    assert isinstance(found, Place) and found.name == "chapter5/profile_ci"


def test_what_is_both_is_the_function_and_the_case_by_its_suite() -> None:
    assert isinstance(names.find("fixef"), Name)
    assert isinstance(names.find("chapter5/fixef"), Place)


def test_a_wrong_name_has_close_ones() -> None:
    found = names.find("LMERR")
    assert isinstance(found, Unknown) and found.close[0] == "lmer"
    assert names.find("qqqqqqq") == Unknown("qqqqqqq", ())


@pytest.mark.parametrize(("package", "has"), [("dplyr", "arrange"), ("MuMIn", "dredge"), ("performance", "check_model"),
                                               ("nlme", "corAR1")])
def test_a_package_s_name_leads_to_what_the_guide_has_of_it(package: str, has: str) -> None:
    found = names.find(package)
    assert isinstance(found, Unknown)
    assert f"{package!r}: it is a package of R's, of which the guide has" in found.said and has in found.said


def test_a_name_knows_the_cases_that_call_it() -> None:
    page = name_page(names.exported()["confint"])
    assert "chapter5/profile_ci" in {place.name for place in page.cases}
    assert page.example in page.cases
    assert "chapter5/sigma" not in {place.name for place in page.cases}
    assert {kind for kind, _, _ in page.methods} >= {"Lm", "LmerMod"}
