"""What makes a function generic: declared with types and docstring, it dispatches on its first argument's class."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import singledispatch, wraps
from typing import Any, ParamSpec, Protocol, TypeVar, cast

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)
F = TypeVar("F", bound=Callable[..., Any])


class Generic(Protocol[P, R_co]):
    """A generic function: called as it is declared, with a method for each class registered."""

    registry: Mapping[type, Callable[..., Any]]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """The answer of the method for the class of the first argument."""

    def register(self, cls: type) -> Callable[[F], F]:
        """A decorator: the function is the method for `cls`; its parameters are among those declared."""

    def dispatch(self, cls: type) -> Callable[..., Any]:
        """The method for `cls`."""


def generic(declared: Callable[P, R_co]) -> Generic[P, R_co]:
    """The function as declared (name, parameters, types, docstring), answered by the methods that are registered.

    Without a method for the first argument's class it raises ValueError naming that class, and those that have one.
    """

    @wraps(declared)
    def default(x: Any, *args: Any, **kwargs: Any) -> Any:
        if (frame := _taken_over(x)) is not None and type(frame) in dispatching.registry:
            return dispatching(frame, *args, **kwargs)
        known = [kind.__name__ for kind in dispatching.registry if kind is not object]
        takes = f"; it takes {', '.join(dict.fromkeys(known))}" if known else ""
        raise ValueError(f"no applicable method for '{declared.__name__}' applied to an object of class "
                         f"{type(x).__name__!r}{takes}")

    dispatching = singledispatch(default)
    registered = dispatching.register

    def register(cls: type) -> Callable[[F], F]:
        def method(function: F) -> F:
            if function.__name__.startswith("_"):  # what Python names where it does not take an argument
                function.__qualname__ = declared.__name__
            registered(cls)(function)
            return function

        return method

    dispatching.register = register  # type: ignore[assignment,method-assign]
    return cast(Generic[P, R_co], dispatching)


def _taken_over(x: Any) -> Any:
    """A frame or column of another library as pandas' own; None for anything else."""
    from .language.interchange import to_pandas

    return to_pandas(x, column=True)
