"""Write down supports, what remains at closing, and entries of our own."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "planned_support",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("relation", sa.String(length=120), nullable=True),
        sa.Column("helps_with", sa.String(length=300), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_planned_support_case_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_planned_support_client_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_planned_support_plan_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_support")),
    )
    with op.batch_alter_table("planned_support", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_planned_support_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_planned_support_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_planned_support_plan_id"), ["plan_id"], unique=False)

    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.add_column(sa.Column("risks", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("missing_documents", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("recommendations", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("medications", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("follow_up", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("follow_up_after", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("follow_up_how", sa.String(length=300), nullable=True))

    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rewritten_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.drop_column("rewritten_at")

    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.drop_column("follow_up_how")
        batch_op.drop_column("follow_up_after")
        batch_op.drop_column("follow_up")
        batch_op.drop_column("medications")
        batch_op.drop_column("recommendations")
        batch_op.drop_column("missing_documents")
        batch_op.drop_column("risks")

    with op.batch_alter_table("planned_support", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_planned_support_plan_id"))
        batch_op.drop_index(batch_op.f("ix_planned_support_client_id"))
        batch_op.drop_index(batch_op.f("ix_planned_support_case_id"))

    op.drop_table("planned_support")
