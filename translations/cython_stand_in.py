"""What the compiled modules use of Cython, for where it is not installed: as Python, their decorators do nothing.

Cython is needed to compile these modules, never to run them. Types stand in annotations only, which nobody evaluates.
"""

from __future__ import annotations

from builtins import int  # noqa: UP029 (as `cython.int`)
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
compiled = False


class double(float):  # noqa: N801
    """`cython.double`, and `cython.double[::1]`."""

    def __class_getitem__(cls, _: Any) -> type:
        return cls


Py_ssize_t = longlong = ulonglong = int


def cast(kind: Callable[[Any], T], value: Any) -> T:
    """A number as one of another type."""
    return kind(value)


def _as_it_is(thing: T) -> T:
    return thing


cclass = cfunc = ccall = final = inline = _as_it_is


def exceptval(*_: Any, **__: Any) -> Callable[[T], T]:
    """A decorator with arguments: what a C function returns to say that it raised."""
    return _as_it_is


def declare(_: Any, value: T) -> T:
    """A constant of a C type."""
    return value


class _Nogil:
    """`@cython.nogil`, `with cython.nogil:` and `with cython.gil:`."""

    def __call__(self, function: T) -> T:
        return function

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


nogil = gil = _Nogil()
