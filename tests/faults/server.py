"""The production server, as an agency runs it: `start` in a process of its own, to be asked, killed and started again."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from app import create_app, schema
from app.extensions import db
from app.models.agency.sign_in import SignIn, hashed
from tests.cast import Cast, people

FLASK = "from flask.cli import cli; cli(prog_name='handrail')"
READY_WITHIN = 10
"""Seconds after which a server that was killed must answer again."""


def at_most(first: float) -> float:
    """The same, on a machine so busy with other things that an ordinary first start took this many seconds."""
    return max(READY_WITHIN, 2.5 * first)


class Said(NamedTuple):
    """An answer: its status, where it leads, its text."""

    status: int
    location: str
    text: str


def command(
    *arguments: str, folder: Path, database: str | None = None, said: Any = subprocess.PIPE, **more: str
) -> subprocess.Popen[str]:
    """A command of ours, begun as on an agency's server, in a process group of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HANDRAIL", "DATABASE"))}
    environment |= {"HANDRAIL_DATA": str(folder), "PYTHONDEVMODE": "", **more}
    if database is not None:
        environment["DATABASE_URL"] = database
    return subprocess.Popen(
        [sys.executable, "-P", "-c", FLASK, "--app", str(schema.ROOT / "wsgi.py"), *arguments],
        env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip


def finished(process: subprocess.Popen[str], *, within: float = 120) -> tuple[int, str]:
    """How a command ended, and all it said."""
    said, _ = process.communicate(timeout=within)
    return process.returncode, said


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One agency's server. `kill` is kill -9 of all its processes at once; `start` after it is what a watchdog does."""

    def __init__(self, folder: Path, *, database: str | None = None, workers: int = 2, token: str = "") -> None:
        self.folder, self.database, self.workers, self.token = folder, database, workers, token
        self.port = free_port()
        self.said = folder.parent / f"{folder.name}-said.txt"
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> float:
        """Start and wait for the first answer; returns how many seconds that took."""
        began = time.monotonic()
        with self.said.open("a") as said:
            environment = {n: v for n, v in os.environ.items() if not n.startswith(("HANDRAIL", "DATABASE"))}
            environment["HANDRAIL_DATA"] = str(self.folder)
            if self.database is not None:
                environment["DATABASE_URL"] = self.database
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", FLASK, "--app", str(schema.ROOT / "wsgi.py"), "start"]
                + ["--port", str(self.port), "--workers", str(self.workers)],
                env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said, text=True, start_new_session=True,
            )  # fmt: skip
        while time.monotonic() - began < 60:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended: {self.log()}")
            with suppress(OSError, http.client.HTTPException):
                self.ask("GET", "/healthz", within=5)
                return time.monotonic() - began
            time.sleep(0.05)
        raise AssertionError(f"no answer within a minute: {self.log()}")

    def kill(self) -> None:
        """Kill every process of the server at once, as a lost power plug does."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Ask it to end, and see to it that it does."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            if self.process.stdout is not None:
                self.process.stdout.close()

    def workers_pids(self) -> list[int]:
        """The processes that answer."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def log(self) -> str:
        """All it said so far."""
        return self.said.read_text()

    def ask(
        self,
        method: str,
        path: str,
        data: dict[str, str] | None = None,
        *,
        within: float = 30,
        token: str = "",
    ) -> Said:
        """Ask as a signed-in browser does, Ana's or that of whoever has the token.

        Raises OSError or HTTPException when there is no whole answer.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=within)
        headers = {"Sec-Fetch-Site": "same-origin", "Cookie": f"handrail={token or self.token}"}
        body = None
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(data)
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            return Said(answer.status, answer.headers.get("Location") or "", text)
        finally:
            connection.close()


class Agency(NamedTuple):
    """A folder with the cast in it, and Ana signed in."""

    folder: Path
    url: str
    token: str
    case_id: int
    client_id: int
    ana_id: int
    app: object


@contextmanager
def agency(folder: Path, database: str | None = None) -> Iterator[Agency]:
    """An agency with the cast, its schema made by the migrations; Ana is signed in with the token."""
    folder.mkdir(parents=True, exist_ok=True)
    url = database or f"sqlite:///{folder / 'handrail.db'}"
    made = create_app({
        "SECRET_KEY": "tests only " * 4, "DATA": folder, "SQLALCHEMY_DATABASE_URI": url, "PROXIES": 0,
        "BABEL_DEFAULT_LOCALE": "en",
    })  # fmt: skip
    with made.app_context():
        schema.make_ready(db.engine, folder)
        cast = Cast(people())
        token = secrets.token_urlsafe(32)
        db.session.add(SignIn(user_id=cast.ana.id, token_hash=hashed(token)))
        db.session.commit()
        known = Agency(folder, url, token, cast.case.id, cast.rosa.id, cast.ana.id, made)
        db.session.remove()
        try:
            yield known
        finally:
            db.session.remove()
            db.engine.dispose()


def no_inside_of_ours(text: str) -> None:
    """Nothing of the program's inside stands in an answer."""
    found = re.search(r"Traceback|sqlalchemy|sqlite3?\b|psycopg|\.py\b|SELECT |INSERT |OperationalError", text)
    assert found is None, f"“{found[0]}” in: {text[max(0, found.start() - 200) : found.end() + 200]}"
