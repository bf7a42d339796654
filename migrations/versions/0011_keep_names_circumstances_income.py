"""Keep names over time, circumstances, income and identifiers."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "circumstances",
        sa.Column("as_of_on", sa.Date(), nullable=False),
        sa.Column("veteran", sa.String(length=40), nullable=False),
        sa.Column("disabling_condition", sa.String(length=40), nullable=False),
        sa.Column("housing", sa.String(length=40), nullable=False),
        sa.Column("employment", sa.String(length=40), nullable=False),
        sa.Column("education", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_circumstances_by_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_circumstances_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circumstances")),
        sa.UniqueConstraint("client_id", "as_of_on", name=op.f("uq_circumstances_client_id_as_of_on")),
    )
    with op.batch_alter_table("circumstances", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_circumstances_client_id"), ["client_id"], unique=False)

    op.create_table(
        "identifier",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("quality", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.String(length=400), nullable=True),
        sa.Column("issuer", sa.String(length=100), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.Column("removed_reason", sa.String(length=500), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_identifier_by_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_identifier_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identifier")),
    )
    with op.batch_alter_table("identifier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identifier_client_id"), ["client_id"], unique=False)
        batch_op.create_index(
            "ix_identifier_one_ssn",
            ["client_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'ssn' AND removed_at IS NULL"),
            postgresql_where=sa.text("kind = 'ssn' AND removed_at IS NULL"),
        )

    op.create_table(
        "income_record",
        sa.Column("as_of_on", sa.Date(), nullable=False),
        sa.Column("income", sa.String(length=40), nullable=False),
        sa.Column("benefits", sa.String(length=40), nullable=False),
        sa.Column("benefit_kinds", sa.JSON(), nullable=True),
        sa.Column("insurance", sa.String(length=40), nullable=False),
        sa.Column("insurance_kinds", sa.JSON(), nullable=True),
        sa.Column("household_size", sa.Integer(), nullable=True),
        sa.Column("household_cents", sa.BigInteger(), nullable=True),
        sa.Column("guideline_year", sa.Integer(), nullable=True),
        sa.Column("guideline_area", sa.String(length=40), nullable=True),
        sa.Column("guideline_cents", sa.Integer(), nullable=True),
        sa.Column("guideline_permille", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("in_error_at", sa.DateTime(), nullable=True),
        sa.Column("in_error_reason", sa.String(length=500), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_income_record_by_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_income_record_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_income_record")),
    )
    with op.batch_alter_table("income_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_income_record_as_of_on"), ["as_of_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_income_record_client_id"), ["client_id"], unique=False)

    op.create_table(
        "income_amount",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("named", sa.String(length=100), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_income_amount_client_id")),
        sa.ForeignKeyConstraint(["record_id"], ["income_record.id"], name=op.f("fk_income_amount_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_income_amount")),
    )
    with op.batch_alter_table("income_amount", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_income_amount_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_income_amount_record_id"), ["record_id"], unique=False)

    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.add_column(sa.Column("avoid", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(sa.Column("note", sa.String(length=200), nullable=True))

    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ssn", sa.String(length=40), server_default="off", nullable=False))
        batch_op.add_column(sa.Column("asks_gender", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.add_column(
            sa.Column("poverty_area", sa.String(length=40), server_default="contiguous", nullable=False)
        )

    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(length=500), nullable=True))

    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.add_column(sa.Column("age_said", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("age_said_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("gender_identity", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("race_detail", sa.String(length=100), nullable=True))
        batch_op.add_column(
            sa.Column("translation_needed", sa.String(length=40), server_default="not_collected", nullable=False)
        )
        batch_op.add_column(sa.Column("email_safe", sa.Boolean(), server_default=sa.text("false"), nullable=False))
        batch_op.alter_column(
            "search", existing_type=sa.VARCHAR(length=4000), type_=sa.String(length=12000), existing_nullable=False
        )

    # Who has more names than fitted is found by all of them from the next start on.
    op.execute("UPDATE client SET filed_by = 0 WHERE length(search) >= 4000")

    with op.batch_alter_table("other_name", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=40), server_default="alias", nullable=False))
        batch_op.add_column(sa.Column("from_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("to_on", sa.Date(), nullable=True))

    with op.batch_alter_table("phone", schema=None) as batch_op:
        batch_op.add_column(sa.Column("avoid", sa.Boolean(), server_default=sa.text("false"), nullable=False))

    with op.batch_alter_table("program", schema=None) as batch_op:
        batch_op.add_column(sa.Column("expects", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("program", schema=None) as batch_op:
        batch_op.drop_column("expects")

    with op.batch_alter_table("phone", schema=None) as batch_op:
        batch_op.drop_column("avoid")

    with op.batch_alter_table("other_name", schema=None) as batch_op:
        batch_op.drop_column("to_on")
        batch_op.drop_column("from_on")
        batch_op.drop_column("kind")

    op.execute("UPDATE client SET search = substr(search, 1, 4000) WHERE length(search) > 4000")
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.alter_column(
            "search", existing_type=sa.String(length=12000), type_=sa.VARCHAR(length=4000), existing_nullable=False
        )
        batch_op.drop_column("email_safe")
        batch_op.drop_column("translation_needed")
        batch_op.drop_column("race_detail")
        batch_op.drop_column("gender_identity")
        batch_op.drop_column("age_said_on")
        batch_op.drop_column("age_said")

    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_column("reason")

    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.drop_column("poverty_area")
        batch_op.drop_column("asks_gender")
        batch_op.drop_column("ssn")

    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.drop_column("note")
        batch_op.drop_column("avoid")

    with op.batch_alter_table("income_amount", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_income_amount_record_id"))
        batch_op.drop_index(batch_op.f("ix_income_amount_client_id"))

    op.drop_table("income_amount")
    with op.batch_alter_table("income_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_income_record_client_id"))
        batch_op.drop_index(batch_op.f("ix_income_record_as_of_on"))

    op.drop_table("income_record")
    with op.batch_alter_table("identifier", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_identifier_one_ssn",
            sqlite_where=sa.text("kind = 'ssn' AND removed_at IS NULL"),
            postgresql_where=sa.text("kind = 'ssn' AND removed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_identifier_client_id"))

    op.drop_table("identifier")
    with op.batch_alter_table("circumstances", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_circumstances_client_id"))

    op.drop_table("circumstances")
