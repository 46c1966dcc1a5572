"""What the caller calls an argument: R prints calls and data as they were written."""
from __future__ import annotations

import sys
from functools import lru_cache
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ast

INSIDE = ("translations.stats", "translations.companions", "translations.lme4", "translations.nlme",
          "translations.generalized", "functools")


def called(value: Any, otherwise: str, function: str, at: int, keyword: str = "") -> str:
    """What the nearest caller outside these modules wrote for an argument of `function`.

    The argument is the one at position `at`, or called `keyword`; its text is the caller's source text. Where that
    cannot be had (no source, `*arguments`), it is the name of a variable that is `value`, or `otherwise`.
    """
    scope = sys._getframe(1)
    while scope.f_back is not None and _inside(scope.f_globals.get("__name__", "")):
        scope = scope.f_back
    return _written(scope, function, at, keyword) or _variable(scope, value) or otherwise


def data_called(data: Any, function: str, at: int = 1) -> str:
    """What the caller calls the data of `function`, its argument at position `at`; else their own name, or "data"."""
    return called(data, str(getattr(data, "attrs", {}).get("name", "data")), function, at, "data")


def _written(scope: FrameType, function: str, at: int, keyword: str) -> str:
    """The source text of an argument of the call that a frame is in; "" where that is no call of `function`."""
    import ast

    from executing import Source

    found = Source.executing(scope)
    call = found.node
    if not isinstance(call, ast.Call):
        return ""
    if getattr(_value(call.func, scope), "__name__", "") != function:
        return ""
    named = next((one.value for one in call.keywords if one.arg == keyword), None)
    first = call.args[: at + 1]
    if named is None and (len(first) <= at or any(isinstance(one, ast.Starred) for one in first)):
        return ""
    return _text(found.source.text, named or first[at])


@lru_cache(1000)
def _text(source: str, node: ast.expr) -> str:
    """The text of a piece of source, on one line."""
    import ast

    return " ".join(line.strip() for line in (ast.get_source_segment(source, node) or "").splitlines())


def _value(node: ast.expr, scope: FrameType) -> Any:
    """What a name, or an attribute of one, stands for in a frame; None for anything else."""
    import ast

    if isinstance(node, ast.Attribute):
        return getattr(_value(node.value, scope), node.attr, None)
    if isinstance(node, ast.Name):
        return scope.f_locals.get(node.id, scope.f_globals.get(node.id))
    return None


def _variable(scope: FrameType, value: Any) -> str:
    """The name of a frame's first variable that is `value`; "" where none is."""
    for names in (scope.f_locals, scope.f_globals):
        for name, bound in names.items():
            if bound is value and name[0].isalpha():
                return name
    return ""


def _inside(module: str) -> bool:
    """Whether a module is this package's own machinery."""
    return module.startswith(INSIDE)
