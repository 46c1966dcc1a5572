"""`rparity figures`: the chapter's figures and those of its model, as PNG, SVG and PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(figures)


def figures(
    names: Annotated[list[str] | None, typer.Argument(help="names that --list gives (all when none is)")] = None,
    out: Annotated[Path | None, typer.Option(help="the directory to write to; made if need be")] = None,
    formats: Annotated[list[str] | None, typer.Option("--format", help="png, svg or pdf (png and svg)")] = None,
    dpi: Annotated[int, typer.Option(help="dots an inch, of a PNG")] = 300,
    width: Annotated[float | None, typer.Option(help="inches; the height follows")] = None,
    names_only: Annotated[bool, typer.Option("--list", help="say what figures there are, and draw none")] = False,
) -> None:
    """Draw the chapter's figures and those of its model."""
    from translations.figures import FIGURES, save
    from translations.figures.files import USUAL

    if names_only:
        width = max(map(len, FIGURES))
        print("\n".join(f"{one.name:{width}}  {one.title}" for one in FIGURES.values()))
        return
    if out is None:
        _stop("where to? give --out DIR")
    try:
        kinds = tuple(dict.fromkeys(formats or USUAL))
        written = save(dict.fromkeys(names or FIGURES), out, kinds, dpi, width)
    except KeyError as error:
        _stop(error.args[0])
    except (ValueError, OSError, ImportError) as error:
        _stop(str(error))
    print("\n".join(map(str, written)))


def _stop(message: str) -> NoReturn:
    typer.echo(f"rparity: {message}", err=True)
    raise typer.Exit(2)
