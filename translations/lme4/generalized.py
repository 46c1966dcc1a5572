"""What a generalized model does otherwise than a linear one: the package `glmer` registers its own ways."""

from __future__ import annotations

from functools import singledispatch
from typing import Any


@singledispatch
def refitted(m: Any, newresp: Any, control: Any) -> Any:
    """`refit`."""
    raise TypeError(f"{type(m).__name__} is no generalized model")


@singledispatch
def replicates(m: Any, FUN: Any, nsim: int, seed: Any, use_u: bool, re_form: Any, type: str, call: str,  # noqa: N803
               progress: Any) -> Any:
    """`bootMer`."""
    raise TypeError(f"{m.__class__.__name__} is no generalized model")


@singledispatch
def profiled(m: Any, which: Any, alphamax: float, signames: bool, progress: Any) -> Any:
    """`profile`."""
    raise TypeError(f"{type(m).__name__} is no generalized model")


@singledispatch
def ratios(small: Any, large: Any, nsim: int, stream: Any, progress: Any) -> Any:
    """`PBmodcomp`'s replicates: likelihood ratios (nsim,), NaN where a fit failed, and the warnings of the fits."""
    raise TypeError(f"{type(small).__name__} is no generalized model")


@singledispatch
def components(m: Any) -> dict[str, float]:
    """Parts of the criterion that getME's "devcomp" has beside those of a linear model."""
    raise TypeError(f"{type(m).__name__} is no generalized model")


@singledispatch
def dims(m: Any) -> dict[str, int | None]:
    """Sizes and switches there that a linear model has not, or otherwise; None: NA."""
    raise TypeError(f"{type(m).__name__} is no generalized model")


@singledispatch
def deviance_function(m: Any) -> Any:
    """getME's "devfun"."""
    raise TypeError(f"{type(m).__name__} is no generalized model")
