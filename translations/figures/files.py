"""Figures as files: PNG and SVG, the same bytes at every run, whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from translations.figures.catalogue import Figure, figure
from translations.files import replace

FORMATS = ("png", "svg")
DPI = 144
# matplotlib makes up identifiers of its own at every run unless there is a salt.
SETTINGS: Any = {"svg.hashsalt": "rparity", "svg.fonttype": "path"}


def save(names: Iterable[str], out: str | Path, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Draw figures into the directory `out`, made if need be: one file a name and format, in that order.

    Every picture is drawn before any is written, and each replaces a file of its name in one step. Raises KeyError for
    an unknown figure, ValueError for an unknown format, OSError naming what cannot be written, and MissingPlotnine.
    """
    chosen = [figure(name) for name in names]
    unknown = [one for one in formats if one not in FORMATS]
    if unknown:
        raise ValueError(f"no format {unknown[0]!r}; there are {', '.join(FORMATS)}")
    place = writable(Path(out))
    pictures: dict[Path, bytes] = {}
    for one in chosen:
        plot = one.draw()
        pictures |= {place / f"{one.name}.{kind}": picture(plot, one, kind) for kind in formats}
    replace(pictures)
    return list(pictures)


def picture(plot: Any, about: Figure, kind: str) -> bytes:
    """A plot as the bytes of a PNG or SVG file, with the figure's title and description in it."""
    import matplotlib

    buffer = BytesIO()
    with matplotlib.rc_context(SETTINGS):
        metadata = {"Title": about.title, "Description": about.alt} | ({"Date": None} if kind == "svg" else {})
        size = {"width": about.width, "height": about.height, "dpi": DPI}
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
