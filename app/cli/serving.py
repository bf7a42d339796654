"""`start` serves the agency, `demo` an invented one."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from pathlib import Path
from typing import NoReturn

import click
from flask import current_app
from flask.cli import with_appcontext

from app import schema
from app.config import HERE
from app.extensions import db
from app.models.agency.agency import Agency
from app.models.agency.sign_in import Invitation
from app.models.agency.user import Role, User
from app.models.caseload.filing import file_anew
from app.passwords import refused_because

FIRST_LINK_DAYS = 2


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen on; put Caddy or nginx in front."
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 32), help="Worker processes.")
@with_appcontext
def start(host: str, port: int, workers: int) -> None:
    """Serve the agency. The first start prints a link to make the first administrator."""
    check_free(host, port)
    _bring_up_to_date()
    if Agency.here().demo:
        raise click.ClickException(
            "This data folder holds the demonstration. Use ./handrail demo, or another HANDRAIL_DATA."
        )
    link = first_administrator_link(host, port)
    db.session.commit()
    if link:
        click.echo(
            f"\nNobody can sign in yet. Open this link once, within {FIRST_LINK_DAYS} days, to make the first account:\n"
        )
        click.echo(f"  {link}\n")
    click.echo(f"Serving on {address(host, port)}. Stop with Ctrl-C.")
    if host in EVERYWHERE and not os.environ.get("HANDRAIL_HOSTS"):
        click.echo(
            "Other machines are turned away until HANDRAIL_HOSTS says by which names they reach this one, for instance\n"
            f"  HANDRAIL_HOSTS={socket.gethostname()},127.0.0.1"
        )
    _serve(host, port, workers)


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--clients", default=0, type=click.IntRange(0, 1_000_000), help="Make a larger agency, for measuring.")
@click.option("--fresh", is_flag=True, help="Throw away what was typed and start over.")
@click.option("--build-only", is_flag=True, help="Make the agency and stop.")
@with_appcontext
def demo(port: int, clients: int, fresh: bool, build_only: bool) -> None:
    """Serve an invented agency to try everything on, in a data folder of its own."""
    import app.demo as invention

    if not build_only:
        check_free("127.0.0.1", port)
    _check_password()
    _check_it_is_no_real_agency()
    if fresh:
        _throw_away_the_demo()
    _bring_up_to_date()
    if db.session.get(Agency, 1) is None:
        password = _demo_password()
        click.echo("Building the demonstration …")
        counted = invention.build(password=password, clients=clients)
        click.echo(f"Built {counted}.")
    elif not Agency.here().demo:
        raise click.ClickException("This database holds a real agency. The demonstration never touches it.")
    elif clients:
        click.echo("The demonstration is there already; --clients counts with --fresh only.")
    _tell_who_may_sign_in(invention)
    db.session.remove()
    if build_only:
        click.echo("The demonstration is ready.")
        return
    click.echo(f"\nServing on http://127.0.0.1:{port}. Stop with Ctrl-C.")
    _serve("127.0.0.1", port, 2)


@click.command()
@with_appcontext
def upgrade() -> None:
    """Bring the database to this version of the program."""
    before, after = _bring_up_to_date()
    click.echo(
        f"The database is at {after}."
        if before == after
        else f"The database went from {before or 'nothing'} to {after}."
    )


@click.command("first-link")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Where people reach this server.")
@with_appcontext
def first_link(url: str) -> None:
    """Print a one-time link that makes an administrator, for when nobody can sign in any more."""
    _bring_up_to_date()
    _invitation, token = Invitation.make(by=None, role=Role.ADMINISTRATOR, days=FIRST_LINK_DAYS)
    db.session.commit()
    click.echo(f"Open this link once, within {FIRST_LINK_DAYS} days: {url.rstrip('/')}/invitations/{token}")


commands = [start, demo, upgrade, first_link]


def first_administrator_link(host: str, port: int) -> str | None:
    """A one-time link to make the first account, while there is none; each start makes a new one."""
    if db.session.scalars(User.working().limit(1)).first() is not None:
        return None
    _invitation, token = Invitation.make(by=None, role=Role.ADMINISTRATOR, days=FIRST_LINK_DAYS)
    name = os.environ.get("HANDRAIL_HOSTS", "").split(",")[0].strip()
    return f"https://{name}/invitations/{token}" if name else f"{address(host, port)}/invitations/{token}"


EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 # nosec B104 (this is what we do not print)


def address(host: str, port: int) -> str:
    """Where a browser on this machine reaches a server that listens on this host: "everywhere" is no address to open."""
    name = EVERYWHERE.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _bring_up_to_date() -> tuple[str | None, str]:
    """Upgrade the schema, then file anew the clients whom older rules filed; killed in between, the next start does it."""
    folder = Path(current_app.config["DATA"])
    went = schema.make_ready(db.engine, folder)
    with schema.alone(db.engine, folder / "schema.lock"):
        file_anew()
        db.session.commit()
    return went


def _check_password() -> None:
    """Refuse a given password that the demonstration's people could not have, before anything is touched."""
    given = os.environ.get("HANDRAIL_DEMO_PASSWORD")
    reason = refused_because(given, own_words=[]) if given else None
    if reason:
        raise click.ClickException(f"HANDRAIL_DEMO_PASSWORD: {reason}")


