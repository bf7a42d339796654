"""Somebody whose connection sends slowly, a stranger too, keeps nobody else waiting."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.server import Agency, Server

SOON = 5
"""Seconds in which everybody else is answered, on a busy machine too; the database waits six times as long for a writer."""


@contextmanager
def half_sent(server: Server, path: str, kind: str, token: str = "") -> Iterator[None]:
    """A form of which only the beginning has come."""
    cookie = f"Cookie: handrail={token}\r\n" if token else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nSec-Fetch-Site: same-origin\r\n{cookie}"
        f"Content-Type: {kind}\r\nContent-Length: 100000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        line.sendall(head.encode() + b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n" + b"a" * 1000)
        time.sleep(0.5)  # it is under way
        yield


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("who", ["a stranger", "a colleague"])
def test_while_a_form_trickles_in_others_read_and_write(server: Server, there: Agency, kind: str, who: str):
    token = there.token if who == "a colleague" else ""
    path = f"/clients/{there.client_id}/documents/new" if token else "/sign-in"
    server.start()
    with half_sent(server, path, kind, token):
        began = time.monotonic()
        assert server.ask("POST", "/presence/", {}).status < 300
        assert server.ask("GET", f"/clients/{there.client_id}/").status == 200
        assert time.monotonic() - began < SOON
