"""The releases of R that answers are stored for: `releases.toml`, which everything reads through these functions.

    release("4.6").versions            {'R': '4.6.1', 'package lme4': '2.1.0', ...}, in a provenance's own words
    release_of(provenance)             the release that an R is, or is taken for, and what of it is not the release's
"""
from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["Release", "Taken", "nearest", "of_option", "release", "release_of", "releases", "version"]


@dataclass(frozen=True)
class Release:
    """One release.

    name       "4.6", as commands take it
    option     what `options(lme4=)` calls it
    versions   of R and its packages, as a provenance writes them
    since      the first versions of R and lme4 that answer as this release does
    where      where such an R comes from
    until      until when that is kept up
    """

    name: str
    option: str
    versions: Mapping[str, str]
    since: Mapping[str, tuple[int, ...]]
    where: str
    until: str


@dataclass(frozen=True)
class Taken:
    """What release an R is taken for; `differs` says which of its versions are not the release's, "" where all are."""

    release: Release
    differs: str

    def __str__(self) -> str:
        return f"R {self.release.name}" + (f", the nearest to {self.differs}" if self.differs else "")


@cache
def releases() -> tuple[Release, ...]:
    """All of them, the oldest first."""
    table = tomllib.loads((Path(__file__).parent / "releases.toml").read_text(encoding="utf-8"))["release"]
    return tuple(_release(**one) for one in table)


def release(name: str) -> Release:
    """A release by its name. Raises KeyError that names those there are."""
    for one in releases():
        if one.name == name:
            return one
    raise KeyError(f"no release {name!r}; there are {', '.join(one.name for one in releases())}")


def nearest(name: str, among: Collection[str]) -> str:
    """The one of some releases that is nearest to `name`; of two as near, the newer. Raises KeyError, ValueError."""
    known = [one.name for one in releases()]
    at = known.index(release(name).name)
    return min(among, key=lambda one: (abs(known.index(one) - at), -known.index(one)))


def of_option(option: str) -> Release:
    """The release that `options(lme4=option)` follows."""
    return next(one for one in releases() if one.option == option)


def release_of(provenance: Mapping[str, str]) -> Taken:
    """The release of an R, by its version of lme4 or, where a provenance names none, of R itself."""
    key = "package lme4" if "package lme4" in provenance else "R"
    has = version(provenance.get(key, "0"))
    found = [one for one in releases() if one.since[key] <= has][-1]
    other = [f"{name.removeprefix('package ')} {provenance[name]} ({found.name} has {own})"
             for name, own in found.versions.items() if provenance.get(name, own) != own]
    return Taken(found, ", ".join(other))


def version(text: str) -> tuple[int, ...]:
    """A version's numbers: (1, 1, 31) of "1.1-31" and of "1.1.31"."""
    return tuple(int(part) for part in re.findall(r"\d+", text))


def _release(name: str, option: str, R: str, packages: dict[str, str], where: str, until: str,
             **rest: dict[str, str]) -> Release:
    versions = {"R": R} | {f"package {package}": own.replace("-", ".") for package, own in packages.items()}
    since = {"R": version(rest["from"]["R"]), "package lme4": version(rest["from"]["lme4"])}
    return Release(name, option, versions, since, where, until)
