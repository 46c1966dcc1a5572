"""Small pieces of SVG, as text. Paths are rounded to a tenth of a pixel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """A linear map of data [low, high] to pixels [start, end]."""

    low: float
    high: float
    start: float
    end: float

    @classmethod
    def around(cls, values: Floats, start: float, end: float, margin: float = 0.05) -> Scale:
        """A scale on which all `values` (NaN apart) lie, with a margin (a fraction of their range) on both sides."""
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        pad = margin * (high - low) or 1.0
        return cls(low - pad, high + pad, start, end)

    def __call__(self, value: float | Floats) -> Floats:
        """Pixels of data values, of the same shape."""
        return self.start + (np.asarray(value) - self.low) * ((self.end - self.start) / (self.high - self.low))

    def back(self, pixel: float) -> float:
        """The data value at a pixel."""
        return self.low + (pixel - self.start) * (self.high - self.low) / (self.end - self.start)

    def ticks(self, about: int) -> list[float]:
        """Round values within the scale, at steps of 1, 2 or 5 times a power of ten: about as many."""
        rough = (self.high - self.low) / about
        power = 10.0 ** np.floor(np.log10(rough))
        step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= 0.7 * rough)
        first, last = np.ceil(self.low / step), np.floor(self.high / step)
        return [float(k * step) + 0.0 for k in np.arange(first, last + 1)]  # + 0.0: no negative zero


def tick_text(value: float) -> str:
    """A tick's label, with a true minus sign."""
    return f"{round(value, 10):g}".replace("-", "−")


def dots(x: Floats, y: Floats) -> str:
    """Path data of a dot at each point: lines of no length, which round caps make discs."""
    return "".join(f"M{a:.1f} {b:.1f}h0" for a, b in zip(x, y, strict=True))


def segments(x0: Floats, y0: Floats, x1: Floats, y1: Floats) -> str:
    """Path data of line segments."""
    return "".join(f"M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}" for a, b, c, d in zip(x0, y0, x1, y1, strict=True))


def path(kind: str, data: str) -> str:
    """A path of a CSS class; nothing when there is nothing to draw."""
    return f'<path class="{kind}" d="{data}"/>' if data else ""


def text(x: float, y: float, words: str, kind: str = "tick", anchor: str = "middle") -> str:
    """A piece of text."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def axes(across: Scale, up: Scale, x_ticks: Iterable[float], y_ticks: Iterable[float]) -> str:
    """Grid lines and tick labels of a rectangle that two scales span."""
    parts = []
    for value in x_ticks:
        x = float(across(value))
        parts.append(path("grid", f"M{x:.1f} {up.end:.1f}V{up.start:.1f}") + text(x, up.start + 12, tick_text(value)))
    for value in y_ticks:
        y = float(up(value))
        parts.append(path("grid", f"M{across.start:.1f} {y:.1f}H{across.end:.1f}"))
        parts.append(text(across.start - 4, y + 3.5, tick_text(value), anchor="end"))
    return "".join(parts)
