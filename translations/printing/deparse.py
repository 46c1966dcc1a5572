"""R expressions given as text, written again as R's `deparse` writes them: its blanks, quotes and line breaks.

Enough of R's grammar for formulas and calls: names, numbers, strings, unary and binary operators, calls with named
arguments, indexing. The line is broken after a binary operator or a comma once it is longer than the cutoff
(src/main/deparse.c, linebreak()).
"""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from .numbers import format_number

_TOKEN = re.compile(r"""\s*(?:(?P<number>0[xX][0-9a-fA-F]+L?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?L?)
    |(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    |(?P<name>`(?:\\.|[^`\\])*`|(?:[^\W\d]|\.(?!\d))[\w.]*)
    |(?P<op>%[^%\n]*%|<-|<=|>=|==|!=|&&|\|\||:::|::|[-+*/^:~!<>&|$@=(),\[\]]))""", re.X)
# binary operators, those that bind weakest first
_LEVELS = (("=",), ("~",), ("|", "||"), ("&", "&&"), ("==", "!=", "<", ">", "<=", ">="), ("+", "-"), ("*", "/"), ("%",),
           (":",), ("^",))
_BINARY = {op: level for level, ops in enumerate(_LEVELS) for op in ops}
_RIGHT = ("=", "^")                                     # group from the right
_TIGHT = ("/", ":", "^", "$", "@", "::", ":::", "%%", "%/%")      # no blanks around them, no line's end after them
_UNARY = {"~": "|", "!": "==", "-": "^", "+": "^"}      # which operators their operand may hold: from this one on
_STAND_IN = "\N{LATIN SMALL LETTER LONG S}"  # a letter that no program has, where R has no such expression
_SELECT = ("$", "@", "::", ":::")


def _level(op: str) -> int | None:
    return _BINARY.get("%" if op.startswith("%") else op)


