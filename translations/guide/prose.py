"""Docstrings as Markdown, for the site and for a terminal."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Iterable
from typing import Any

_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_SPECIAL = re.compile(r"([\\*_$\[\]<>|#~^{}])")
_R = re.compile(r" ?\(R: [^)]*\)| ?\bR: (?:[\w.]+::)?\w[\w.]*(?:\.(?= |$)|;|$)(?<!,)")
_RAISES = re.compile(r"(?:^|(?<=\. )|(?<=\) ))(?=Returns |Raises |Warns )")
_ROW = re.compile(r"^(\S(?:.*?\S)??)(?::\s+|\s{2,})(\S.*)$")


def split(text: str) -> tuple[str, str]:
    """A docstring's first paragraph on one line, and the rest."""
    head, _, rest = text.partition("\n\n")
    return " ".join(head.split()), rest


def parameters(function: Callable[..., Any]) -> list[str]:
    """The names of a function's parameters; none where Python cannot tell them."""
    try:
        return list(inspect.signature(function).parameters)
    except ValueError:
        return []


def markdown(text: str, names: Iterable[str] = ()) -> str:
    """Markdown of a docstring: paragraphs, indented code, lists of `name: what it is` where `names` has the name."""
    names = list(names)
    text = re.sub(r"\n(?=(?:Returns|Raises|Warns) )", "\n\n", inspect.cleandoc(text))
    blocks = re.split(r"\n\s*\n", text) if text else []
    return "\n\n".join(filter(None, (_block(block, names) for block in blocks)))


def inline(text: str) -> str:
    """Text as Markdown that shows it as it is; what stands in backticks is code."""
    out, at = [], 0
    for found in _CODE.finditer(text):
        out += [_SPECIAL.sub(r"\\\1", text[at : found.start()]), " ".join(found[0].split())]
        at = found.end()
    return "".join([*out, _SPECIAL.sub(r"\\\1", text[at:])])


class _Type(str):
    """A type as it is written, without quotes around it."""

    def __repr__(self) -> str:
        return str(self)


def signature(value: Any, name: str) -> str:
    """How a function or class is called, `r.lmer(formula: str, data: Any, ...) -> LmerMod`; "" for a warning."""
    try:
        found = inspect.signature(value)
    except ValueError:
        return ""
    one_line = str(found.replace(parameters=[_typed(one) for one in found.parameters.values() if one.name != "self"],
                                 return_annotation=_type(found.return_annotation)))
    if inspect.isclass(value):
        one_line = one_line.removesuffix(" -> None")
    if len(one_line) + len(name) <= 76:
        return f"r.{name}{one_line}"
    inner, _, returned = one_line.rpartition(")")
    lines = ",\n".join(f"    {part}" for part in _parts(found))
    assert inner
    return f"r.{name}(\n{lines},\n){returned}"


def _parts(found: inspect.Signature) -> list[str]:
    """The parameters one by one, with the marks of those that are given by place or by name alone."""
    given = [_typed(one) for one in found.parameters.values() if one.name != "self"]
    kinds = [one.kind for one in given]
    parts = [str(one) for one in given]
    if inspect.Parameter.KEYWORD_ONLY in kinds and inspect.Parameter.VAR_POSITIONAL not in kinds:
        parts.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "*")
    if by_place := kinds.count(inspect.Parameter.POSITIONAL_ONLY):
        parts.insert(by_place, "/")
    return parts


def _typed(one: inspect.Parameter) -> inspect.Parameter:
    """A parameter as it is written: a default that is a function by its name, where Python shows its address."""
    named = inspect.isroutine(one.default)
    return one.replace(annotation=_type(one.annotation),
                       default=_Type(one.default.__name__) if named else one.default)


def _type(annotation: Any) -> Any:
    return _Type(annotation) if isinstance(annotation, str) else annotation


def methods(value: Any, name: str) -> list[tuple[str, str, str]]:
    """A generic's methods: class, signature, docstring as Markdown. Those of the classes that are loaded."""
    registry = getattr(value, "registry", {})
    rows = []
    for kind, function in registry.items():
        if kind is not object:
            doc = markdown(inspect.getdoc(function) or "", parameters(function))
            rows.append((kind.__name__, signature(function, name), doc))
    return sorted(rows)


def _block(block: str, names: list[str]) -> str:
    lines = textwrap.dedent(block).splitlines()
    if block.startswith(">>>"):
        return "\n".join(["```pycon", *("" if line == "<BLANKLINE>" else line for line in lines), "```"])
    if rows := _rows(lines, names):
        return "\n".join(f"- {_terms(term)}: {inline(what)}" for term, what in rows)
    if block.startswith("    "):
        return "\n".join(["```text", *lines, "```"])
    text = _R.sub("", " ".join(line.strip() for line in lines)).strip()
    *body, raised = _RAISES.split(text, maxsplit=1) if _RAISES.search(text) else [text, ""]
    parts = [_run_in(part.strip(), names) for part in body] + [f"*{w}* {inline(x)}" for w, x in _first_word(raised)]
    return "\n\n".join(filter(None, parts))


def _first_word(text: str) -> list[tuple[str, str]]:
    head, _, rest = text.partition(" ")
    return [(head, rest)] if text else []


def _rows(lines: list[str], names: list[str]) -> list[tuple[str, str]]:
    """The rows of a list of two columns, when the first column's names are parameters; else none."""
    rows: list[tuple[str, str]] = []
    for line in lines:
        found = _ROW.match(line)
        if found and set(re.split(r",\s*", found[1])) <= {*names, "..."}:
            rows.append((found[1], found[2]))
        elif rows:
            rows[-1] = (rows[-1][0], f"{rows[-1][1]} {line.strip()}")
        else:
            return []
    return rows if "  " in lines[0].strip() else []


def _run_in(text: str, names: list[str]) -> str:
    """A paragraph in which sentences begin with `parameter: ` as text and a list of them."""
    if not names or not text:
        return inline(text)
    one = "(?:" + "|".join(map(re.escape, sorted(names, key=len, reverse=True))) + ")"
    start = re.compile(rf"(?:^|(?<=[.)] ))({one}(?:, {one})*): ")
    pieces = start.split(text)
    if len(pieces) == 1:
        return inline(text)
    items = [f"- {_terms(term)}: {inline(what.strip())}" for term, what in zip(pieces[1::2], pieces[2::2], strict=True)]
    return "\n\n".join(filter(None, [inline(pieces[0].strip()), "\n".join(items)]))


def _terms(names: str) -> str:
    return ", ".join(f"`{name}`" for name in re.split(r",\s*", names))
