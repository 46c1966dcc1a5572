"""Strings as R's console shows them: display width, escapes, padding, `abbreviate`, `strwrap`, `cat(fill = TRUE)`."""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from string import ascii_lowercase

_ESCAPES = {"\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
_RESERVED = {"if", "else", "repeat", "while", "function", "for", "next", "break", "in", "TRUE", "FALSE", "NULL", "Inf",
             "NaN", "NA", "NA_integer_", "NA_real_", "NA_character_", "NA_complex_"}
_VOWELS = set("aeiou")
# the accented vowels that R lists for non-ASCII names; its table has "." where U+00E2 was meant, and U+0118 for U+0119
_WIDE_VOWELS = _VOWELS | set("àá.ãäåèéêëìíîïòóôõöøùúûüāăąēĕėĘěĩīĭįıōŏőũūŭůűų")


def width(text: str) -> int:
    """Columns that `text` takes on a terminal: two for a wide East Asian character, none for a combining one."""
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(0 if unicodedata.category(c) in ("Mn", "Me", "Cf", "Cc") else
               2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _escape(c: str, quote: str) -> str:
    if c in _ESCAPES:
        return _ESCAPES[c]
    if c == quote:
        return "\\" + c
    if c < "\x80":
        return c if c.isprintable() else f"\\{ord(c):03o}"
    if unicodedata.category(c) not in ("Cc", "Cn", "Zl", "Zp"):
        return c
    return f"\\u{ord(c):04x}" if ord(c) <= 0xFFFF else f"\\U{{{ord(c):06x}}}"


def encode(text: str | None, quote: str = "") -> str:
    """`text` with R's escapes, between `quote`s; a missing one is NA when quoted, else <NA>. R: encodeString."""
    if text is None:
        return "NA" if quote else "<NA>"
    if not (text.isascii() and text.isprintable()) or "\\" in text or (quote and quote in text):
        text = "".join(_escape(c, quote) for c in text)
    return f"{quote}{text}{quote}"


def quoted(name: str) -> str:
    """`name`, in backquotes when it is no R name. R: make.names, help("Reserved")."""
    valid = re.fullmatch(r"(?:[^\W\d_]|\.(?!\d))[\w.]*", name) and name not in _RESERVED
    return name if valid else encode(name, "`")


def left(text: str, columns: int) -> str:
    """`text` with blanks after it up to `columns`."""
    return text + " " * (columns - width(text))


def right(text: str, columns: int) -> str:
    """`text` with blanks before it up to `columns`."""
    return " " * (columns - width(text)) + text


def common(texts: Sequence[str]) -> list[str]:
    """`texts` left-justified to one width, as `format` makes them: R allows for the escapes that printing will need."""
    widths = [width(encode(t)) for t in texts]
    columns = max(widths, default=0)
    return [t + " " * (columns - w) for t, w in zip(texts, widths, strict=True)]


def _shorten(name: str, length: int) -> str:
    """One name cut to `length`: vowels go, then small letters, then anything but first letters. R: stripchars()."""
    chars = list(name.rstrip())
    if len(chars) <= length:
        return name
    spaces = sum(c.isspace() for c in chars)
    vowels = _VOWELS if name.isascii() else _WIDE_VOWELS

    def first(i: int) -> bool:
        return chars[i - 1].isspace()

    def last(i: int) -> bool:
        return not first(i) and (i + 1 == len(chars) or chars[i + 1].isspace())

    passes = (lambda i: chars[i] in vowels and last(i), lambda i: chars[i] in vowels and not first(i),
              lambda i: chars[i] in ascii_lowercase and last(i), lambda i: chars[i] in ascii_lowercase and not first(i),
              lambda i: not first(i) and not chars[i].isspace())
    for drops in passes:
        for i in range(len(chars) - 1, 0, -1):
            if len(chars) - spaces <= length:
                break
            if drops(i):
                del chars[i]
    if len(chars) > length:
        chars = chars[:1] + [c for c in chars[1:] if not c.isspace()]
    return "".join(chars)


def abbreviate(names: Iterable[str], minlength: int = 4, strict: bool = False) -> list[str]:
    """Unique abbreviations of `minlength` characters, longer where they would coincide. R: base::abbreviate."""
    full = [name.strip(" ") for name in names]
    unique = list(dict.fromkeys(full))
    short = {name: _shorten(name, minlength) for name in unique}
    again = [] if strict else _clashing(unique, short)
    while again:
        minlength += 1
        short.update((name, _shorten(name, minlength)) for name in again)
        again = _clashing(unique, short)
    return [short[name] for name in full]


def _clashing(unique: list[str], short: dict[str, str]) -> list[str]:
    """Names whose abbreviation another name has too."""
    count: dict[str, int] = {}
    for name in unique:
        count[short[name]] = count.get(short[name], 0) + 1
    return [name for name in unique if count[short[name]] > 1]


def strwrap(text: str, columns: float, prefix: str = "", exdent: int = 0) -> list[str]:
    """`text` broken at blanks into lines narrower than `columns`, an empty one between paragraphs. R: strwrap."""
    paragraphs = re.split(r"\n[ \t\n]*\n", text)
    if len(paragraphs) > 1:
        rest = [line for one in paragraphs[1:] for line in (prefix, *strwrap(one, columns, prefix, exdent))]
        return [*strwrap(paragraphs[0], columns, prefix, exdent), *rest]
    lines: list[str] = []
    words = [w for w in re.split(r"[ \t\n]", text) if w]
    if not words:
        return [""]
    current: list[str] = []
    for word in words:
        columns_left = columns - width(prefix) - (exdent if lines else 0)
        if current and sum(width(w) + 1 for w in current) + width(word) + 1 > columns_left:
            lines.append(prefix + " " * (exdent if lines else 0) + " ".join(current))
            current = []
        current.append(word)
    return [*lines, prefix + " " * (exdent if lines else 0) + " ".join(current)]


def fill(pieces: Iterable[str], columns: int, sep: str = " ") -> list[str]:
    """The lines of `cat(..., sep = sep, fill = columns)`: what would pass the margin begins a line. R counts bytes."""
    text, used = "", 0
    for i, piece in enumerate(pieces):
        text += sep if i else ""
        size = len(piece.encode()) + len(sep)
        if i and used + size > columns:
            text, used = text + "\n", 0
        text, used = text + piece, used + size
    return text.split("\n")
