"""The committed data, read here anew, and the columns of model matrices as exact numbers."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod

from mpmath import mp

from exact.rational import FIXTURES, Number, Q, big

Columns = dict[str, list[Number]]


@dataclass(frozen=True)
class Factor:
    """A grouping factor: its name, the levels that occur in R's order, the level number of each row."""

    name: str
    levels: tuple[str, ...]
    codes: list[int]


@dataclass(frozen=True)
class Frame:
    """Rows of text cells by column, the levels of the factors among them, each row's number in the file (from 1)."""

    cells: dict[str, list[str]]
    levels: dict[str, list[str]]
    rows: list[int]

    @property
    def n(self) -> int:
        return len(self.rows)

    @property
    def one(self) -> Columns:
        return {"(Intercept)": [Q(1)] * self.n}

    def values(self, name: str) -> list[Number]:
        """A column's numbers: the exact rationals of the doubles that the text is read as."""
        return [Q(float(cell)) for cell in self.cells[name]]

    def numeric(self, name: str) -> Columns:
        return {name: self.values(name)}

    def power(self, name: str, degree: int) -> Columns:
        return {f"I({name}^{degree})": [x**degree for x in self.values(name)]}

    def treatment(self, name: str, base: bool = False) -> Columns:
        """Indicators of a factor's levels, without the first unless `base`."""
        kept = self.levels[name][0 if base else 1 :]
        return {f"{name}{level}": [Q(cell == level) for cell in self.cells[name]] for level in kept}

    def sums(self, name: str) -> Columns:
        """Sum-to-zero contrasts: the last level is -1 in every column."""
        *kept, last = self.levels[name]
        return {
            f"{name}{i}": [Q(cell == level) - Q(cell == last) for cell in self.cells[name]]
            for i, level in enumerate(kept, 1)
        }

    def ordered(self, name: str) -> Columns:
        """Orthonormal polynomial contrasts of an ordered factor with equidistant levels."""
        levels, endings = self.levels[name], [".L", ".Q", ".C"]
        basis = orthonormal([Q(i) for i in range(len(levels))], len(levels) - 1)
        endings += [f"^{d}" for d in range(4, len(levels))]
        at = {level: i for i, level in enumerate(levels)}
        codes = [at[cell] for cell in self.cells[name]]
        return {name + end: [column[i] for i in codes] for end, column in zip(endings, basis, strict=False)}

    def poly(self, name: str, degree: int) -> Columns:
        basis = orthonormal(self.values(name), degree)
        return {f"poly({name}, {degree}){d}": column for d, column in enumerate(basis, 1)}

    def factor(self, *names: str) -> Factor:
        """A grouping factor, or the interaction of several, whose last varies fastest."""
        ranks = [{level: i for i, level in enumerate(self._levels(name))} for name in names]
        of_row = list(zip(*(self.cells[name] for name in names), strict=True))
        used = sorted(set(of_row), key=lambda row: [rank[cell] for rank, cell in zip(ranks, row, strict=True)])
        at = {row: i for i, row in enumerate(used)}
        return Factor(":".join(names), tuple(":".join(row) for row in used), [at[row] for row in of_row])

    def _levels(self, name: str) -> list[str]:
        return self.levels.get(name) or sorted(set(self.cells[name]), key=float)

    def subset(self, keep: Callable[[int], bool], renumber: bool = True) -> Frame:
        """The rows whose number satisfies `keep`."""
        at = [i for i, row in enumerate(self.rows) if keep(row)]
        cells = {name: [column[i] for i in at] for name, column in self.cells.items()}
        rows = list(range(1, len(at) + 1)) if renumber else [self.rows[i] for i in at]
        return Frame(cells, self.levels, rows)


def read_frame(name: str) -> Frame:
    """A data set of fixtures/data by its name there."""
    about = json.loads((FIXTURES / "data" / "data.json").read_text(encoding="utf-8"))[name]
    levels = {column: how["levels"] for column, how in about["columns"].items() if "levels" in how}
    return _frame(FIXTURES / "data" / about["file"], levels)


def read_nist(name: str) -> Frame:
    """A one-way layout of fixtures/nist: columns `group` and `y`."""
    return _frame(next((FIXTURES / "nist").glob(f"{name}.csv*")), {})


def _frame(path: object, levels: dict[str, list[str]]) -> Frame:
    opened = gzip.open if str(path).endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as file:  # type: ignore[operator]
        rows = list(csv.DictReader(file))
    return Frame({name: [row[name] for row in rows] for name in rows[0]}, levels, list(range(1, len(rows) + 1)))


def cross(*parts: Columns) -> Columns:
    """Interaction columns, the first factor's varying fastest."""
    answer: Columns = {}
    for chosen in product(*(part.items() for part in reversed(parts))):
        named = list(reversed(chosen))
        answer[":".join(name for name, _ in named)] = [prod(row) for row in zip(*(c for _, c in named), strict=True)]
    return answer


def crossed(*parts: Columns) -> Columns:
    """Main effects and all interactions, in R's order: what `a * b` stands for."""
    orders = range(1, len(parts) + 1)
    return {name: c for order in orders for some in combinations(parts, order) for name, c in cross(*some).items()}


def orthonormal(x: Sequence[Number], degree: int) -> list[list[Number]]:
    """Polynomials of degree 1, 2, ... in x, orthonormal over its values, with positive leading coefficients."""
    mean = sum(x, Q(0)) / len(x)
    centred = [big(value - mean) for value in x]
    basis = [[mp.one / mp.sqrt(len(x))] * len(x)]
    for _ in range(degree):
        column = [a * b for a, b in zip(basis[-1], centred, strict=True)]
        for done in basis:
            along = mp.fdot(column, done)
            column = [a - along * b for a, b in zip(column, done, strict=True)]
        norm = mp.sqrt(mp.fdot(column, column))
        basis.append([a / norm for a in column])
    return basis[1:]
