"""Take people in by the program's own list, decide again about who waits, and let colleagues stand in."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

DECIDED = """
INSERT INTO intake_decision (intake_id, case_id, client_id, disposition, "on", by_id, created_at)
SELECT id, case_id, client_id, disposition, completed_on, by_id, created_at FROM intake
WHERE disposition IS NOT NULL AND completed_on IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "requirement",
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("text_es", sa.String(length=200), nullable=True),
        sa.Column("poverty_limit", sa.Integer(), nullable=True),
        sa.Column("consent_type", sa.String(length=40), nullable=True),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_requirement_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement")),
    )
    with op.batch_alter_table("requirement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requirement_program_id"), ["program_id"], unique=False)

    op.create_table(
        "stand_in",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("stand_in_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_stand_in_by_id")),
        sa.ForeignKeyConstraint(["stand_in_id"], ["user.id"], name=op.f("fk_stand_in_stand_in_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_stand_in_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_in")),
    )
    with op.batch_alter_table("stand_in", schema=None) as batch_op:
        batch_op.create_index("ix_stand_in_of", ["stand_in_id", "from_on", "to_on", "user_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stand_in_user_id"), ["user_id"], unique=False)

    op.create_table(
        "requirement_answer",
        sa.Column("requirement_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("proof", sa.String(length=300), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_requirement_answer_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_requirement_answer_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_requirement_answer_client_id")),
        sa.ForeignKeyConstraint(
            ["requirement_id"], ["requirement.id"], name=op.f("fk_requirement_answer_requirement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_answer")),
    )
    with op.batch_alter_table("requirement_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requirement_answer_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_requirement_answer_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_requirement_answer_requirement_id"), ["requirement_id"], unique=False)

    op.create_table(
        "intake_decision",
        sa.Column("intake_id", sa.Integer(), nullable=False),
        sa.Column("disposition", sa.String(length=40), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_intake_decision_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_intake_decision_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_intake_decision_client_id")),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_intake_decision_intake_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_decision")),
    )
    with op.batch_alter_table("intake_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intake_decision_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_intake_decision_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_intake_decision_intake_id"), ["intake_id"], unique=False)
    op.execute(DECIDED)

    with op.batch_alter_table("intake", schema=None) as batch_op:
        batch_op.add_column(sa.Column("safety", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("other_agencies", sa.String(length=1000), nullable=True))
        batch_op.add_column(sa.Column("household_size", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("monthly_income", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("poverty_area", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("poverty_year", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("poverty_percent", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("determination", sa.String(length=40), nullable=True))

    with op.batch_alter_table("program", schema=None) as batch_op:
        batch_op.add_column(sa.Column("urgent_days", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("first_contact_days", sa.Integer(), server_default="2", nullable=False))
        batch_op.add_column(sa.Column("intake_days", sa.Integer(), server_default="15", nullable=False))

    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.add_column(sa.Column("follower_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_referral_follower_id"), ["follower_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_referral_follower_id"), "user", ["follower_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_referral_follower_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_referral_follower_id"))
        batch_op.drop_column("follower_id")

    with op.batch_alter_table("program", schema=None) as batch_op:
        batch_op.drop_column("intake_days")
        batch_op.drop_column("first_contact_days")
        batch_op.drop_column("urgent_days")

    with op.batch_alter_table("intake", schema=None) as batch_op:
        batch_op.drop_column("determination")
        batch_op.drop_column("poverty_percent")
        batch_op.drop_column("poverty_year")
        batch_op.drop_column("poverty_area")
        batch_op.drop_column("monthly_income")
        batch_op.drop_column("household_size")
        batch_op.drop_column("other_agencies")
        batch_op.drop_column("safety")

    with op.batch_alter_table("intake_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_intake_decision_intake_id"))
        batch_op.drop_index(batch_op.f("ix_intake_decision_client_id"))
        batch_op.drop_index(batch_op.f("ix_intake_decision_case_id"))

    op.drop_table("intake_decision")
    with op.batch_alter_table("requirement_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_requirement_answer_requirement_id"))
        batch_op.drop_index(batch_op.f("ix_requirement_answer_client_id"))
        batch_op.drop_index(batch_op.f("ix_requirement_answer_case_id"))

    op.drop_table("requirement_answer")
    with op.batch_alter_table("stand_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stand_in_user_id"))
        batch_op.drop_index("ix_stand_in_of")

    op.drop_table("stand_in")
    with op.batch_alter_table("requirement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_requirement_program_id"))

    op.drop_table("requirement")
