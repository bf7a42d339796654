"""Let permissions and alerts belong to a case, and open records in an emergency."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Of a client with one case, everything belongs to that case.
ONLY_CASE = """
UPDATE {table} SET case_id = (SELECT max(c.id) FROM "case" c WHERE c.client_id = {table}.client_id)
WHERE (SELECT count(*) FROM "case" c WHERE c.client_id = {table}.client_id) = 1
"""
# Of a client with several: to the case whose referral rests on it, when it is one; else to the sealed one, which is the
# safe side. Where neither is so, everybody who opens the record goes on seeing it, as before.
CASE_OF_REFERRAL = """
UPDATE consent SET case_id = (SELECT max(r.case_id) FROM referral r WHERE r.consent_id = consent.id)
WHERE case_id IS NULL
AND (SELECT count(DISTINCT r.case_id) FROM referral r WHERE r.consent_id = consent.id) = 1
"""
SEALED_CASE = """
UPDATE consent SET case_id = (
    SELECT max(c.id) FROM "case" c JOIN program p ON p.id = c.program_id
    WHERE c.client_id = consent.client_id AND p.regime IN ('part_2', 'victim_services'))
WHERE case_id IS NULL
"""


def upgrade() -> None:
    op.create_table(
        "emergency_opening",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("until_at", sa.DateTime(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("justified", sa.Boolean(), nullable=True),
        sa.Column("review", sa.String(length=1000), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_emergency_opening_client_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["user.id"], name=op.f("fk_emergency_opening_reviewed_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_emergency_opening_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_opening")),
    )
    with op.batch_alter_table("emergency_opening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_emergency_opening_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_emergency_opening_user_id"), ["user_id"], unique=False)

    op.create_table(
        "possible_duplicate",
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("finding", sa.String(length=500), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_possible_duplicate_by_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_possible_duplicate_client_id")),
        sa.ForeignKeyConstraint(["other_id"], ["client.id"], name=op.f("fk_possible_duplicate_other_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["user.id"], name=op.f("fk_possible_duplicate_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_possible_duplicate")),
    )
    with op.batch_alter_table("possible_duplicate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_possible_duplicate_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_possible_duplicate_other_id"), ["other_id"], unique=False)

    op.create_table(
        "emergency_reviewer",
        sa.Column("opening_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_emergency_reviewer_client_id")),
        sa.ForeignKeyConstraint(
            ["opening_id"], ["emergency_opening.id"], name=op.f("fk_emergency_reviewer_opening_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_emergency_reviewer_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_reviewer")),
    )
    with op.batch_alter_table("emergency_reviewer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_emergency_reviewer_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_emergency_reviewer_opening_id"), ["opening_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_emergency_reviewer_user_id"), ["user_id"], unique=False)

    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.add_column(sa.Column("openness", sa.String(length=40), nullable=True))
    op.execute("UPDATE agency SET openness = 'program'")
    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.alter_column("openness", existing_type=sa.String(length=40), nullable=False)

    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.add_column(sa.Column("case_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_alert_case_id"), ["case_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_alert_case_id"), "case", ["case_id"], ["id"])

    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.add_column(sa.Column("case_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_consent_case_id"), ["case_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_consent_case_id"), "case", ["case_id"], ["id"])

    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=True))
    op.execute('UPDATE "user" SET version = 1')
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.alter_column("version", existing_type=sa.Integer(), nullable=False)

    op.execute(ONLY_CASE.format(table="alert"))
    op.execute(ONLY_CASE.format(table="consent"))
    op.execute(CASE_OF_REFERRAL)
    op.execute(SEALED_CASE)


def downgrade() -> None:
    # The earlier version knows no front desk and no reader: such accounts are closed, never given more than they had.
    user = sa.table("user", sa.column("role"), sa.column("disabled_at"))
    closed = sa.func.coalesce(user.c.disabled_at, datetime.now(UTC).replace(tzinfo=None))
    unknown = user.c.role.in_(["front_desk", "reader"])
    op.execute(user.update().where(unknown).values(role="caseworker", disabled_at=closed))

    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_column("version")

    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_consent_case_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_consent_case_id"))
        batch_op.drop_column("case_id")

    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_alert_case_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_alert_case_id"))
        batch_op.drop_column("case_id")

    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.drop_column("openness")

    with op.batch_alter_table("emergency_reviewer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_emergency_reviewer_user_id"))
        batch_op.drop_index(batch_op.f("ix_emergency_reviewer_opening_id"))
        batch_op.drop_index(batch_op.f("ix_emergency_reviewer_client_id"))

    op.drop_table("emergency_reviewer")
    with op.batch_alter_table("possible_duplicate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_possible_duplicate_other_id"))
        batch_op.drop_index(batch_op.f("ix_possible_duplicate_client_id"))

    op.drop_table("possible_duplicate")
    with op.batch_alter_table("emergency_opening", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_emergency_opening_user_id"))
        batch_op.drop_index(batch_op.f("ix_emergency_opening_client_id"))

    op.drop_table("emergency_opening")
