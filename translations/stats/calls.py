"""What the caller calls an argument: R prints calls and data by name."""
from __future__ import annotations

import sys
from typing import Any

INSIDE = ("translations.stats", "translations.lme4")


def called(value: Any, otherwise: str) -> str:
    """The name of a variable of the nearest caller outside these modules that is `value`, or `otherwise`."""
    scope = sys._getframe(1)
    while scope.f_back is not None and scope.f_globals.get("__name__", "").startswith(INSIDE):
        scope = scope.f_back
    for names in (scope.f_locals, scope.f_globals):
        for name, bound in names.items():
            if bound is value and not name.startswith("_"):
                return name
    return otherwise