def _check_it_is_no_real_agency() -> None:
    """Look before anything is changed: the demonstration goes into an empty database or its own, never into another."""
    with db.engine.connect() as connection:
        tables = [name for name in db.inspect(connection).get_table_names() if name != "alembic_version"]
        held = "agency" in tables and connection.execute(db.text("SELECT demo FROM agency")).scalar()
        filled = [
            name for name in tables if connection.execute(db.select(1).select_from(db.table(name)).limit(1)).first()
        ]
    if filled and not held:
        raise click.ClickException("This database holds something else. The demonstration never touches it.")


def _throw_away_the_demo() -> None:
    """Delete the demonstration's tables."""
    from app.engines import Base

    with db.engine.begin() as connection:
        found = db.inspect(connection).get_table_names()
        if "agency" in found:
            Base.metadata.drop_all(connection)
        connection.execute(db.text("DROP TABLE IF EXISTS alembic_version"))
    (Path(current_app.config["DATA"]) / "schema.lock").unlink(missing_ok=True)


def _demo_password() -> str:
    """The password of everybody in the demonstration: given, kept from before, or made up; kept beside the data."""
    path = Path(current_app.config["DATA"]) / "demo-password"
    given = os.environ.get("HANDRAIL_DEMO_PASSWORD")
    if not given and path.exists():
        return path.read_text().strip()
    password = given or "-".join(secrets.choice(WORDS) for _ in range(4))
    path.touch(mode=0o600)
    path.write_text(password)
    return password


WORDS = [
    "amber",
    "anchor",
    "basket",
    "beacon",
    "birch",
    "bridge",
    "candle",
    "cedar",
    "clover",
    "copper",
    "cotton",
    "ferry",
    "garden",
    "ginger",
    "harbor",
    "hazel",
    "island",
    "kettle",
    "ladder",
    "lantern",
    "lemon",
    "linen",
    "maple",
    "meadow",
    "mitten",
    "orchard",
    "paper",
    "pebble",
    "pepper",
    "ribbon",
    "river",
    "saddle",
    "silver",
    "summer",
    "thimble",
    "timber",
    "velvet",
    "willow",
    "window",
    "winter",
]


def _tell_who_may_sign_in(invention: object) -> None:
    path = Path(current_app.config["DATA"]) / "demo-password"
    click.echo("\nWho can sign in:")
    for user in db.session.scalars(User.working()):
        click.echo(f"  {user.email:<34}{user.name}, {user.title or user.role.label}")
    click.echo(f"Everybody’s password: {path.read_text().strip() if path.exists() else 'the one it was built with'}")


def check_free(host: str, port: int) -> None:
    """Refuse a port that another server has: the production server would share it, and mix two agencies."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(f"Port {port} on {host} cannot be used: {error.strerror}. Try --port.") from None


def _serve(host: str, port: int, workers: int) -> NoReturn:
    """Become the production server: a few workers, each with a few threads; slow clients hold none of them."""
    sys.stdout.flush()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    command += ["--working-dir", str(HERE), "wsgi:app"]
    os.environ["HANDRAIL_DATA"] = str(current_app.config["DATA"])
    os.execv(sys.executable, command)
