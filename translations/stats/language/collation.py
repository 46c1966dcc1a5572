"""The order of text: R's (`options(collate="R")`, the default) or by code point (`"C"`).

R sorts text by ICU's root collation in every UTF-8 locale of no language of its own and in English: in C.UTF-8 too,
where the references were made. That is the Unicode Collation Algorithm with CLDR's root table: the letters before
their case and accents, digits before letters, punctuation before both and never ignored. pyuca does the algorithm with
Unicode 10's default table (DUCET); CLDR differs from it in the order of what is neither digit nor letter: white space,
punctuation, other symbols, currencies, each in DUCET's own order (Unicode Technical Standard 35, part 5, section 2.1).
"""
from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import accumulate
from operator import ne
from typing import Any

from translations.settings import option

# ASCII in that order: enough for most data, and quicker than the table. Letters differ from their capitals last of all.
_BEFORE_LETTERS = "\t\n\v\f\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789"
_ORDERED = _BEFORE_LETTERS + "abcdefghijklmnopqrstuvwxyz"
_PRIMARY: dict[int, str | None] = {i: None for i in range(128)}  # other control characters count for nothing
_PRIMARY |= {ord(one): chr(i + 1) for i, one in enumerate(_ORDERED)}
_PRIMARY |= {ord(one.upper()): chr(i + 1) for i, one in enumerate(_ORDERED)}
_CASE: dict[int, str | None] = {i: "B" if chr(i).isupper() else "A" if chr(i) in _ORDERED else None for i in range(128)}

# The general categories of Unicode that CLDR keeps together, in its order; letters and digits come after these.
_GROUPS = {"Z": 0, "C": 0, "P": 1, "S": 2, "Sc": 3}
_SYMBOLS, _DIGITS_AND_LETTERS = 2, 4


class CollationWarning(UserWarning):
    """Text became a factor whose first level, the reference, is another by code point than in R's order."""


def collated(texts: Iterable[str]) -> list[str]:
    """`texts` sorted in the order that `options(collate=)` names; what R finds equal stays in its order."""
    texts = list(texts)
    return sorted(texts, key=sort_key(texts))


def sort_key(texts: Sequence[str]) -> Callable[[str], Any]:
    """What to sort `texts` by: keys of two of them compare as the texts do in R."""
    if option("collate") == "C":
        return str
    return _ascii_key if all(text.isascii() for text in texts) else _key


def _ascii_key(text: str) -> tuple[str, str]:
    return text.translate(_PRIMARY), text.translate(_CASE)


def _key(text: str) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """The weights of `text` at the three levels: letters, accents, case."""
    collator, groups, digits = _table()
    elements = collator.collation_elements(unicodedata.normalize("NFD", text))
    primary, accents, case = ([element[level] for element in elements if element[level]] for level in range(3))
    first = [(groups.get(one, _SYMBOLS) if one < digits else _DIGITS_AND_LETTERS, one) for one in primary]
    return first, accents, case


@cache
def _table() -> tuple[Any, dict[int, int], int]:
    """pyuca's collator, the group of each primary weight below the digits', and the first of these."""
    from pyuca.collator import Collator_10_0_0

    collator = Collator_10_0_0()
    digits = collator.collation_elements("0")[0][0]
    groups: dict[int, int] = {}
    for one in map(chr, range(0x10000)):
        category = unicodedata.category(one)
        place = _GROUPS.get(category, _GROUPS.get(category[0]))
        if place is None or category in ("Cn", "Co", "Cs"):
            continue
        weights = [element[0] for element in collator.collation_elements(unicodedata.normalize("NFD", one))]
        weights = [weight for weight in weights if weight]
        if len(weights) == 1 and weights[0] < digits:
            groups.setdefault(weights[0], place)
    return collator, groups, digits


def ranks(texts: Iterable[str]) -> dict[str, int]:
    """The place of each of `texts` in the order, the same for those that R finds equal."""
    ordered = collated(set(texts))
    keys = list(map(sort_key(ordered), ordered))
    return dict(zip(ordered, accumulate(map(ne, keys[1:], keys), initial=0), strict=True))
