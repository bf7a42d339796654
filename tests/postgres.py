"""A Postgres to test on: the one in TEST_DATABASE_URL, else a throw-away server made of the system's own programs."""

import glob
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import psycopg
import pytest
import sqlalchemy as sa

from app.engines import normal_url

COMFORTS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=50"


@contextmanager
def server() -> Iterator[str]:
    """The address of a server on which databases may be made; without one the test is skipped, in CI it fails."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield _postgres_address(given)
    elif programs := _programs():
        with _throw_away(programs) as address:
            yield address
    else:
        absent("no Postgres: TEST_DATABASE_URL is not set and initdb is not installed (apt install postgresql)")


class Own:
    """A throw-away server that a test may stop and start; it syncs to disk, unlike the one the other tests share."""

    def __init__(self, address: str, run: Any, log: str) -> None:
        self.address, self._run, self._log = address, run, log

    def stop(self, how: str = "fast") -> None:
        """Stop it: `fast` sends everybody away, `immediate` is a crash."""
        self._run("pg_ctl", "-w", "-t", "60", "-m", how, "stop")
        self.running = False

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        self._run("pg_ctl", "-w", "-t", "60", "-l", self._log, "-o", self.options, "start")
        self.running = True

    options = ""
    running = False


@contextmanager
def own_server() -> Iterator[Own]:
    """A server of one's own, to be restarted; without its programs the test is skipped, in CI it fails."""
    programs = _programs()
    if programs is None:
        absent("no programs to start a Postgres with (apt install postgresql)")
    with _cluster(programs, "-c max_connections=50") as own:
        yield own


@contextmanager
def database(server_url: str) -> Iterator[str]:
    """The address of a new, empty database on that server; it is dropped afterwards, whoever is still connected to it."""
    name = f"handrail_{secrets.token_hex(6)}"
    admin = sa.create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    try:
        yield sa.make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


class Kept:
    """The rows and counters of a database as they stand now, to be put back as often as one likes.

    Copying a whole database takes a tenth of a second, this a few thousandths. It asks for a user who may switch
    triggers off: the trail's own refuses what is done here.
    """

    def __init__(self, url: str) -> None:
        self._address = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._rows: dict[str, bytes] = {}
        with psycopg.connect(self._address) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            self._tables = [name for (name,) in cursor.fetchall()]
            for table in self._tables:
                with cursor.copy(f"COPY {table} TO STDOUT") as rows:
                    self._rows[table] = b"".join(rows)
            cursor.execute("SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences")
            counters = cursor.fetchall()
        empty = [f"DELETE FROM {table}" for table in self._tables]
        reset = [f"SELECT setval('{name}', {last or 1}, {last is not None})" for name, last in counters]
        self._script = "; ".join(["SET session_replication_role = replica", *empty, *reset])

    def put_back(self) -> None:
        """Make the database what it was; whoever is still connected is sent away first."""
        with psycopg.connect(self._address) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            cursor.execute(self._script)
            for table, rows in self._rows.items():
                if rows:
                    with cursor.copy(f"COPY {table} FROM STDIN") as into:
                        into.write(rows)


def absent(why: str) -> NoReturn:
    """Say why a test cannot run here; in CI, where everything must run, that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"In CI nothing may be missing: {why}", pytrace=False)
    pytest.skip(why)


def _postgres_address(given: str) -> str:
    address = normal_url(given)
    if not address.startswith("postgresql+psycopg://"):
        pytest.fail("TEST_DATABASE_URL must be the address of a Postgres (postgresql://…)", pytrace=False)
    return address


def _programs() -> Path | None:
    newest_first = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=_version, reverse=True)
    elsewhere = [os.path.dirname(shutil.which("initdb") or ""), *glob.glob("/opt/homebrew/opt/postgresql@*/bin")]
    for folder in (os.environ.get("PG_BIN"), *newest_first, *elsewhere):
        if folder and Path(folder, "initdb").exists():
            return Path(folder)
    return None


def _version(folder: str) -> int:
    number = Path(folder).parent.name
    return int(number) if number.isdigit() else 0


@contextmanager
def _throw_away(programs: Path) -> Iterator[str]:
    with _cluster(programs, COMFORTS) as own:
        yield own.address


@contextmanager
def _cluster(programs: Path, comforts: str) -> Iterator[Own]:
    """A server of our own on a private socket, in a folder that goes away with it; the system's is not touched."""
    base = Path(tempfile.mkdtemp(prefix="handrail-pg-", dir="/tmp"))  # a socket's path may have 107 bytes, no more
    who = _not_root(base)
    cluster = str(base / "data")

    def run(program: str, *arguments: str) -> None:
        with (base / "said").open("a") as said:  # a pipe would stay open as long as the server runs
            command = [str(programs / program), "-D", cluster, *arguments]
            done = subprocess.run(command, cwd=base, stdin=subprocess.DEVNULL, stdout=said, stderr=said, **who)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {(base / 'said').read_text()[-2000:]}")

    try:
        run("initdb", "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
        own = Own(f"postgresql+psycopg://postgres@/postgres?host={base}", run, str(base / "log"))
        own.options = f"-k {base} -c listen_addresses='' {comforts}"
        own.start()
        try:
            yield own
        finally:
            if own.running:
                own.stop("immediate")
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _not_root(base: Path) -> dict[str, Any]:
    """Postgres refuses to run as root: hand the folder to `postgres`, or to `nobody` where there is no such user."""
    if os.geteuid() != 0:
        return {}
    known = {user.pw_name: user for user in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    os.chown(base, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
