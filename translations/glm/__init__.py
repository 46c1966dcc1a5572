"""Generalized linear models: families and links, R's iteratively reweighted least squares, and what a fit is asked."""
import sys
from types import ModuleType

from .fit import glm

__all__ = ["glm"]


class _Callable(ModuleType):
    """This package, called as the function of its name: importing it binds `translations.glm`, meant to be that."""

    __call__ = staticmethod(glm)


sys.modules[__name__].__class__ = _Callable
