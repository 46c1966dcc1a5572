"""The part of an R script that an item of its answer comes of: what the rules on why releases differ are asked about.

    x <- rnorm(9)
    m <- lm(y ~ x)
    list(a = coef(m), b = confint(m)["x", ])      `a` comes of x, m and coef(m); confint is nothing to it
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

_TOKENS = re.compile(r"""#[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|[({\[]|[)}\]]|,|\n|[^#"'`({\[)}\],\n]+""")
# x <- ..., x$a[1] <<- ..., names(x) <- ..., anywhere; x = ... where a statement begins; for (x in ...)
_ASSIGNED = re.compile(r"([\w.]+)`?\)?(?:\$[\w.]+|\[[^\n]*?\])*\s*<<?-|\A\s*`?([\w.]+)`?\s*=(?!=)|"
                       r"\bfor *\( *([\w.]+) in")
_NAME = re.compile(r"[\w.]*[A-Za-z][\w.]*")
_GOES_ON = re.compile(r"(?:<-|[-+*/=~|&,<>^]|%[^%\s]*%|\belse|\bin)\s*\Z")


@cache
def slice_of(script: str, item: str) -> str:
    """The statements that `item` comes of, or the whole script where its last one is no list that names the item."""
    *before, last = [*_statements(script)] or [""]
    own = _arguments(last).get(item)
    if own is None:
        return script
    wanted, taken = set(_NAME.findall(own)), set[int]()
    while more := {at for at, one in enumerate(before) if at not in taken and wanted & _assigned(one)}:
        taken |= more
        wanted |= {name for at in more for name in _NAME.findall(before[at])}
    return "\n".join([*(before[at] for at in sorted(taken)), own])


def _assigned(statement: str) -> set[str]:
    """The names that a statement gives values to, and maybe some more."""
    return {name for found in _ASSIGNED.findall(statement) for name in found if name}


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, without comments."""
    depth, text = 0, ""
    for token in _TOKENS.findall(script):
        if token.startswith("#"):
            continue
        depth += (token in "({[") - (token in ")}]") if len(token) == 1 else 0
        if token == "\n" and depth == 0 and not _GOES_ON.search(text):
            if text.strip():
                yield text
            text = ""
        else:
            text += token
    if text.strip():
        yield text


def _arguments(call: str) -> dict[str, str]:
    """The named arguments of a call of `list`; {} for another statement."""
    if not (opened := re.match(r"\s*list\(", call)):
        return {}
    depth, parts = 0, [""]
    for token in _TOKENS.findall(call[opened.end():].rstrip()[:-1]):
        depth += (token in "({[") - (token in ")}]") if len(token) == 1 else 0
        if token == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += token
    named = (part.partition("=") for part in parts)
    return {name.strip(" \n`\""): own for name, equals, own in named if equals and not own.startswith("=")}
