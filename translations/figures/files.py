"""Figures as files: PNG, SVG and PDF, the same bytes at every run, whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from translations.files import replace

from .catalogue import Figure, figure

FORMATS = ("png", "svg", "pdf")
USUAL = ("png", "svg")
DPI = 300  # what journals ask of a figure in print
LIMITS = {"dpi": (36, 2400), "width": (1.0, 40.0)}
# matplotlib makes up identifiers of its own at every run unless there is a salt.
SETTINGS: Any = {"svg.hashsalt": "rparity", "svg.fonttype": "path"}


def save(names: Iterable[str], out: str | Path, formats: Sequence[str] = USUAL, dpi: int = DPI,
         width: float | None = None) -> list[Path]:
    """Draw figures into the directory `out`, made if need be: one file a name and format, in that order.

    formats: of FORMATS. dpi: dots an inch, of a PNG. width: inches, where not the figure's own; its height goes along.

    Every one is plotted before any is written, and each replaces a file of its name in one step. Raises KeyError for
    an unknown figure, ValueError for an unknown format, resolution or width, OSError naming what cannot be written, and
    MissingPlotnine.
    """
    chosen = [figure(name) for name in names]
    for what, value in (("dpi", dpi), ("width", width)):
        low, high = LIMITS[what]
        if value is not None and not low <= value <= high:
            raise ValueError(f"{what} must be from {low:g} to {high:g}, not {value:g}")
    unknown = [one for one in formats if one not in FORMATS]
    if unknown:
        raise ValueError(f"no format {unknown[0]!r}; there are {', '.join(FORMATS)}")
    place = writable(Path(out))
    pictures: dict[Path, bytes] = {}
    for one in chosen:
        plot = one.lettered(one.draw())
        pictures |= {place / f"{one.name}.{kind}": picture(plot, one, kind, dpi, width) for kind in formats}
    replace(pictures)
    return list(pictures)


def picture(plot: Any, about: Figure, kind: str, dpi: int = DPI, width: float | None = None) -> bytes:
    """A plot as the bytes of a PNG, SVG or PDF file, with the figure's title and description in it."""
    import matplotlib

    buffer = BytesIO()
    with matplotlib.rc_context(SETTINGS):
        metadata: dict[str, str | None] = {
            "svg": {"Title": about.title, "Description": about.alt, "Date": None},
            "pdf": {"Title": about.title, "Subject": about.alt, "CreationDate": None},
        }.get(kind, {"Title": about.title, "Description": about.alt})
        wide = about.width if width is None else width
        size = {"width": wide, "height": about.height * wide / about.width, "dpi": dpi}
        plot.save(buffer, format=kind, verbose=False, metadata=metadata, **size)
    return buffer.getvalue()


def writable(place: Path) -> Path:
    """The directory, made if need be. Raises OSError that names it where nothing can be written to it."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        raise OSError(f"cannot write figures to {place}: {error.strerror or error}") from error
    return place
