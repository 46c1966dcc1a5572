"""`rparity app`: the multi-level app in a browser."""

from __future__ import annotations

import json
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
    workers: Annotated[int, typer.Option(min=1, help="processes that serve: for many visitors, one a core")] = 1,
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
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    if workers > 1:
        _serve_by(workers, host, port, tuple(names or ()), address, not no_browser)
        return
    from translations.app.server import guarded

    served = guarded(host, names or ())
    _tell(address)
    shiny.run_app(  # type: ignore[misc]
        served, host=host, port=port, launch_browser=not no_browser, log_level="warning", dev_mode=False
    )


def _serve_by(workers: int, host: str, port: int, names: tuple[str, ...], address: str, opened: bool) -> None:
    """Serve by processes that share one socket: a visitor's session is with one of them, and a file with any."""
    import os
    import webbrowser

    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from translations.app.guard import SERVED

    os.environ[SERVED] = json.dumps([host, names])  # each process makes the app for itself
    _tell(address)
    if opened:
        webbrowser.open(address)
    config = uvicorn.Config("translations.app.server:of_this_process", factory=True, host=host, port=port,
                            workers=workers, log_level="warning", lifespan="on", loop="asyncio",
                            timeout_worker_healthcheck=60)  # busy, a process that is slow to answer is not dead
    listening = config.bind_socket()
    # asyncio sees to this for sockets that it makes, not for one that processes share: each answer of several parts
    # would wait 40 ms for the visitor's machine to confirm the first.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    Multiprocess(config, sockets=[listening]).run()


def _tell(address: str) -> None:
    typer.echo(f"{address}   (Ctrl-C stops it)")


def _stop(message: str) -> NoReturn:
    typer.echo(f"rparity: {message}", err=True)
    raise typer.Exit(2)
