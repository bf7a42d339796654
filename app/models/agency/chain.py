"""The chain of the trail: each line carries its number and the SHA-256 over the line before it and everything it says.

Verbs do not write their lines at once, they queue them (`queue`). The last act before the commit is to take the head of
the chain, number the queued lines, chain them and insert them, in one place for all (`write`). Why so late: on Postgres
the head is taken under a lock that is held to the commit. Taken in the middle of a verb, with row locks still to come,
two verbs could wait for each other; taken last, nobody who holds it waits for anything any more. (The rows that the
lines point at are locked before it, in the same question, because the database would lock them at the insert.)
On SQLite every write transaction is alone from its first statement.

A line's text never names a column that is empty: a column added to the trail later leaves the old lines' hashes as
they were.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction
from sqlalchemy.sql.util import find_tables

from app.extensions import db

FIRST = "0" * 64
"""What the first line is chained to."""

LOCK = 0x545241494C
"""The number under which Postgres keeps the lock of the chain: "TRAIL"."""

HEAD = {
    "sqlite": sa.text("SELECT id, hash FROM event ORDER BY id DESC LIMIT 1"),
    "postgresql": sa.text("SELECT id, hash FROM event_head(:users, :clients, :cases)"),
}

# Volatile on purpose: each statement in it sees what was committed while it waited for the lock.
HEAD_FUNCTION = (
    "CREATE OR REPLACE FUNCTION event_head(users int[], clients int[], cases int[]) "  # nosec B608 (fixed words)
    "RETURNS TABLE (id int, hash varchar) LANGUAGE plpgsql VOLATILE AS $$ BEGIN "
    'PERFORM 1 FROM "user" u WHERE u.id = ANY (users) ORDER BY u.id FOR KEY SHARE; '
    "PERFORM 1 FROM client c WHERE c.id = ANY (clients) ORDER BY c.id FOR KEY SHARE; "
    'PERFORM 1 FROM "case" c WHERE c.id = ANY (cases) ORDER BY c.id FOR KEY SHARE; '
    f"PERFORM pg_advisory_xact_lock({LOCK}); "
    "RETURN QUERY SELECT e.id, e.hash FROM event e ORDER BY e.id DESC LIMIT 1; END $$"
)


def digest(previous: str, line: dict[str, Any]) -> str:
    """The hash of a line, as 64 hexadecimal digits: of the hash before it and of all that it says but its own hash.

    The values are plain: texts, whole numbers, lists of texts, an instant or the text of one; empty ones do not count.
    """
    said = {name: _plain(value) for name, value in line.items() if value is not None and name != "hash"}
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        instant = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo is not None else value
        return instant.isoformat(timespec="microseconds") + "Z"
    return value


def queue(line: dict[str, Any], *, session: Any = None) -> None:
    """Let this line (column → value, without number and hash) be written with the transaction that runs."""
    waiting(session or db.session()).append(line)


def waiting(session: Session) -> list[dict[str, Any]]:
    """The lines of this session's transaction that are not written yet."""
    return session.info.setdefault("trail", [])


def write(session: Session) -> None:
    """Number, chain and insert the lines that wait; everything else that is unsaved is saved before."""
    if not waiting(session) or session.in_nested_transaction():
        return
    session.flush()
    lines, session.info["trail"] = waiting(session), []
    last = session.execute(HEAD[session.get_bind().dialect.name], _pointed_at(session, lines)).first()
    number, before = (last.id, last.hash) if last is not None else (0, FIRST)
    for line in lines:
        number += 1
        line["id"] = number
        line["hash"] = before = digest(before, line)
    session.execute(sa.insert(_table()), lines)


def _pointed_at(session: Session, lines: list[dict[str, Any]]) -> dict[str, list[int]]:
    """The rows that these lines point at, by their numbers; only Postgres asks."""
    if session.get_bind().dialect.name != "postgresql":
        return {}
    columns = {"users": "by_id", "clients": "client_id", "cases": "case_id"}
    return {name: sorted({line[key] for line in lines if line[key] is not None}) for name, key in columns.items()}


def _table() -> sa.Table:
    return db.metadata.tables["event"]


# -- When it happens


def _before_commit(session: Session) -> None:
    write(session)


def _before_reading(state: ORMExecuteState) -> None:
    """Who reads the trail in the transaction that adds to it sees these lines too."""
    if waiting(state.session) and state.is_select and not state.session.in_nested_transaction():
        everywhere = {"include_aliases": True, "include_joins": True, "include_selects": True, "check_columns": True}
        tables = find_tables(cast(sa.ClauseElement, state.statement), **everywhere)
        if _table() in tables:
            write(state.session)


def _begun(session: Session, transaction: SessionTransaction) -> None:
    """Remember how many lines waited when a savepoint was made."""
    if transaction.nested:
        session.info.setdefault("trail_marks", {})[transaction] = len(waiting(session))


def _rolled_back(session: Session, transaction: SessionTransaction) -> None:
    """Lines share the fate of what they tell of: back to the savepoint, or all of them."""
    del waiting(session)[session.info.get("trail_marks", {}).pop(transaction, 0) :]


def _ended(session: Session, transaction: SessionTransaction) -> None:
    """A session that is closed without a word has taken everything back."""
    if transaction.parent is None:
        waiting(session).clear()
        session.info.pop("trail_marks", None)


LISTENERS: dict[str, Callable[..., None]] = {
    "before_commit": _before_commit,
    "do_orm_execute": _before_reading,
    "after_transaction_create": _begun,
    "after_soft_rollback": _rolled_back,
    "after_transaction_end": _ended,
}
for _name, _listener in LISTENERS.items():
    sa.event.listen(db.session, _name, _listener)
