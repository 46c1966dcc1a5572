"""The R of a case as a script that a reader can run: what it sources written out, what is for the harness gone."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from translations.parity import paths

_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|`[^`]*`')
_OPEN_END = re.compile(r"(?:<-|[-+*/~,|&=<>!^:(\[{]|%[^%\s]*%|\bfunction\([^)]*\)|\belse)\s*$")
_SOURCE = re.compile(r"""^source\(["']([^"']+)["']\)""")
_BOUND = re.compile(r"^(?:[\w.]+\()?([A-Za-z.][\w.]*)[^<\n]*<-")
_NAME = re.compile(r"[A-Za-z.][\w.]*")
_LIBRARY = re.compile(r"\blibrary\((\w+)\)")
_BUILT = re.compile(r"^built\((.*)\)\s*\Z", re.MULTILINE | re.DOTALL)
_CALLED = re.compile(r"(?<![\w.])([A-Za-z.][\w.]*)\(")
_PIPED_TO = re.compile(r"%>%\s*([A-Za-z.][\w.]*)")  # with or without parentheses
_READ = re.compile(r"""read_fixture\("(\w+)"\)""")


def script(path: Path, keep_answer: bool) -> str:
    """The script at `path` with its prologue. The list of values that ends it is left out unless `keep_answer`."""
    head, own = _opened(path)
    if not keep_answer:
        own.pop()
        while _BOUND.match(_bare(own[-1])):
            own.pop()
    own[0] = _without_title(own[0])
    own[-1] = _BUILT.sub(r"\1", own[-1])  # the harness wants what a plot draws, a reader the plot
    needed = {name for one in own for name in _used(one)}
    kept: list[str] = []
    for one in reversed(head):
        bound = _BOUND.match(_bare(one))
        if bound and bound[1] in needed:
            kept.insert(0, one)
            needed |= _used(one)
    libraries = [f"library({name})" for one in head + own for name in _LIBRARY.findall(one)]
    own = [one for one in own if not _LIBRARY.search(one)]
    start = "\n".join(dict.fromkeys(libraries))
    parts = [part for part in (start, "\n".join(kept), "\n".join(own)) if part.strip()]
    return _READ.sub(lambda found: f"{packages()[found[1]]}::{found[1]}", "\n".join(parts)).strip("\n") + "\n"


@cache
def called(path: Path) -> frozenset[str]:
    """The functions that the R script at `path` calls; none where there is no script."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return frozenset((*_CALLED.findall(text), *_PIPED_TO.findall(text)))


def expressions(text: str) -> list[str]:
    """The top-level expressions of R code, each with the comments and blank lines above it."""
    found: list[str] = []
    current: list[str] = []
    depth = 0
    for line in text.splitlines():
        current.append(line)
        code = _STRING.sub('""', line).split("#")[0].rstrip()
        depth += sum(map(code.count, "([{")) - sum(map(code.count, ")]}"))
        if code and depth == 0 and not _OPEN_END.search(code):
            found.append("\n".join(current))
            current = []
    if depth:
        raise ValueError(f"brackets do not match in: {text[:60]!r}")
    return found


@cache
def packages() -> dict[str, str]:
    """The R package that each data set of the fixtures comes from."""
    about = json.loads((paths.fixtures() / "data" / "data.json").read_text(encoding="utf-8"))
    return {name: one["package"] for name, one in about.items()}


def _opened(path: Path) -> tuple[list[str], list[str]]:
    """The expressions of the scripts that a script sources, in order, and its own."""
    head: list[str] = []
    own: list[str] = []
    for one in expressions(path.read_text(encoding="utf-8")):
        sourced = _SOURCE.match(_bare(one))
        if sourced is None:
            own.append(one)
        elif Path(sourced[1]).name != "read.R":
            before, its = _opened((path.parent / sourced[1]).resolve())
            head += before + [_without_title(part) for part in its]
            own.append(one[: one.index(_bare(one))].rstrip("\n")) if own == [] else None
    return head, [one for one in own if one.strip()] or own


def _bare(expression: str) -> str:
    """An expression without the comments above it."""
    lines = expression.split("\n")
    first = next((at for at, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    return "\n".join(lines[first:])


def _without_title(expression: str) -> str:
    """An expression without the comment that opens its file."""
    return re.sub(r"\A(?:#[^\n]*\n?)+", "", expression.lstrip("\n"))


def _used(expression: str) -> set[str]:
    return set(_NAME.findall("\n".join(line.split("#")[0] for line in _STRING.sub('""', expression).splitlines())))
