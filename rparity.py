"""`translations` under the name of the distribution: `import rparity as r` gives the same functions and classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import translations

if TYPE_CHECKING:
    from translations import *  # noqa: F403

__all__ = translations.__all__
__version__ = translations.__version__


def __getattr__(name: str) -> Any:
    if name.startswith("_"):  # `__path__` above all: this is one module, not a second copy of the package
        raise AttributeError(f"module {__name__!r} has no name {name!r}")
    return getattr(translations, name)


def __dir__() -> list[str]:
    return __all__
