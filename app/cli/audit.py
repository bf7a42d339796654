"""`audit`: whether the trail is whole."""

from __future__ import annotations

import re
import sys

import click
from flask.cli import with_appcontext

from app import schema
from app.extensions import db
from app.models.agency.verifying import Mark, verify


class MarkType(click.ParamType):
    """NUMBER:HASH, as `audit verify` prints it."""

    name = "number:hash"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Mark:
        """The mark, or a usage error in words."""
        found = re.fullmatch(r"([0-9]{1,10}):([0-9a-fA-F]{64})", str(value).strip())
        if found is None:
            self.fail("write it as it was printed: a number, a colon, and 64 letters and digits.", param, ctx)
        return Mark(int(found[1]), found[2].lower())


@click.group()
def audit() -> None:
    """Look after the trail: who did what, when, to which record."""


@audit.command("verify")
@click.option("--head", "noted", type=MarkType(), metavar="NUMBER:HASH", help="The head that an earlier run printed.")
@with_appcontext
def verify_command(noted: Mark | None) -> None:
    """Walk the trail from its first line to its last and say whether it is whole.

    Every line carries a number and a hash over all that it says and the hash before it: a line that was changed, taken
    out, put in or moved no longer fits. The first that does not is named, with what happened to it. Ends with 0 when
    the trail is whole, else with 1.

    What the chain alone cannot show is that its newest lines were cut off, or that somebody with the database file made
    the whole of it anew. So the last line printed holds the head of the trail: note it down outside of this machine
    (in an e-mail to the board, on paper), and give it to a later run with --head. Then both are noticed.
    """
    known = schema.revisions()
    if schema.current(db.engine) != known[-1]:
        raise click.ClickException("The database is not at this version of the program. Run ./handrail upgrade first.")
    verdict = verify(noted)
    if verdict.fault is not None:
        number, damage = verdict.fault
        whole = f"{verdict.lines:,} lines before it are whole"
        click.echo(f"The trail is damaged at line {number}: {damage.label}. {whole}.")
        sys.exit(1)
    if verdict.head is None:
        click.echo("The trail is whole: it has no lines yet.")
        return
    when = f"{verdict.written_at:%Y-%m-%d %H:%M} UTC" if verdict.written_at else "?"
    click.echo(f"The trail is whole: {verdict.lines:,} lines, the last of {when}. Head: {verdict.head}")


commands: list[click.Command] = [audit]
