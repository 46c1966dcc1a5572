"""What a reference depends on: its script, the scripts that it sources, the data that they read; and what changed."""
from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_SOURCE = re.compile(r"""\bsource\(\s*["']([^"']+)["']""")
_WRITES = re.compile(r"\b(write\w*|save\w*|sink|ggsave|dump|dput)\b")
_DATA = re.compile(r"""["']([^"'\n]+
    \.(?:csv|tsv|txt|dat|data|rds|rda|rdata|sav|dta|sas7bdat|xpt|xlsx?|json|parquet|feather)
    (?:\.(?:gz|bz2|xz))?)["']""", re.VERBOSE | re.IGNORECASE)


def sources(script: Path) -> dict[str, str]:
    """SHA-256 of what a script's answer depends on, by the files' names: see `files_of`.

    Ends of lines do not count in text, since git may change them.
    """
    found: dict[str, Path] = {}
    for file in files_of(script):
        found[file.name if file.name not in found else os.path.relpath(file, script.parent)] = file
    return {name: _digest(file, *_stamp(file)) for name, file in found.items()}


def files_of(script: Path, pattern: str = "*.csv*") -> list[Path]:
    """A script, the scripts that it sources, and the files that they read.

    What they read is named by a path from where the script lies (a line that writes names none), or, where it has that
    `pattern` and lies there or in the folder `data` beside, by its name with or without its ending.
    """
    scripts = _sourced(script)
    text = "\n".join(_read(file) for file in scripts)
    places = [place for place in (script.parent, script.parent.parent / "data") if place.is_dir()]
    near = {file for place in places for file in _matching(place, pattern, place.stat().st_mtime_ns)} - {*scripts}
    found = scripts + [file for file in sorted(near) if file.name in text or f'"{file.name.split(".")[0]}"' in text]
    known = {file.resolve() for file in found}
    names = (name for line in text.splitlines() if not _WRITES.search(line) for name in _DATA.findall(line))
    read = dict.fromkeys((script.parent / name).resolve() for name in names)
    return found + [file for file in read if file.is_file() and file not in known]


def changes(script: Path, made_from: Mapping[str, str]) -> str:
    """How a script's sources differ from those that a reference was made from: "a.R changed"; "" when they do not."""
    if not made_from:
        return f"nothing says what {script.name} was"
    here = sources(script)
    changed = [name for name in here if name in made_from and here[name] != made_from[name]]
    gone = [name for name in made_from if name not in here]
    new = [name for name in here if name not in made_from]
    told = [(changed, "changed"), (gone, "is gone"), (new, "came to be read")]
    return ", ".join(f"{' and '.join(names)} {what}" for names, what in told if names)


def _sourced(script: Path) -> list[Path]:
    """A script and, in order, those it sources, by paths relative to where it lies, which is R's working directory."""
    found = [script]
    for file in found:
        paths = [(script.parent / name).resolve() for name in _SOURCE.findall(_read(file))]
        found += [path for path in dict.fromkeys(paths) if path not in found and path.is_file()]
    return found


@cache
def _matching(place: Path, pattern: str, changed: int) -> frozenset[Path]:
    """A folder's files; it changes when one comes or goes."""
    return frozenset(file for file in place.glob(pattern) if file.is_file())


def _read(file: Path) -> str:
    return _text(file, *_stamp(file))


def _stamp(file: Path) -> tuple[int, int]:
    """What changes with a file, so that it is read once but never stale."""
    told = file.stat()
    return told.st_mtime_ns, told.st_size


@cache
def _text(file: Path, changed: int, size: int) -> str:
    return file.read_text(encoding="utf-8", errors="replace")  # what is wrong with a file, R says


@cache
def _digest(file: Path, changed: int, size: int) -> str:
    data = file.read_bytes()
    return hashlib.sha256(data if b"\0" in data else data.replace(b"\r\n", b"\n")).hexdigest()
