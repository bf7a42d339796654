"""Merge records, and log requests for a record."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "distinction",
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_distinction_by_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_distinction_client_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user.id"], name=op.f("fk_distinction_ended_by_id")),
        sa.ForeignKeyConstraint(["other_id"], ["client.id"], name=op.f("fk_distinction_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distinction")),
    )
    with op.batch_alter_table("distinction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_distinction_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_distinction_other_id"), ["other_id"], unique=False)

    op.create_table(
        "merge",
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_reason", sa.String(length=500), nullable=True),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_merge_by_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_merge_client_id")),
        sa.ForeignKeyConstraint(["into_id"], ["client.id"], name=op.f("fk_merge_into_id")),
        sa.ForeignKeyConstraint(["other_id"], ["client.id"], name=op.f("fk_merge_other_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["user.id"], name=op.f("fk_merge_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    )
    with op.batch_alter_table("merge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merge_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_merge_into_id"), ["into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_merge_other_id"), ["other_id"], unique=False)
        batch_op.create_index(
            "uq_merge_standing",
            ["other_id"],
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )

    op.create_table(
        "access_request",
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=True),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=1000), nullable=False),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("extended_reason", sa.String(length=1000), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("given_how", sa.String(length=40), nullable=True),
        sa.Column("ground", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("appeal", sa.String(length=2000), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["user.id"], name=op.f("fk_access_request_answered_by_id")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_access_request_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_access_request_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_access_request_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_request")),
    )
    with op.batch_alter_table("access_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_request_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_request_client_id"), ["client_id"], unique=False)

    op.create_table(
        "withholding",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_withholding_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_withholding_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_withholding_client_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user.id"], name=op.f("fk_withholding_ended_by_id")),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_withholding_note_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withholding")),
    )
    with op.batch_alter_table("withholding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_withholding_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_withholding_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_withholding_note_id"), ["note_id"], unique=False)
        batch_op.create_index(
            "uq_withholding_in_force",
            ["note_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "statement",
        sa.Column("note_id", sa.Integer(), nullable=True),
        sa.Column("assessment_id", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("closure_id", sa.Integer(), nullable=True),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("response", sa.Text(), nullable=True),
        sa.Column("responded_at", sa.DateTime(), nullable=True),
        sa.Column("responded_by_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_statement_assessment_id")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_statement_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_statement_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_statement_client_id")),
        sa.ForeignKeyConstraint(["closure_id"], ["closure.id"], name=op.f("fk_statement_closure_id")),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_statement_note_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_statement_plan_id")),
        sa.ForeignKeyConstraint(["responded_by_id"], ["user.id"], name=op.f("fk_statement_responded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
    )
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statement_assessment_id"), ["assessment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_statement_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_statement_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_statement_closure_id"), ["closure_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_statement_note_id"), ["note_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_statement_plan_id"), ["plan_id"], unique=False)

    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_by_name"))
        batch_op.create_index(
            "ix_client_by_name", ["sort_name", "id", "restricted", "kept_by_id", "status"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.drop_index("ix_client_by_name")
        batch_op.create_index(
            batch_op.f("ix_client_by_name"), ["sort_name", "id", "restricted", "kept_by_id"], unique=False
        )

    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statement_plan_id"))
        batch_op.drop_index(batch_op.f("ix_statement_note_id"))
        batch_op.drop_index(batch_op.f("ix_statement_closure_id"))
        batch_op.drop_index(batch_op.f("ix_statement_client_id"))
        batch_op.drop_index(batch_op.f("ix_statement_case_id"))
        batch_op.drop_index(batch_op.f("ix_statement_assessment_id"))

    op.drop_table("statement")
    with op.batch_alter_table("withholding", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_withholding_in_force",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_withholding_note_id"))
        batch_op.drop_index(batch_op.f("ix_withholding_client_id"))
        batch_op.drop_index(batch_op.f("ix_withholding_case_id"))

    op.drop_table("withholding")
    with op.batch_alter_table("access_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_request_client_id"))
        batch_op.drop_index(batch_op.f("ix_access_request_case_id"))

    op.drop_table("access_request")
    with op.batch_alter_table("merge", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_merge_standing",
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_merge_other_id"))
        batch_op.drop_index(batch_op.f("ix_merge_into_id"))
        batch_op.drop_index(batch_op.f("ix_merge_client_id"))

    op.drop_table("merge")
    with op.batch_alter_table("distinction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_distinction_other_id"))
        batch_op.drop_index(batch_op.f("ix_distinction_client_id"))

    op.drop_table("distinction")