@dataclass(frozen=True)
class Node:
    """A node of the tree: "atom", "unary", "binary", "paren" or "call" (also x[i]); names label a call's arguments."""
    kind: str
    text: str
    children: tuple[Node | None, ...] = ()
    names: tuple[str | None, ...] = ()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.tokens, at = text, [], 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if not found:
                raise ValueError(f"not an R expression: {text!r} (at {text[at:].strip()[:20]!r})")
            self.tokens.append((found.lastgroup, found.group(found.lastgroup or 0)))
            at = found.end()
        self.at = 0

    def peek(self) -> tuple[str | None, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else (None, "")

    def take(self, expected: str = "") -> tuple[str | None, str]:
        kind, token = self.peek()
        if kind is None or (expected and token != expected):
            raise ValueError(f"not an R expression: {self.text!r} ({expected or 'more'} expected)")
        self.at += 1
        return kind, token

    def expression(self, least: int = 0) -> Node:
        node = self.postfix(self.prefix())
        while True:
            kind, op = self.peek()
            level = _level(op) if kind == "op" else None
            if level is None or level < least:
                return node
            self.take()
            node = Node("binary", op, (node, self.expression(level + (op not in _RIGHT))))

    def prefix(self) -> Node:
        kind, token = self.take()
        if kind == "op" and token in _UNARY:
            return Node("unary", token, (self.expression(_BINARY[_UNARY[token]]),))
        if token == "(":
            inner = self.expression()
            self.take(")")
            return Node("paren", "(", (inner,))
        if kind == "op":
            raise ValueError(f"not an R expression: {self.text!r} (at {token!r})")
        return Node("atom", _atom(kind, token))

    def postfix(self, node: Node) -> Node:
        while (opening := self.peek()[1]) in ("(", "[", *_SELECT):
            self.take()
            if opening in _SELECT:
                node = Node("binary", opening, (node, self.prefix()))
                continue
            closing = ")" if opening == "(" else "]"
            double = opening == self.peek()[1] == "["
            if double:
                self.take()
            children, names = self.arguments(closing)
            for _ in range(1 + double):
                self.take(closing)
            node = Node("call", opening * (1 + double), (node, *children), (None, *names))
        return node

    def arguments(self, closing: str) -> tuple[list[Node | None], list[str | None]]:
        """What stands between brackets and commas (None where nothing does), and what names it."""
        children: list[Node | None] = []
        names: list[str | None] = []
        while self.peek()[1] != closing:
            if children:
                self.take(",")
            name, argument = None, None if self.peek()[1] in (",", closing) else self.expression(_BINARY["~"])
            if argument and self.peek()[1] == "=":
                self.take()
                name, argument = argument.text, self.expression(_BINARY["~"])
            children.append(argument)
            names.append(name)
        return children, names


def _atom(kind: str | None, token: str) -> str:
    if kind == "number":
        digits = token.rstrip("L")
        value = float(int(digits, 16)) if digits[:2] in ("0x", "0X") else float(digits)
        return format_number(value, 15, scipen=0) if digits == token else f"{value:.0f}L"
    if kind == "string":
        body = token[1:-1].replace("\\'", "'") if token[0] == "'" else token[1:-1]
        return '"' + (body.replace('"', '\\"') if token[0] == "'" else body) + '"'
    if kind == "name" and re.fullmatch(r"`(?:[^\W\d]|\.(?!\d))[\w.]*`", token):
        return token[1:-1]
    return token


class _Writer:
    def __init__(self, cutoff: int) -> None:
        self.cutoff, self.indent, self.line = cutoff, 0, ""
        self.lines: list[str] = []

    def put(self, text: str) -> None:
        if not self.line:
            self.line = "    " * min(self.indent, 4) + "  " * max(0, self.indent - 4)
        self.line += text

    def end_line(self) -> None:
        self.lines.append(self.line)
        self.line = ""

    def break_line(self, broken: bool) -> bool:
        """Ends a line that is too long; whether the construct has been broken by now (its first break indents)."""
        if len(self.line.encode()) <= self.cutoff:
            return broken
        if not broken:
            self.indent += 1
        self.end_line()
        return True

    def write(self, node: Node | None) -> None:
        if node is None or node.kind == "atom":     # nothing, at a line's beginning, still indents
            self.put(node.text if node else "")
        elif node.kind == "paren":
            self.put("(")
            self.write(node.children[0])
            self.put(")")
        elif node.kind == "unary":
            self.put(node.text)
            self.write(node.children[0])
        elif node.kind == "binary":
            self.binary(node)
        else:
            self.write(node.children[0])
            self.put(node.text)
            self.arguments(node)
            self.put({"(": ")", "[": "]", "[[": "]]"}[node.text])

    def binary(self, node: Node) -> None:
        spaced = node.text not in _TIGHT
        self.write(node.children[0])
        self.put(f" {node.text} " if spaced else node.text)
        broken = spaced and self.break_line(False)
        self.write(node.children[1])
        self.indent -= broken

    def arguments(self, node: Node) -> None:
        broken = False
        for i, (child, name) in enumerate(zip(node.children[1:], node.names[1:], strict=True)):
            if i:
                self.put(", ")
                broken = self.break_line(broken)
            if name is not None:
                self.put(f"{name} = ")
            self.write(child)
        self.indent -= broken


@lru_cache(maxsize=256)         # a model's formula is written in every one of its tables
def parse(text: str) -> Node:
    """The tree of the R expression `text`. ValueError says where it is not one."""
    parser = _Parser(text)
    node = parser.expression()
    if parser.at < len(parser.tokens):
        raise ValueError(f"not an R expression: {text!r} (at {parser.peek()[1]!r})")
    return node


def as_written(text: str, cutoff: int = 60) -> list[str]:
    """The lines of a caller's expression: as R would deparse it, or as it stands where R has no such expression
    (`data.head(100)`, `frame[::2]`)."""
    try:
        return deparse(text, cutoff)
    except ValueError:
        return [text]


def deparse_call(function: str, arguments: Mapping[str, str]) -> list[str]:
    """The lines of a call whose arguments are callers' expressions, as `as_written` has them."""
    shown, python = {}, []
    for name, text in arguments.items():
        try:
            parse(text)
            shown[name] = text
        except ValueError:
            shown[name] = _STAND_IN * len(text)
            python.append(text)
    left = iter(python)
    lines = deparse(f"{function}({', '.join(f'{name} = {text}' for name, text in shown.items())})")
    return [re.sub(f"{_STAND_IN}+", lambda _: next(left), line) for line in lines]


def deparse(text: str, cutoff: int = 60) -> list[str]:
    """The lines that R's `deparse(quote(<text>), cutoff)` gives for the expression `text`; a name alone unquoted."""
    tree, writer = parse(text), _Writer(cutoff)
    if tree.kind == "atom" and tree.text.startswith("`"):
        return [tree.text[1:-1]]
    writer.write(tree)
    writer.end_line()
    return writer.lines
