"""What a user sees of the package before calling anything: its names, under both of its own."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import rparity
import translations

ROOT = Path(translations.__file__).parent
CHECKOUT = ROOT.parent


def test_dir_is_the_public_names_alone() -> None:
    assert dir(translations) == translations.__all__ == dir(rparity) == sorted(set(dir(translations)))
    assert not [name for name in dir(translations) if name.startswith("_")]


@pytest.mark.parametrize("name", translations.__all__)
def test_a_name_is_the_same_under_both_of_the_package_s(name: str) -> None:
    value = getattr(translations, name)
    assert getattr(rparity, name) is value and not isinstance(value, ModuleType)


def test_the_second_name_is_no_second_copy() -> None:
    with pytest.raises(ModuleNotFoundError, match="'rparity' is not a package"):
        import_module("rparity.stats")
    assert "_HOME" not in dir(rparity) and rparity.__version__ == translations.__version__


def test_importing_either_imports_no_numbers() -> None:
    code = "import sys, rparity; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=CHECKOUT)
    heavy = {"numpy", "pandas", "scipy", "statsmodels", "nlopt", "rpy2", "ast", "tomllib"}
    assert not heavy & set(done.stdout.split())


def test_types_are_told() -> None:
    """The names that type checkers read are those that there are, and the package says that it has types."""
    assert (ROOT / "py.typed").is_file()
    read = re.findall(r"import (\w+) as \1$", (ROOT / "__init__.pyi").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(read) == translations.__all__


def test_one_version() -> None:
    """Where there is a checkout, what is written in three files is one version, the newest of the changelog."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = re.search(r"^version: (.*)$", (CHECKOUT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    changes = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[([\d.]+)\] - \d{4}-\d\d-\d\d$", changes, re.MULTILINE)
    assert citation and {project["version"], citation[1], versions[0]} == {translations.__version__}
