"""`rparity new --ci`: files that hold a suite to its R in CI, where all that they install is pinned.

R, its packages and the day of CRAN's snapshot are those that the suite's references come from, one run a release;
Python and its packages are those that are here.
"""
from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from . import cases, reference

TEMPLATES = Path(__file__).parent / "templates"
NAMES = {"parity.yml": ".github/workflows/parity.yml", "gitlab.yml": ".gitlab-ci.yml", "Dockerfile": "Dockerfile",
         "packages.R": "{suite}/ci/packages.R", "requirements.txt": "{suite}/ci/requirements.txt"}


@dataclass(frozen=True)
class Pins:
    """An R that references come from: its version, the day on which it was asked, and its packages' versions."""

    version: str
    day: str
    packages: Mapping[str, str]


def ci_files(suite: str, within: Path | None = None) -> dict[Path, str]:
    """The files by their paths: a GitHub workflow, a GitLab pipeline, a Dockerfile, and what these install.

    Raises FileNotFoundError where the suite has no reference yet, of whose R the pins would be.
    """
    root = within or Path()
    pins = r_pins(cases.directory_suite((root / suite).resolve()))
    if not pins:
        raise FileNotFoundError(f"{suite} has no reference yet, whose R its CI would have to install: first "
                                f"rparity regenerate --suite {suite}, then rparity new {suite}/ --ci")
    told = {"{suite}": suite, "{python}": platform.python_version(), "{r}": pins[0].version,
            "{every r}": ", ".join(f'"{one.version}"' for one in pins), "{pins}": ",\n".join(map(_in_r, pins)),
            "{requirements}": "\n".join(python_pins("rparity", "pytest"))}
    return {root / path.replace("{suite}", suite): _filled((TEMPLATES / name).read_text(encoding="utf-8"), told)
            for name, path in NAMES.items()}


def r_pins(suite: cases.Suite) -> list[Pins]:
    """The Rs of a suite's references, the one whose answers stand whole first; of a release, the one asked last."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for script in suite.scripts():
        if reference.reference_path(suite, script.stem).is_file():
            text = reference.reference_path(suite, script.stem).read_text(encoding="utf-8")
            for name, one in reference.parse_all(text).items():
                found.setdefault(name, []).append(one.provenance)
    pins = []
    for provenances in found.values():
        ordered = sorted(provenances, key=lambda one: one["date"])
        packages = {key.removeprefix("package "): own for one in ordered for key, own in one.items()
                    if key.startswith("package ")}
        pins.append(Pins(ordered[-1]["R"], ordered[-1]["date"][:10], dict(sorted(packages.items()))))
    return pins


def python_pins(*names: str) -> list[str]:
    """The packages `names` and all that they need, as pip takes them, with the versions that are here."""
    return sorted({canonicalize_name(one.name): _pinned(one) for one in _needed(names)}.values(), key=str.lower)


def _needed(names: tuple[str, ...]) -> Iterator[metadata.Distribution]:
    left, seen = [*names], set[str]()
    while left:
        name = canonicalize_name(left.pop())
        if name in seen:
            continue
        seen.add(name)
        try:
            found = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # what is not here was not needed here
        yield found
        needs = map(Requirement, found.requires or [])
        left += [need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]


def _pinned(one: metadata.Distribution) -> str:
    """A package's version; its commit where it was installed from a repository."""
    origin = json.loads(one.read_text("direct_url.json") or "{}")
    if commit := origin.get("vcs_info", {}).get("commit_id"):
        return f"{one.name} @ git+{origin['url']}@{commit}"
    return f"{one.name}=={one.version}"


def _in_r(pins: Pins) -> str:
    versions = ", ".join(f'{name} = "{version}"' for name, version in pins.packages.items())
    return f'  "{pins.version}" = list(day = "{pins.day}", versions = c({versions}))'


def _filled(template: str, told: Mapping[str, str]) -> str:
    for mark, text in told.items():
        template = template.replace(mark, text)
    return template
