"""R expressions: read, written back as R's `deparse` writes them, and walked.

A model formula names its variables by expressions such as `log(x)`, `I(x^2)` or `poly(x, 2)`. R labels coefficients
with the deparsed expression, so text must be read with R's precedence and written with R's spacing. Evaluation is in
`evaluate.py`.
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn


@dataclass(frozen=True, slots=True)
class Name:
    """A symbol: a column, or R's `.`."""

    id: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a string, `TRUE`, `FALSE`, `NULL` or `NA`; `integer` marks R's `2L`."""

    value: float | str | bool | None
    integer: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A call. Operators and the parenthesis are calls too, as in R: `a + b` is `+`(a, b)."""

    function: str
    args: tuple[Node, ...]
    names: tuple[str | None, ...]


Node = Name | Constant | Call

WORDS: dict[str, Constant] = {
    "TRUE": Constant(True), "FALSE": Constant(False), "True": Constant(True), "False": Constant(False),
    "NULL": Constant(None), "None": Constant(None), "NA": Constant(float("nan")), "Inf": Constant(float("inf")),
}

RESERVED = frozenset({"if", "else", "repeat", "while", "function", "for", "next", "break", *WORDS})

# R's operators, loosest first (R Language Definition, 10.4.2); `x` is the operand of a prefix operator.
_LOOSEST_FIRST = ("~ ~x", "|| |", "&& &", "!x", "< > <= >= == !=", "+ -", "* /", "%", ":", "-x +x", "^")
_BINDING = {operator: level for level, alike in enumerate(_LOOSEST_FIRST) for operator in alike.split()}
BINARY = {operator: level for operator, level in _BINDING.items() if not operator.endswith("x")}
PREFIX = {operator[0]: level for operator, level in _BINDING.items() if operator.endswith("x")}
TIGHT = frozenset({"/", ":", "^", "%%", "%/%"})    # deparsed without spaces around them

_TOKEN = re.compile(
    r"""(?:\s|\#[^\n]*)*(?:
      (?P<number>0[xX][0-9a-fA-F]+L?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?L?)
    | (?P<name>(?:[^\W\d_]|\.(?!\d))[\w.]*)
    | `(?P<quoted>[^`]+)`
    | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<op>%[^%]*%|\*\*|<=|>=|==|!=|&&|\|\||[-+*/^:<>!&|~(),=])
    | (?P<end>$)
    )""",
    re.VERBOSE,
)
_SYNTACTIC = re.compile(r"(?:[^\W\d_]|\.(?!\d))[\w.]*\Z")


class _Reader:
    """A precedence-climbing reader over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(self._lex())
        self.at = 0

    def _lex(self) -> Iterator[tuple[str, str]]:
        position = 0
        while True:
            match = _TOKEN.match(self.text, position)
            if match is None:
                raise ValueError(f"cannot read {self.text[position:].strip()!r} in {self.text!r}")
            kind = str(match.lastgroup)
            yield kind, match[kind]
            if kind == "end":
                return
            position = match.end()

    def _fail(self) -> NoReturn:
        kind, token = self.tokens[self.at]
        opened = self.tokens.count(("op", "(")) - self.tokens.count(("op", ")"))
        cure = ": a ( is not closed" if kind == "end" and opened > 0 else ""
        raise ValueError(f"unexpected {'end' if kind == 'end' else repr(token)} in {self.text!r}{cure}")

    def _accept(self, token: str) -> bool:
        found = self.tokens[self.at] == ("op", token)
        self.at += found
        return found

    def whole(self) -> Node:
        node = self.expression(0)
        if self.tokens[self.at][0] != "end":
            self._fail()
        return node

    def expression(self, power: int) -> Node:
        left = self._operand()
        while True:
            kind, token = self.tokens[self.at]
            operator = "^" if token == "**" else token
            binding = BINARY.get("%" if operator.startswith("%") else operator) if kind == "op" else None
            if binding is None or binding < power:
                return left
            self.at += 1
            left = call(operator, left, self.expression(binding + (operator != "^")))  # only ^ groups from the right

    def _operand(self) -> Node:
        kind, token = self.tokens[self.at]
        if kind == "end" or kind == "op" and token not in PREFIX and token != "(":
            self._fail()
        self.at += 1
        if kind == "number":
            digits = token.rstrip("L")
            value = float(int(digits, 16)) if digits[:2] in ("0x", "0X") else float(digits)
            return Constant(value, integer=token.endswith("L"))
        if kind == "string":
            return Constant(re.sub(r"\\(.)", r"\1", token[1:-1]))
        if kind in ("name", "quoted"):
            if self._accept("("):
                return self._arguments(token)
            return WORDS.get(token, Name(token)) if kind == "name" else Name(token)
        if token in PREFIX:
            return call(token, self.expression(PREFIX[token]))
        inner = self.expression(0)
        if not self._accept(")"):
            self._fail()
        return call("(", inner)

    def _arguments(self, function: str) -> Call:
        args: list[Node] = []
        names: list[str | None] = []
        while not self._accept(")"):
            kind, token = self.tokens[self.at]
            named = kind in ("name", "quoted", "string") and self.tokens[self.at + 1] == ("op", "=")
            self.at += 2 * named
            names.append(token.strip("\"'") if named else None)
            args.append(self.expression(0))
            if not self._accept(",") and self.tokens[self.at] != ("op", ")"):
                self._fail()
        return Call(function, tuple(args), tuple(names))


def call(function: str, *args: Node) -> Call:
    """A call with unnamed arguments."""
    return Call(function, args, (None,) * len(args))


def as_text(formula: Any) -> str:
    """`formula`. Raises ValueError where it is not text."""
    if not isinstance(formula, str):
        raise ValueError(f'a formula is text, such as "y ~ x", not an object of class {type(formula).__name__}')
    return formula


@lru_cache(maxsize=1024)
def read(text: str) -> Node:
    """The expression that `text` spells in R. Raises `ValueError` naming the token that does not fit."""
    try:
        node = _Reader(text).whole()
        deparse(node)
    except RecursionError:
        raise ValueError(f"a formula is nested too deeply to be read: {text[:40]!r} ... {text[-20:]!r}") from None
    return node


_TRAILING = re.compile(r"(?<=\d)\.0+(?=e|$)|(?<=\.)(\d*[1-9])0+(?=e|$)")


def _scaling_decides(value: float) -> bool:
    """Whether the 15th digit may depend on R's scaling by a power of ten before it rounds: beside a tie, further around
    where that power is one of those from 10^23 to 10^27 that R has as doubles.
    """
    mantissa, exponent = f"{value:.18e}".lstrip("-").split("e")
    inexact = 23 <= abs(int(exponent) - 14) <= 27
    return abs(int(mantissa[16:]) - 5000) < (1200 if inexact else 10)


def number_text(value: float, integer: bool = False) -> str:
    """`value` with up to 15 significant digits, fixed unless scientific is shorter (R: as.character, deparse)."""
    if value != value:
        return "NA"
    if value in (float("inf"), float("-inf")):
        return str(float(value)).title()
    if integer or (-1e5 < value < 1e5 and value == int(value)):
        return f"{value + 0.0:.0f}"
    if _scaling_decides(value):
        from translations.printing.numbers import format_number

        return _TRAILING.sub(r"\1", format_number(value, 15, scipen=0))
    mantissa, exponent = f"{value + 0.0:.14e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    digits = sum(map(str.isdigit, mantissa))
    scientific = f"{mantissa}e{exponent}"
    fixed = f"{value + 0.0:.{max(0, digits - 1 - int(exponent))}f}"
    return fixed if len(fixed) <= len(scientific) else scientific


def name_text(name: str) -> str:
    """`name`, in backticks unless it is a syntactic R name."""
    return name if _SYNTACTIC.match(name) and name not in RESERVED else f"`{name}`"


def deparse(node: Node, whole: str = "L") -> str:
    """The text R's `deparse` gives for `node`: R's spacing, whatever the spacing of the original. `whole` follows whole
    numbers written with an L.
    """
    if isinstance(node, Name):
        return name_text(node.id)
    if isinstance(node, Constant):
        return _constant_text(node, whole)
    function, args = node.function, node.args
    if function == "(":
        return f"({deparse(args[0], whole)})"
    if function in PREFIX and len(args) == 1:
        return f"{function}{deparse(args[0], whole)}"
    if (function in BINARY or function.startswith("%")) and len(args) == 2:
        gap = "" if function in TIGHT else " "
        return f"{deparse(args[0], whole)}{gap}{function}{gap}{deparse(args[1], whole)}"
    shown = [deparse(arg, whole) for arg in args]
    named = [f"{name_text(n)} = {text}" if n else text for n, text in zip(node.names, shown, strict=True)]
    return f"{name_text(function)}({', '.join(named)})"


def variable_label(node: Node) -> str:
    """What terms and columns call a variable: as `deparse`, but `I(k * 2)` for `I(k * 2L)` (R: terms.formula)."""
    return deparse(node, whole="")


def _constant_text(node: Constant, whole: str) -> str:
    value = node.value
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return number_text(value, node.integer) + (whole if node.integer else "")


def symbols(node: Node) -> Iterator[str]:
    """The names of the variables that occur in `node`, in order of occurrence, with repeats (R: all.vars)."""
    if isinstance(node, Name):
        yield node.id
    elif isinstance(node, Call):
        for arg in node.args:
            yield from symbols(arg)


def substitute(node: Node, replacements: dict[str, Node]) -> Node:
    """`node` with each variable of `replacements` replaced by its expression (R: substitute)."""
    if isinstance(node, Name):
        return replacements.get(node.id, node)
    if isinstance(node, Call):
        return Call(node.function, tuple(substitute(arg, replacements) for arg in node.args), node.names)
    return node
