"""What stands before the app: it answers only to the names it was started for, and tells browsers what a page may do.

A page of another site could else, by a name that it points to this machine, talk to the app (DNS rebinding), or open
its websocket. Sources: OWASP's cheat sheets on HTTP headers and on websockets; the ASGI specification.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Shiny writes scripts and styles into the page; from elsewhere nothing is loaded, and nobody may frame it.
POLICY = ("default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
          "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
          "form-action 'self'; frame-ancestors 'none'")
HEADERS = [(b"content-security-policy", POLICY.encode()), (b"x-content-type-options", b"nosniff"),
           (b"x-frame-options", b"DENY"), (b"referrer-policy", b"no-referrer"),
           (b"cross-origin-opener-policy", b"same-origin"), (b"cross-origin-resource-policy", b"same-origin")]
SERVED = "RPARITY_APP_SERVED"  # host and names, for the processes of `rparity app --workers`, as JSON
_HERE = {"localhost", "127.0.0.1", "::1"}


class Guard:
    """An ASGI application before another: refuses foreign hosts and origins with 403, and adds the headers."""

    def __init__(self, app: Any, host: str, names: Iterable[str] = ()) -> None:
        """host: the address that is listened on. names: further names by which visitors call the machine."""
        self._app = app
        self._names = {*_HERE, host, *names}
        self._any_address = host in ("0.0.0.0", "::", "")
        if self._any_address:
            self._names |= {socket.gethostname(), socket.getfqdn()}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        if said := self._refused({name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}):
            await _refuse(scope, receive, send, said)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *HEADERS]}
            await send(message)

        await self._app(scope, receive, with_headers)

    def _refused(self, headers: dict[str, str]) -> str:
        """Why a request is refused; "" where it is not."""
        host = headers.get("host", "")
        if not self._known(_name(host)):
            return f"the app does not answer to {host!r}; start it with --name {_name(host) or 'NAME'} if it should"
        origin = headers.get("origin")
        if origin and urlsplit(origin).netloc != host:
            return f"a page of {origin} may not use the app"
        return ""

    def _known(self, name: str) -> bool:
        if name in self._names:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return self._any_address  # an address cannot be pointed elsewhere, as a name can


def _name(host: str) -> str:
    """A Host header's name or address, without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


async def _refuse(scope: Message, receive: Receive, send: Send, said: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": said[:120]})
        return
    body = f"{said}\n".encode()
    await send({"type": "http.response.start", "status": 403, "headers": [
        (b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *HEADERS]})
    await send({"type": "http.response.body", "body": body})
