"""The table of releases: versions in order, and what an R with other versions is taken for."""
from __future__ import annotations

import pytest

from translations.releases import release, release_of, releases, version
from translations.settings import option, options


def test_the_table_is_in_order() -> None:
    table = releases()
    assert [one.name for one in table] == ["4.2", "4.5", "4.6"]
    assert [one.option for one in table] == ["1.1-31", "1.1-37", "2.1"]
    for one in table:
        assert one.name == ".".join(one.versions["R"].split(".")[:2]) and one.where and one.until
        assert version(one.versions["package lme4"])[:2] == version(one.option)[:2]
        assert release_of(one.versions) == release_of({"R": one.versions["R"]}).__class__(one, "")
        assert all(since <= version(one.versions[key]) for key, since in one.since.items())
    for key in ("R", "package lme4"):
        assert sorted(one.since[key] for one in table) == [one.since[key] for one in table]


@pytest.mark.parametrize(("provenance", "name", "said"), [
    ({"R": "4.2.2", "package lme4": "1.1.31"}, "4.2", "R 4.2"),
    ({"R": "4.2.2", "package MASS": "7.3"}, "4.2", "R 4.2"),
    ({"R": "3.6.3"}, "4.2", "R 4.2, the nearest to R 3.6.3 (4.2 has 4.2.2)"),
    ({"R": "4.4.1"}, "4.5", "R 4.5, the nearest to R 4.4.1 (4.5 has 4.5.0)"),
    ({"R": "5.0.0"}, "4.6", "R 4.6, the nearest to R 5.0.0 (4.6 has 4.6.1)"),
    ({"R": "4.2.2", "package lme4": "1.1.35"}, "4.5",
     "R 4.5, the nearest to R 4.2.2 (4.5 has 4.5.0), lme4 1.1.35 (4.5 has 1.1.37)"),
    ({"R": "4.5.0", "package lme4": "2.1.0"}, "4.6", "R 4.6, the nearest to R 4.5.0 (4.6 has 4.6.1)"),
    ({}, "4.2", "R 4.2")])
def test_an_r_is_taken_for_the_release_that_answers_alike(provenance: dict[str, str], name: str, said: str) -> None:
    taken = release_of(provenance)
    assert (taken.release.name, str(taken)) == (name, said)


def test_each_can_be_followed() -> None:
    for one in releases():
        with options(lme4=one.option):
            assert option("lme4") == one.option
    assert option("lme4") == releases()[0].option


def test_an_unknown_release() -> None:
    assert release("4.5").versions["package pbkrtest"] == "0.5.4"
    with pytest.raises(KeyError, match="no release '4.3'; there are 4.2, 4.5, 4.6"):
        release("4.3")


def test_versions_are_compared_by_their_numbers() -> None:
    assert version("1.1-31") == version("1.1.31") == (1, 1, 31) < version("1.1-100") < version("2.0") < version("2.1-0")
