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


@contextmanager
def database(server_url: str, *, template: str | None = None) -> Iterator[str]:
    """The address of a new database on that server, empty or a copy of `template`, to which nobody may be connected.

    It is dropped afterwards, whoever is still connected to it.
    """
    name = f"handrail_{secrets.token_hex(6)}"
    like = f'TEMPLATE "{template}"' if template else "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
    admin = sa.create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} {like}")
    try:
        yield sa.make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


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
    """A server of our own on a private socket, in a folder that goes away with it; the system's is not touched."""
    base = Path(tempfile.mkdtemp(prefix="handrail-pg-", dir="/tmp"))  # a socket's path may have 107 bytes, no more
    who = _not_root(base)
    cluster = str(base / "data")
    options = f"-k {base} -c listen_addresses='' {COMFORTS}"

    def run(program: str, *arguments: str) -> None:
        with (base / "said").open("a") as said:  # a pipe would stay open as long as the server runs
            command = [str(programs / program), "-D", cluster, *arguments]
            done = subprocess.run(command, cwd=base, stdin=subprocess.DEVNULL, stdout=said, stderr=said, **who)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {(base / 'said').read_text()[-2000:]}")

    try:
        run("initdb", "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
        run("pg_ctl", "-w", "-t", "60", "-l", str(base / "log"), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={base}"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
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
