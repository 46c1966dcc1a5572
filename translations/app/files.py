"""What can be taken away, by addresses that say all of it: any process of the app gives the same bytes for one.

    files/three_poolings.csv?subjects=20&seed=7      what an address leaves out is as on the page when it is opened
    files/panels.pdf?seed=7&width=6&show=none,partial
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from . import plots, scripts
from .controls import CONTROLS, BadControls, Settings, read
from .study import Screen, explore

FILES: dict[str, tuple[str, Callable[[Screen], str]]] = {
    "three_poolings.csv": ("text/csv", lambda screen: scripts.csv(screen.data)),
    "three_poolings.R": ("text/plain", lambda screen: scripts.r_script(screen.settings)),
    "three_poolings.py": ("text/plain", lambda screen: scripts.python_script(screen.settings)),
}
MEDIA = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
LONGEST = 300  # seconds that a drawing may take
_drawing = asyncio.Semaphore(1)  # of this process: more at a time would only wait for each other


def query(settings: Settings) -> str:
    """Settings as the part of an address after its question mark."""
    return urlencode({control.name: settings.argument(control.name) for control in CONTROLS})


async def give(request: Request) -> Response:
    """A file, or in words what is wrong with its address: 404 for its name, 422 for a setting."""
    name = request.path_params["name"]
    given = dict(request.query_params)
    figure, _, kind = name.partition(".")
    if name not in FILES and (figure not in plots.NAMES or kind not in MEDIA):
        drawings = [f"{one}.{kind}" for one in plots.NAMES for kind in MEDIA]
        return PlainTextResponse(f"no file {name}; there are {', '.join([*FILES, *drawings])}\n", 404)
    try:
        settings = read({control.name: given.get(control.name, control.default) for control in CONTROLS})
        if name in FILES:
            media, write = FILES[name]
            return _file(name, media, write(await asyncio.to_thread(explore, settings)).encode())
        return _file(name, MEDIA[kind], await _drawn(figure, kind, settings, given))
    except (BadControls, ValueError) as error:
        return PlainTextResponse(f"{error}\n", 422)
    except TimeoutError:
        return PlainTextResponse("the drawing took too long; ask again when fewer do\n", 503)


async def _drawn(figure: str, kind: str, settings: Settings, given: Mapping[str, str]) -> bytes:
    """A figure's bytes, drawn in a process of its own. Raises ValueError, TimeoutError."""
    width, dpi, layers = plots.options(dict(given))
    asked = {"name": figure, "kind": kind, "width": width, "dpi": dpi, "layers": layers,
             "controls": {control.name: settings.argument(control.name) for control in CONTROLS}}
    async with asyncio.timeout(LONGEST), _drawing:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "translations.app.plots", stdin=pipe, stdout=pipe, stderr=pipe)
        try:
            made, said = await process.communicate(json.dumps(asked).encode())
        finally:
            if process.returncode is None:  # the visitor left, or it took too long
                process.kill()
    if process.returncode:
        last = said.decode(errors="replace").strip().splitlines()[-1:] or ["no reason given"]
        raise ValueError(f"the figure could not be drawn: {last[0]}")
    return made


def _file(name: str, media: str, content: bytes) -> Response:
    return Response(content, media_type=media, headers={"content-disposition": f'attachment; filename="{name}"'})


ROUTE = Route("/files/{name}", give, methods=["GET", "HEAD"])
