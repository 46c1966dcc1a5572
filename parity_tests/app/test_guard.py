"""What stands before the app: names it answers to, origins it refuses, headers that it sends."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest

from translations.app.guard import HEADERS, Guard


def asked(url, path="/", **headers):
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    connection.putrequest("GET", path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read().decode()


def test_every_answer_has_the_headers(served):
    for path in ("/", "/assets/app.css", "/nothing"):
        status, headers, _ = asked(served.url, path)
        lower = {name.lower(): value for name, value in headers.items()}
        assert {name.decode(): value.decode() for name, value in HEADERS}.items() <= lower.items(), (path, status)
    assert "frame-ancestors 'none'" in lower["content-security-policy"]


def test_another_name_and_another_origin_are_refused(served):
    port = urlsplit(served.url).port
    status, headers, body = asked(served.url, Host=f"evil.example:{port}")
    assert status == 403 and "does not answer to" in body and "--name evil.example" in body
    assert asked(served.url, Host=f"localhost:{port}")[0] == 200
    assert asked(served.url, Origin="http://evil.example")[0] == 403
    assert asked(served.url, Origin=served.url)[0] == 200


def test_a_websocket_of_another_page_is_refused(served):
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    assert asked(served.url, "/websocket/", Origin="http://evil.example", **upgrade)[0] == 403


@pytest.mark.parametrize(("host", "names", "called", "known"), [
    ("127.0.0.1", (), "localhost:8000", True), ("127.0.0.1", (), "[::1]:8000", True),
    ("127.0.0.1", (), "192.168.1.5", False), ("0.0.0.0", (), "192.168.1.5:80", True),
    ("0.0.0.0", (), "rebound.example", False), ("0.0.0.0", ("app.example",), "app.example.", True),
    ("127.0.0.1", (), "", False), ("127.0.0.1", (), "[::1", False), ("10.0.0.7", (), "10.0.0.7:8000", True)])
def test_names(host, names, called, known):
    assert (Guard(None, host, names)._refused({"host": called}) == "") is known
