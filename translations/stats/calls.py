"""What the caller calls an argument: R prints calls and data by name."""
from __future__ import annotations

import sys
from typing import Any

INSIDE = ("translations.stats", "translations.lme4", "functools")


def called(value: Any, otherwise: str) -> str:
    """The name of a variable of the nearest caller outside these modules that is `value`, or `otherwise`."""
    scope = sys._getframe()
    while scope.f_back is not None and _inside(scope.f_globals.get("__name__", "")):
        scope = scope.f_back
    for names in (scope.f_locals, scope.f_globals):
        for name, bound in names.items():
            if bound is value and name[0].isalpha():
                return name
    return otherwise


def _inside(module: str) -> bool:
    """Whether a module is this package's own machinery; its cases are users of it."""
    return module.startswith(INSIDE) and ".cases." not in module
