"""Random tables of counts with given margins: R's `r2dtable`. Source: Patefield (1981), algorithm AS 159, Applied
Statistics 30, 91.
"""
from __future__ import annotations

from collections.abc import Sequence
from math import exp

import numpy as np

from .stream import RStream

BLOCK = 4096


def random_tables(n: int, rows: Sequence[int], columns: Sequence[int], stream: RStream) -> np.ndarray:
    """Tables drawn at random from all with these margins, as independence makes them likely. R: stats::r2dtable.

    n: how many. rows, columns: the sums of their counts, (r,) and (c,). stream: draws R's numbers.

    Returns counts (n, r, c).
    """
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, sum(rows) + 1)))]).tolist()
    uniform = _Ahead(stream)
    tables = np.array([_table(list(rows), list(columns), log_factorial, uniform) for _ in range(n)])
    stream.runif(uniform.used)
    return tables


class _Ahead:
    """Uniform numbers that a stream is going to draw, taken in blocks; `used` counts them."""

    def __init__(self, stream: RStream) -> None:
        self.copy, self.used = stream.copy(), 0
        self.block: list[float] = []

    def __call__(self) -> float:
        at = self.used % BLOCK
        if not at:
            self.block = self.copy.runif(BLOCK).tolist()
        self.used += 1
        return self.block[at]


def _table(rows: list[int], columns: list[int], log_factorial: list[float], uniform: _Ahead) -> list[list[int]]:
    """A table, drawn row by row and in these cell by cell; the last of each is what is left."""
    left = list(columns)  # of each column, below the rows that are drawn
    table = []
    for in_row in rows[:-1]:
        below, row = sum(left), []  # below: in this row and those after it, from this column on
        for j in range(len(columns) - 1):
            count = _cell(in_row, left[j], below, log_factorial, uniform) if below else 0
            below -= left[j]
            row.append(count)
            in_row -= count
            left[j] -= count
        row.append(in_row)
        left[-1] -= in_row
        table.append(row)
    return [*table, left]


def _cell(row: int, column: int, total: int, log_factorial: list[float], uniform: _Ahead) -> int:
    """A hypergeometric count, by inversion from its mode outwards: one more, one less, one more, ..."""
    f, rest, outside = log_factorial, total - row, total - row - column
    u = uniform()
    while True:
        mode = int(row * (column / total) + 0.5)
        up = down = exp(f[row] + f[rest] + f[total - column] + f[column] - f[total] - f[mode] - f[column - mode]
                        - f[row - mode] - f[outside + mode])
        reached, above, beneath = up, mode, mode
        if reached >= u:
            return mode
        more, less = True, True
        while more or less:
            if more:
                ways = (column - above) * float(row - above)
                more = ways > 0.0
                if more:
                    above += 1
                    up *= ways / (float(above) * (outside + above))
                    reached += up
                    if reached >= u:
                        return above
            if less:
                ways = beneath * float(outside + beneath)
                less = ways > 0.0
                if less:
                    beneath -= 1
                    down *= ways / (float(column - beneath) * (row - beneath))
                    reached += down
                    if reached >= u:
                        return beneath
        u = reached * uniform()  # all counts were tried, and rounding left some of u
