"""R's `options()`: settings that hold for the whole process, or inside a `with` block for this thread or task alone."""
from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar, Token
from functools import lru_cache
from operator import index
from types import CodeType
from typing import Any

__all__ = ["option", "options"]


def _one_of(*choices: str) -> Callable[[str, Any], Any]:
    def check(name: str, value: Any) -> Any:
        if value not in choices:
            raise ValueError(f"option {name} must be one of {', '.join(map(repr, choices))}, not {value!r}")
        return value

    return check


def _whole(least: int, most: int) -> Callable[[str, Any], Any]:
    def check(name: str, value: Any) -> Any:
        try:
            whole = least - 1 if isinstance(value, bool) else index(value)
        except TypeError:  # arrays have an __index__ too
            whole = least - 1
        if not least <= whole <= most:
            raise ValueError(f"option {name} must be a whole number from {least} to {most}, not {value!r}")
        return whole

    return check


_CODINGS = ("contr.treatment", "contr.sum", "contr.helmert", "contr.poly", "contr.SAS")


def _codings(name: str, value: Any) -> Any:
    pair = [str(one).replace("_", ".") for one in value] if isinstance(value, (tuple, list)) else []
    if len(pair) != 2 or not {*pair} <= {*_CODINGS}:
        raise ValueError(f"option {name} must be two of {', '.join(_CODINGS)}, for unordered factors and for ordered "
                         f"ones, not {value!r}")
    return tuple(pair)


def _truth(name: str, value: Any) -> Any:
    if not isinstance(value, bool):
        raise ValueError(f"option {name} must be True or False, not {value!r}")
    return value


RELEASES = ("1.1-31", "1.1-37", "2.1")

# The default of each option, and what checks a value given for it and returns the one to keep.
KNOWN: dict[str, tuple[Any, Callable[[str, Any], Any]]] = {
    "collate": ("R", _one_of("R", "C")),
    "contrasts": (("contr.treatment", "contr.poly"), _codings),
    "digits": (7, _whole(1, 22)),
    "lme4": (RELEASES[0], _one_of(*RELEASES)),
    "lmerTest": (False, _truth),
    "scipen": (0, _whole(-9, 9999)),
    "width": (80, _whole(10, 10000)),
}

_everywhere: dict[str, Any] = {name: default for name, (default, _) in KNOWN.items()}
_within: ContextVar[Mapping[str, Any] | None] = ContextVar("rparity_options", default=None)


def option(name: str) -> Any:
    """The value of option `name` that holds here."""
    within = _within.get()
    return within[name] if within is not None and name in within else _everywhere[name]


def since(lme4: str) -> bool:
    """Whether the release of lme4 that is followed here is `lme4` ("1.1-37", "2.1") or a later one."""
    return RELEASES.index(option("lme4")) >= RELEASES.index(lme4)


class Old(dict[str, Any]):
    """The values that `options()` replaced, by name: `options(old)` brings them back, and so does leaving `with`."""

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any], is_set: bool) -> None:
        super().__init__(old)
        self._new = dict(new)
        self._is_set = is_set
        self._token: Token[Mapping[str, Any] | None] | None = None

    def __enter__(self) -> Old:
        if self._is_set:
            _set(self)  # what was set for the process becomes this block's own
        self._token = _within.set({**(_within.get() or {}), **self._new})
        return self

    def __exit__(self, *_: object) -> None:
        if self._token is not None:
            _within.reset(self._token)
            self._token = None


def options(*old: Mapping[str, Any] | str, **new: Any) -> Old:
    """Set options and return the old values of those set or named; without arguments return all. R: base::options.

    collate: the order of levels made from text. "R", the default, is R's in every UTF-8 locale, C.UTF-8 included: a, B,
             c, by the Unicode Collation Algorithm with CLDR's root order. "C" is by code point: B, a, c.
    contrasts: how factors are coded in models where nothing else is asked for: the names for unordered and for ordered
             ones, ("contr.treatment", "contr.poly") by default.
    digits:  significant digits that are printed, 1 to 22; 7 by default.
    lme4:    the release of lme4 (and the R and packages of its time) that is followed where releases differ: "1.1-31",
             the default (R 4.2), "1.1-37" (R 4.5) or "2.1" (R 4.6).
    lmerTest: whether mixed models answer as after library(lmerTest): `summary` with degrees of freedom and p-values,
             `anova` and `drop1` with F tests, by Satterthwaite's method; False by default.
    scipen:  how many characters wider than in scientific notation a number may be and still be printed in full; 0.
    width:   columns that printed text may take, 10 to 10000; 80 by default.

    old: what an earlier call returned, to be set again, or names of options to be told. new: values by name.

    A plain call holds for the whole process, in every thread. `with options(lme4="2.1"):` holds within the block, for
    this thread or asyncio task only, and no other ever sees it (one that an ExitStack enters, they may see until then).

    Returns the old values of the options that were set or named, by name, or all values.

    Raises KeyError for an unknown option, ValueError for a value that it cannot have, TypeError for what is no option.

    >>> with r.options(digits=3):
    ...     print(r.console(3.14159265))
    [1] 3.14
    """
    named, asked = [one for one in old if isinstance(one, str)], dict[str, Any]()
    for one in old:
        if isinstance(one, Mapping):
            asked |= one
        elif not isinstance(one, str):
            raise TypeError(f"options takes names, values by name and what it returned before, not {one!r}")
    asked |= new
    for name in (*named, *asked):
        if name not in KNOWN:
            raise KeyError(f"no option {name!r}; there are {', '.join(KNOWN)}")
    checked = {name: KNOWN[name][1](name, value) for name, value in asked.items()}
    before = {name: option(name) for name in dict.fromkeys((*named, *checked)) or KNOWN}
    caller = sys._getframe(1)
    if everywhere := not _enters(caller.f_code, caller.f_lasti):
        _set(checked)
    return Old(before, checked, everywhere)


@lru_cache(maxsize=1024)
def _enters(code: CodeType, at: int) -> bool:
    """Whether a `with` statement enters what the call at this instruction returns: such a call must set nothing for
    the process, not even until it is entered, or another thread computes under it and its own blocks end with it.
    """
    import dis

    after = [one.opname for one in dis.get_instructions(code) if one.offset > at][:2]
    return after[:1] == ["BEFORE_WITH"] or after[1:] == ["LOAD_SPECIAL"]  # until Python 3.13, from 3.14 on


def _set(values: Mapping[str, Any]) -> None:
    """Set `values` for the process or, where a `with` block has one of its own, in that block."""
    within = _within.get() or {}
    if own := {name: value for name, value in values.items() if name in within}:
        _within.set({**within, **own})
    _everywhere.update({name: value for name, value in values.items() if name not in within})
