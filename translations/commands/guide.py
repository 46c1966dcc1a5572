"""`rparity guide`: a page of the guide in the terminal."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(guide)


def guide(
    words: Annotated[list[str] | None, typer.Argument(
        help="R's name (t.test), Python's (t_test), a case's, or a question: rparity guide mean by group")] = None,
) -> None:
    """Print how something of R's is done here: a function's page, a case's, or the answer to a question in R's words.

    Without words: the table of all functions.
    """
    from translations.guide import names, terminal

    if not words:
        terminal.show(terminal.table())
        return
    name = " ".join(words)
    found = names.find(name)
    if isinstance(found, names.Unknown):
        typer.echo(f"rparity: {found.said}", err=True)
        raise typer.Exit(1)
    try:
        terminal.show(terminal.page(found))
        if further := [one for one in names.related(name) if one != found][:4]:
            terminal.show(terminal.also(further))
    except ImportError as error:
        cure = "; install it with: pip install 'rparity[figures]'" if error.name == "plotnine" else ""
        typer.echo(f"rparity: {error}{cure}", err=True)
        raise typer.Exit(2) from error
