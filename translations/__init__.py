"""R's mixed-model functions in Python, under their R names, with their agreement with R proved.

`import translations as r` or `import rparity as r`, then `r.lmer(...)`, `r.t_test(...)`. A name is R's own with '.'
written '_'. The names and their modules stand in `__init__.pyi`; a module is imported when a name of its is first used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from . import compiled
from .version import __version__ as __version__

_STUB = Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8").splitlines()
_HOME = {words[-1]: f"{__name__}{words[1]}" for words in map(str.split, _STUB) if words[:1] == ["from"]}

__all__ = sorted(_HOME)
compiled.guard()


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = globals()[name] = getattr(import_module(_HOME[name]), name)
        return value
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no name {name!r}")
    from .guide.elsewhere import missing

    raise missing(name, sys.modules[__name__])


def __dir__() -> list[str]:
    return __all__
