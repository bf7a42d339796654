"""Chain the trail."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

AT_ONCE = 2_000
REFUSED = "the trail is append-only"
KEEPING = {
    "sqlite": [
        f"CREATE TRIGGER event_stays_update BEFORE update ON event BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
        f"CREATE TRIGGER event_stays_delete BEFORE delete ON event BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    ],
    "postgresql": [
        "CREATE TRIGGER event_stays_update BEFORE update ON event FOR EACH ROW EXECUTE FUNCTION event_stays()",
        "CREATE TRIGGER event_stays_delete BEFORE delete ON event FOR EACH ROW EXECUTE FUNCTION event_stays()",
    ],
}
KEEPING_MORE = {
    "sqlite": [
        "CREATE TRIGGER event_stays_replace BEFORE insert ON event WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id) "  # nosec B608 (fixed words)
        f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    ],
    "postgresql": [
        "CREATE TRIGGER event_stays_truncate BEFORE truncate ON event FOR EACH STATEMENT EXECUTE FUNCTION event_stays()",
        "CREATE OR REPLACE FUNCTION event_head(users int[], clients int[], cases int[]) "  # nosec B608 (fixed words)
        "RETURNS TABLE (id int, hash varchar) LANGUAGE plpgsql VOLATILE AS $$ BEGIN "
        'PERFORM 1 FROM "user" u WHERE u.id = ANY (users) ORDER BY u.id FOR KEY SHARE; '
        "PERFORM 1 FROM client c WHERE c.id = ANY (clients) ORDER BY c.id FOR KEY SHARE; "
        'PERFORM 1 FROM "case" c WHERE c.id = ANY (cases) ORDER BY c.id FOR KEY SHARE; '
        f"PERFORM pg_advisory_xact_lock({0x545241494C}); "
        "RETURN QUERY SELECT e.id, e.hash FROM event e ORDER BY e.id DESC LIMIT 1; END $$",
    ],
}
BEFORE = {"ix_event_by_id": ["by_id"], "ix_event_client_id": ["client_id"], "ix_event_kind": ["kind"]}
AFTER = {
    "ix_event_created_at": ["created_at"],
    "ix_event_kind_created_at": ["kind", "created_at"],
    "ix_event_by_id_created_at": ["by_id", "created_at"],
    "ix_event_by_id_kind_created_at": ["by_id", "kind", "created_at"],
    "ix_event_client_id_created_at": ["client_id", "created_at"],
}
EVENT = sa.table(
    "event",
    sa.column("id", sa.Integer),
    sa.column("created_at", sa.DateTime),
    sa.column("kind", sa.String),
    sa.column("by_id", sa.Integer),
    sa.column("client_id", sa.Integer),
    sa.column("case_id", sa.Integer),
    sa.column("record_kind", sa.String),
    sa.column("record_id", sa.Integer),
    sa.column("fields", sa.JSON),
    sa.column("reason", sa.String),
    sa.column("address", sa.String),
    sa.column("endpoint", sa.String),
    sa.column("hash", sa.String),
)


def upgrade() -> None:
    engine = op.get_bind().dialect.name
    let_go(engine)
    with op.batch_alter_table("event") as event:
        event.add_column(sa.Column("hash", sa.String(length=64), nullable=True))
    number_and_chain()
    with op.batch_alter_table("event") as event:
        event.alter_column("hash", nullable=False, existing_type=sa.String(length=64))
        for name in BEFORE:
            event.drop_index(name)
        for name, columns in AFTER.items():
            event.create_index(name, columns)
    keep(KEEPING[engine] + KEEPING_MORE[engine])


def downgrade() -> None:
    engine = op.get_bind().dialect.name
    let_go(engine)
    if engine == "postgresql":
        op.execute("DROP TRIGGER event_stays_truncate ON event")
        op.execute("DROP FUNCTION event_head(int[], int[], int[])")
        op.execute(
            "SELECT setval(pg_get_serial_sequence('event', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM event), false)"
        )
    else:
        op.execute("DROP TRIGGER event_stays_replace")
    with op.batch_alter_table("event") as event:
        for name in AFTER:
            event.drop_index(name)
        for name, columns in BEFORE.items():
            event.create_index(name, columns)
        event.drop_column("hash")
    keep(KEEPING[engine])


def let_go(engine: str) -> None:
    """Take the triggers off that refuse what is done here; it is one transaction, nobody sees the trail without them."""
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER event_stays_{verb}" + (" ON event" if engine == "postgresql" else ""))


def keep(statements: list[str]) -> None:
    for statement in statements:
        op.execute(sa.text(statement.replace(":", r"\:")))


def number_and_chain() -> None:
    """Give the lines numbers without gaps, in the order of those they have, and chain each to the one before it."""
    connection = op.get_bind()
    number, before, last = 0, "0" * 64, -(2**31)
    change = (
        sa.update(EVENT)
        .where(EVENT.c.id == sa.bindparam("was"))
        .values(id=sa.bindparam("number"), hash=sa.bindparam("digest"))
    )
    while True:
        lines = connection.execute(sa.select(EVENT).where(EVENT.c.id > last).order_by(EVENT.c.id).limit(AT_ONCE)).all()
        if not lines:
            return
        changes = []
        for line in lines:
            number += 1
            before = digest(before, line._asdict() | {"id": number})
            changes.append({"was": line.id, "number": number, "digest": before})
        last = lines[-1].id
        connection.execute(change, changes)


def digest(previous: str, line: dict) -> str:
    """As the program reckons it (app/models/agency/chain.py); a line never changes, so this never may."""
    said = {name: value for name, value in line.items() if value is not None and name != "hash"}
    said["created_at"] = line["created_at"].isoformat(timespec="microseconds") + "Z"
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
