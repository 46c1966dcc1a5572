"""Labelled results whose `str()` is R's printed text: `Vector`, `Matrix`, `Tibble`, the base of the dataclasses."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import pandas as pd

from . import html
from .dispatch import as_html, console, render
from .style import Style


class Textual:
    """`str()` is R's text; a notebook shows the same text, or tables: see `as_html`."""

    def __str__(self) -> str:
        return console(self)

    def _repr_html_(self) -> str:
        return as_html(self)


class Components(Textual, dict[str, Any]):
    """Parts by their names, which print one below the other. R: class listof."""


@render.register(Components)
def _components(x: Components, style: Style) -> list[str]:
    return [line for name, part in x.items() for line in (f"{name} :", *render(part, style), "")]


class Printed(Textual):
    """Base of the dataclasses in `tables`: a printed result that is not a pandas object."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Whole:
    """For pandas objects of which a part is a plain one: a copy of the whole is of the class, with what it knows."""

    def __copy__(self, deep: bool = True) -> Self:
        pandas: Any = self
        made = type(self)(pandas.copy(deep))  # type: ignore[call-arg]
        for name in pandas._metadata:
            object.__setattr__(made, name, getattr(self, name))
        return made

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        return self.__copy__()


class ResultFrame(Whole, pd.DataFrame):  # type: ignore[misc]
    """A result that is a frame: as a whole it prints what R does, and parts of it are plain frames."""

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame


class Vector(Textual, pd.Series):  # type: ignore[misc]
    """A named R vector: a Series that prints as R does. Slicing keeps the class.

    `of_diagonal` marks what `diag` took out of a matrix: the chapter's R printed it without its names. `attribute` is
    an R attribute, its name and value, that is printed below; as in R a slice does not have it.
    """

    _metadata = ["_name", "of_diagonal"]  # pandas' own is _name
    of_diagonal: bool = False
    attribute: tuple[str, Any] | None = None

    @property
    def _constructor(self) -> type[Vector]:
        return Vector

    @property
    def _constructor_expanddim(self) -> type[Matrix]:
        return Matrix

    def __repr__(self) -> str:
        return f"Vector({self.to_dict()!r})" if len(self) <= 6 else f"<Vector of {len(self)}>"


@as_html.register
def _named(x: Vector) -> str:
    if isinstance(x.index, pd.RangeIndex):
        return html.plain(str(x))
    return html.table(pd.DataFrame({"value" if x.name is None else str(x.name): x.to_numpy()}, x.index))


class _Frame(Textual, pd.DataFrame):  # type: ignore[misc]

    def __repr__(self) -> str:
        rows, columns = self.shape
        names = ", ".join([*map(str, self.columns[:6]), *["..."] * (columns > 6)])
        return f"<{type(self).__name__} {rows} x {columns}: {names}>"

    def _repr_html_(self) -> str:
        return html.table(pd.DataFrame(self), rows=not isinstance(self.index, pd.RangeIndex))


class Matrix(_Frame):
    """An R matrix: a frame of one type that prints as R's matrices do. Slicing keeps the class.

    `r_class` ("dpoMatrix") is the class of R's Matrix package, which prints a line of its own; "" for an ordinary
    matrix.
    """

    _metadata = ["r_class"]
    r_class: str = ""

    @property
    def _constructor(self) -> type[Matrix]:
        return Matrix

    @property
    def _constructor_sliced(self) -> type[Vector]:
        return Vector


def diag(x: Matrix) -> Vector:
    """The diagonal of a square matrix. R: base::diag.

    x: a Matrix (k, k).

    Returns a Vector (k,), named by the rows.

    Raises ValueError when `x` is not square.

    >>> print(r.diag(r.vcov(r.lm("Reaction ~ Days", r.sleepstudy()))))
    (Intercept)        Days
      43.694136    1.533128
    """
    if not isinstance(x, pd.DataFrame):
        raise ValueError(f"diag() needs a square labelled matrix, not {type(x).__name__}")
    if x.shape[0] != x.shape[1]:
        raise ValueError(f"a square matrix is needed, not one of {x.shape[0]} x {x.shape[1]}")
    result = Vector(x.to_numpy().diagonal().copy(), index=x.index)
    result.of_diagonal = True
    return result


class Tibble(_Frame):
    """A tibble: a frame that prints as pillar prints it. `groups` (column names) adds the grouped header."""

    _metadata = ["groups"]
    groups: tuple[str, ...] = ()

    @property
    def _constructor(self) -> type[Tibble]:
        return Tibble

    @property
    def _constructor_sliced(self) -> type[pd.Series]:
        return pd.Series


def tibble(df: pd.DataFrame, groups: str | Sequence[str] | None = None) -> Tibble:
    """A frame marked to print as a tibble. R: tibble::as_tibble, dplyr::group_by.

    df: a frame of n rows. groups: columns by which it is grouped.

    Returns a Tibble (n, columns): the same data.

    Raises KeyError when a name in `groups` is no column of `df`.

    >>> print(r.tibble(r.sleepstudy().head(2)))
    # A tibble: 2 × 3
      Reaction  Days Subject
         <dbl> <dbl> <fct>
    1     250.     0 308
    2     259.     1 308
    """
    if not isinstance(df, pd.DataFrame):
        raise ValueError(f"tibble() needs a DataFrame, not {type(df).__name__}")
    names = (groups,) if isinstance(groups, str) else tuple(groups or ())
    for name in names:
        if name not in df.columns:
            raise KeyError(f"no column {name!r} to group by; the frame has {', '.join(map(str, df.columns))}")
    result = Tibble(df.reset_index(drop=True))
    result.groups = names
    return result
