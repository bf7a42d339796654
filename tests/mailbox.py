"""A mail server of the tests' own: it speaks SMTP on a real port of this machine and keeps what it is sent."""

from __future__ import annotations

import email
import email.policy
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from threading import Event, Thread

from app.mail import Server


class Mailbox:
    """Where it listens, and the letters that came."""

    def __init__(self, port: int) -> None:
        self.server = Server("127.0.0.1", port, "none", None, None, "handrail@millbrook.example")
        self.letters: list[EmailMessage] = []
        self.came = Event()

    def next(self, seconds: float = 10) -> EmailMessage:
        """The newest letter, waited for."""
        assert self.came.wait(seconds), "no letter came"
        self.came.clear()
        return self.letters[-1]


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A mail server for as long as this lasts."""

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 tests")
            while line := self.rfile.readline().decode().strip():
                verb = line[:4].upper()
                if verb == "DATA":
                    self.say("354 go on")
                    self.take()
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 tests")

        def say(self, words: str) -> None:
            self.wfile.write(words.encode() + b"\r\n")

        def take(self) -> None:
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line[1:] if line.startswith(b"..") else line)
            box.letters.append(email.message_from_bytes(b"".join(lines), policy=email.policy.default))
            self.say("250 kept")
            box.came.set()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        server.daemon_threads = True
        box = Mailbox(server.server_address[1])
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield box
        finally:
            server.shutdown()
