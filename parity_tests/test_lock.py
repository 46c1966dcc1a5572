"""`test.lock`, the test environment with versions and hashes: it is of this pyproject.toml (`make lock` renews it)."""
from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKED = re.compile(r"(?m)^([\w.-]+)==(\S+)( ; [^\\\n]+)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)")


def wanted(extra: str) -> list[Requirement]:
    """What an extra asks for, those of other extras that it names included."""
    found = []
    for one in map(Requirement, PROJECT["optional-dependencies"][extra]):
        found += [asked for name in one.extras for asked in wanted(name)] if one.name == "rparity" else [one]
    return found


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_package_of_the_test_environment_is_locked_with_hashes() -> None:
    text = (ROOT / "test.lock").read_text(encoding="utf-8")
    locked: dict[str, list[str]] = {}
    for name, version, _, _ in LOCKED.findall(text):
        locked.setdefault(normal(name), []).append(version)
    assert sum(map(len, locked.values())) == len(re.findall(r"(?m)^[\w.-]+==", text))  # none without a hash
    assert "://" not in text
    for one in [*map(Requirement, PROJECT["dependencies"]), *wanted("test")]:
        assert locked.get(normal(one.name)), f"{one} is not in test.lock: make lock"
        assert all(one.specifier.contains(version) for version in locked[normal(one.name)]), f"{one}: make lock"
