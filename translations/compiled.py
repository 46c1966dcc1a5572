"""Which modules run compiled, and what is done about those that do not.

A module whose first line is a `# cython:` comment is Python as it stands, and C where it was compiled when the package
was installed (`scripts/compile_modules.py`): the same source and the same bits, some hundred times faster. What was
compiled is used only where it was made of the very source that lies beside it; else the source runs, and one line on
standard error says so.
"""

from __future__ import annotations

import builtins
import io
import os
import sys
import zlib
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parent
SUFFIX = EXTENSION_SUFFIXES[0]  # of this Python's own extension modules
RECORD = ROOT / f"_compiled{SUFFIX}.txt"  # a line for each module compiled: the checksum of its source, its name
SHARED = "translations._cython"  # what Cython's modules have in common, compiled once; in the record, its version's
FIRST, CALLS = b"# cython:", b"cython.cimports.translations"  # first line; of those that call others in C
AS_PYTHON = "RPARITY_AS_PYTHON"  # in the environment to have all of them run as Python
LIBC = "cython.cimports.libc.math"
SAID = "RPARITY_SAID_UNCOMPILED"  # in the environment once a process has said so: its workers need not
CURES = {
    "never compiled": "install a C compiler (Debian: sudo apt-get install gcc libc6-dev; macOS: xcode-select "
                      "--install) and then rparity again, or in a checkout: python -m pip install -e .",
    "changed since compiled": "in the checkout: python -m pip install -e .",
}


def checksum(source: Path) -> int:
    """What tells one source from another, with the declarations it was compiled by, however their lines end."""
    text = source.read_bytes()
    for declared in _declarations(ROOT) if CALLS in text else (source.with_suffix(".pxd"),):
        text += declared.read_bytes() if declared.exists() else b""
    return zlib.crc32(text.replace(b"\r\n", b"\n"))


@cache
def _declarations(root: Path) -> tuple[Path, ...]:
    """The files by which modules call each other in C; looked for once a process, which takes milliseconds."""
    return tuple(sorted(root.rglob("*.pxd")))


def source_of(name: str) -> Path:
    """The file of a module of this package, by its full name."""
    return ROOT.joinpath(*name.split(".")[1:]).with_suffix(".py")


def recorded() -> dict[str, int]:
    """The checksums of the sources that were compiled, by the modules' names; none where what they share is not."""
    try:
        lines = RECORD.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    found = {name: int(code) for code, name in (line.split() for line in lines)}
    if not (found.pop(SHARED, None) and source_of(SHARED).with_suffix(SUFFIX).exists()):
        return {}
    return {name: code for name, code in found.items() if source_of(name).exists()}  # a module may have moved since


def modules() -> list[str]:
    """The full names of the modules that are written to be compiled."""
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        with path.open("rb") as file:
            if file.readline().startswith(FIRST):
                found.append(".".join((ROOT.name, *path.relative_to(ROOT).with_suffix("").parts)))
    return found


def states() -> dict[str, str]:
    """Of every one of `modules`: "compiled", "never compiled" or "changed since compiled"."""
    record = recorded()
    return {name: _state(name, record.get(name)) for name in modules()}


def _state(name: str, then: int | None) -> str:
    source = source_of(name)
    if then is None or not source.with_suffix(SUFFIX).exists():
        return "never compiled"
    return "compiled" if checksum(source) == then else "changed since compiled"


def guard() -> None:
    """See to it that a module which was not compiled of its source runs as Python; called when the package is imported.

    Where one was compiled of another source, all run as Python, since they read each other's attributes in C.
    """
    found = {name: _state(name, then) for name, then in recorded().items()}
    whole = not os.environ.get(AS_PYTHON) and all(state == "compiled" for state in found.values())
    sys.meta_path.insert(0, _Sources(set(found) if whole else set()))


class _Sources:
    """Finds the sources of modules that are not `compiled` (their names), whatever else lies beside them."""

    def __init__(self, compiled: set[str]) -> None:
        self.compiled = compiled

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if not name.startswith(f"{ROOT.name}.") or name in self.compiled:
            return None
        source = source_of(name)
        try:
            with source.open("rb") as file:
                meant = file.readline().startswith(FIRST)
        except OSError:  # a package, for one
            return None
        return spec_from_file_location(name, source, loader=_AsPython(name, str(source))) if meant else None


class _AsPython(SourceFileLoader):
    """Runs such a module as Python: what it imports of Cython comes from this package, as Cython need not be there."""

    def exec_module(self, module: ModuleType) -> None:
        _say(module.__name__)
        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": _import}
        super().exec_module(module)


def _import(name: str, *args: Any) -> Any:
    """`__import__`, but that Cython's words are `cython_stand_in`'s and what C calls in another module is Python's."""
    if name == "cython":
        return import_module("translations.cython_stand_in")
    return builtins.__import__({LIBC: "translations.libc_math"}.get(name, name.removeprefix("cython.cimports.")), *args)


def _say(name: str) -> None:
    """One line on standard error, from the first module that runs as Python alone."""
    if SAID in os.environ:
        return
    os.environ[SAID] = "1"
    state = _state(name, recorded().get(name))
    why = f"it was {state}; {CURES[state]}" if state in CURES else f"another one changed, or {AS_PYTHON} is set"
    collected = isinstance(sys.stderr, io.StringIO)  # what a case prints, for one, which this is no part of
    place = sys.__stderr__ if collected else sys.stderr
    print(f"rparity: {name} runs as Python, right but slow, for {why}", file=place or sys.stderr)
