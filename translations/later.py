"""Modules that are imported when something of theirs is first used: a process that fits one model can spare them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any


class Later:
    """Stands for a module, whose names it has; typing: `if TYPE_CHECKING: import` the module itself."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        found = getattr(import_module(self._name), name)
        setattr(self, name, found)
        return found


if TYPE_CHECKING:
    from scipy import linalg as linalg
    from scipy import sparse as sparse
    from scipy.linalg import blas as blas
    from scipy.linalg import lapack as lapack
else:
    linalg, sparse = Later("scipy.linalg"), Later("scipy.sparse")
    blas, lapack = Later("scipy.linalg.blas"), Later("scipy.linalg.lapack")
