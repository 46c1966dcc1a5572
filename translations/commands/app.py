"""`rparity app`: the multi-level app in a browser."""

from __future__ import annotations

import socket
from typing import Annotated, NoReturn

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("app")(run)


def run(
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="port to listen on; 0: any that is free")] = 8000,
    names: Annotated[list[str] | None, typer.Option("--name", help="a name by which visitors call this machine: others "
                                                    "are refused")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="do not open a browser")] = False,
) -> None:
    """Simulate the chapter's design and see complete, no and partial pooling side by side. Stop with Ctrl-C."""
    try:
        import shiny
    except ImportError:
        _stop('the app needs Shiny; install it with: pip install "rparity[app]"')
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            port = probe.getsockname()[1]
    except OSError as error:
        _stop(f"cannot listen on {host}, port {port} ({error.strerror}); choose another with --host or --port")
    from translations.app.guard import Guard
    from translations.app.server import create_app

    served = create_app()
    served.starlette_app.add_middleware(Guard, host=host, names=tuple(names or ()))
    typer.echo(f"http://{f'[{host}]' if ':' in host else host}:{port}   (Ctrl-C stops it)")
    shiny.run_app(  # type: ignore[misc]
        served, host=host, port=port, launch_browser=not no_browser, log_level="warning", dev_mode=False
    )


def _stop(message: str) -> NoReturn:
    typer.echo(f"rparity: {message}", err=True)
    raise typer.Exit(2)
