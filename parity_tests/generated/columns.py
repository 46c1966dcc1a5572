"""Columns of data that Hypothesis draws and shrinks, written as R's `data.frame` and as pandas' `DataFrame`."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st


@dataclass(frozen=True)
class Column:
    """`items`, None where missing; `levels` of a factor, which is `ordered` or not."""

    items: tuple[Any, ...]
    levels: tuple[str, ...] = ()
    ordered: bool = False

    def r(self) -> str:
        """The R vector or factor."""
        cells = ", ".join(map(_r_cell, self.items))
        if self.levels:
            levels = ", ".join(map(_r_cell, self.levels))
            return f"factor(c({cells}), levels = c({levels}){', ordered = TRUE' if self.ordered else ''})"
        return f"c({cells})"

    def python(self) -> str:
        """The list or Categorical."""
        number = not self.levels and not all(isinstance(item, (bool, str, type(None))) for item in self.items)
        cells = f"[{', '.join('nan' if item is None and number else repr(item) for item in self.items)}]"
        if self.levels:
            return f"pd.Categorical({cells}, {list(self.levels)!r}{', ordered=True' if self.ordered else ''})"
        return cells

    def with_missing(self, rows: Sequence[int]) -> Column:
        """Missing in `rows`."""
        return replace(self, items=tuple(None if i in rows else item for i, item in enumerate(self.items)))


def _r_cell(item: Any) -> str:
    if item is None:
        return "NA"
    if isinstance(item, bool):
        return str(item).upper()
    if isinstance(item, str):
        return '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{item}L" if isinstance(item, int) else repr(item)


Columns = Mapping[str, Column]


def r_frame(columns: Columns, name: str = "d") -> str:
    """R code that makes the data frame."""
    rows = ",\n".join(f"  {key} = {column.r()}" for key, column in columns.items())
    return f"{name} <- data.frame(\n{rows}\n)\n"


def python_frame(columns: Columns, name: str = "d") -> str:
    """Python code that makes it."""
    rows = "".join(f'    "{key}": {column.python()},\n' for key, column in columns.items())
    return f"{name} = pd.DataFrame({{\n{rows}}})\n"


def tenths(low: int, high: int) -> st.SearchStrategy[float]:
    """Decimals with one place: R and Python read them to the same bit."""
    return st.integers(low, high).map(lambda i: i / 10)


def numbers(n: int, low: int = -99, high: int = 99) -> st.SearchStrategy[Column]:
    """n decimals with one place."""
    return st.lists(tenths(low, high), min_size=n, max_size=n).map(lambda items: Column(tuple(items)))


def factors(n: int, levels: Sequence[str], ordered: bool = False) -> st.SearchStrategy[Column]:
    """n levels, of which some may not occur."""
    cells = st.lists(st.sampled_from(levels), min_size=n, max_size=n)
    return cells.map(lambda items: Column(tuple(items), tuple(levels), ordered))


def gaps(n: int) -> st.SearchStrategy[list[int]]:
    """Rows in which a column is missing; mostly none."""
    return st.one_of(st.just([]), st.just([]), st.lists(st.integers(0, n - 1), max_size=4, unique=True))


MAKERS = {
    "x": lambda n: numbers(n), "z": lambda n: numbers(n, 1, 60), "w": lambda n: numbers(n, 2, 40),
    "o": lambda n: numbers(n, -20, 20),
    "k": lambda n: st.lists(st.integers(1, 3), min_size=n, max_size=n).map(lambda items: Column(tuple(items))),
    "l": lambda n: st.lists(st.booleans(), min_size=n, max_size=n).map(lambda items: Column(tuple(items))),
    "f": lambda n: factors(n, ["a", "b", "c", "never"]), "e": lambda n: factors(n, ["no", "yes"]),
    "r": lambda n: factors(n, ["low", "mid", "high"], ordered=True),
    "g": lambda n: factors(n, [f"g{i}" for i in range(1, 8)]), "h": lambda n: factors(n, ["h1", "h2", "h3", "h4"]),
    "s": lambda n: factors(n, ["s1", "s2", "s3"]),
}
MAY_LACK = {"y", "x", "z", "f", "r", "g", "w"}


@st.composite
def frames(draw: st.DrawFn, names: Sequence[str], n: int, missing: bool = True) -> dict[str, Column]:
    """The columns `names`, n rows: y response, x z numbers, w weights, o offset, k integer, l logical, e f r factors
    (r ordered), g h s groups. y has effects of x, g and h in it."""
    columns = {name: draw(MAKERS[name](n)) for name in names if name != "y"}
    if "y" in names:
        y = list(draw(numbers(n)).items)
        for group in ("g", "h"):
            if group in columns:
                effects = draw(st.lists(st.integers(-100, 100), min_size=8, max_size=8))
                y = [cell + effects[int(level[1])] / 10 for cell, level in zip(y, columns[group].items, strict=True)]
        if "x" in columns:
            y = [cell + x for cell, x in zip(y, columns["x"].items, strict=True)]
        # Seven decimals, so that sums of them hardly ever end in the 5 at which two machines round apart.
        columns = {"y": Column(tuple(round(1.0317329 * cell, 7) for cell in y)), **columns}
    if missing:
        columns = {name: column.with_missing(draw(gaps(n))) if name in MAY_LACK else column
                   for name, column in columns.items()}
    return columns
