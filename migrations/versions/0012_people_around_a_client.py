"""Write down who belongs to a client, and who lives with them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "household",
        sa.Column("begun_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_household_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_household_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_household_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
    )
    with op.batch_alter_table("household", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_household_client_id"), ["client_id"], unique=False)

    op.create_table(
        "household_member",
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("occupation", sa.String(length=200), nullable=True),
        sa.Column("income_cents", sa.Integer(), nullable=True),
        sa.Column("income_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("in_error_at", sa.DateTime(), nullable=True),
        sa.Column("in_error_reason", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=True),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_household_member_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_household_member_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_household_member_client_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_household_member_household_id")),
        sa.ForeignKeyConstraint(["other_id"], ["client.id"], name=op.f("fk_household_member_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_member")),
    )
    with op.batch_alter_table("household_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_member_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_household_member_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_household_member_household_id"), ["household_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_household_member_other_id"), ["other_id"], unique=False)
        batch_op.create_index(
            "uq_household_head",
            ["household_id"],
            unique=True,
            sqlite_where=sa.text("relation = 'self' AND left_on IS NULL AND in_error_at IS NULL"),
            postgresql_where=sa.text("relation = 'self' AND left_on IS NULL AND in_error_at IS NULL"),
        )

    op.create_table(
        "relationship",
        sa.Column("twin_id", sa.Integer(), nullable=True),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("organization", sa.String(length=200), nullable=True),
        sa.Column("in_words", sa.String(length=120), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("contact_note", sa.String(length=200), nullable=True),
        sa.Column("helps_with", sa.String(length=300), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("safe", sa.String(length=40), nullable=False),
        sa.Column("safety_note", sa.String(length=500), nullable=True),
        sa.Column("emergency_contact", sa.Boolean(), nullable=False),
        sa.Column("authority", sa.String(length=40), nullable=True),
        sa.Column("authority_until", sa.Date(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("tie", sa.String(length=40), nullable=False),
        sa.Column("flow", sa.String(length=40), nullable=False),
        sa.Column("on_map", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("in_error_at", sa.DateTime(), nullable=True),
        sa.Column("in_error_reason", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=True),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_relationship_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_relationship_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_relationship_client_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_relationship_document_id")),
        sa.ForeignKeyConstraint(["other_id"], ["client.id"], name=op.f("fk_relationship_other_id")),
        sa.ForeignKeyConstraint(["twin_id"], ["relationship.id"], name=op.f("fk_relationship_twin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship")),
    )
    with op.batch_alter_table("relationship", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relationship_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relationship_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relationship_other_id"), ["other_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relationship_twin_id"), ["twin_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("relationship", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relationship_twin_id"))
        batch_op.drop_index(batch_op.f("ix_relationship_other_id"))
        batch_op.drop_index(batch_op.f("ix_relationship_client_id"))
        batch_op.drop_index(batch_op.f("ix_relationship_case_id"))

    op.drop_table("relationship")
    with op.batch_alter_table("household_member", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_household_head",
            sqlite_where=sa.text("relation = 'self' AND left_on IS NULL AND in_error_at IS NULL"),
            postgresql_where=sa.text("relation = 'self' AND left_on IS NULL AND in_error_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_household_member_other_id"))
        batch_op.drop_index(batch_op.f("ix_household_member_household_id"))
        batch_op.drop_index(batch_op.f("ix_household_member_client_id"))
        batch_op.drop_index(batch_op.f("ix_household_member_case_id"))

    op.drop_table("household_member")
    with op.batch_alter_table("household", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_household_client_id"))
        batch_op.drop_index(batch_op.f("ix_household_case_id"))

    op.drop_table("household")
