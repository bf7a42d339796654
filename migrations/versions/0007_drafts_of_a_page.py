"""Drafts belong to the page they are typed on, and have an end that the agency sets."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.add_column(sa.Column("draft_days", sa.Integer(), nullable=True))
    op.execute("UPDATE agency SET draft_days = 30")
    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.alter_column("draft_days", existing_type=sa.Integer(), nullable=False)

    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("page", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=True))
    op.execute("UPDATE draft SET page = '', revision = 1")
    op.execute("UPDATE draft SET form = 'client_new' WHERE form = 'client' AND about = 0")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.alter_column("page", existing_type=sa.String(length=40), nullable=False)
        batch_op.alter_column("revision", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_constraint(batch_op.f("uq_draft_user_id_form_about"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_draft_user_id_form_about_page"), ["user_id", "form", "about", "page"]
        )
        batch_op.create_index(batch_op.f("ix_draft_saved_at"), ["saved_at"], unique=False)

    with op.batch_alter_table("once", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_once_created_at"), ["created_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("once", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_once_created_at"))

    op.execute("UPDATE draft SET form = 'client' WHERE form = 'client_new'")
    # There was one draft for a form and a record: the one typed in last stays.
    op.execute(
        "DELETE FROM draft WHERE EXISTS (SELECT 1 FROM draft AS later WHERE later.user_id = draft.user_id "
        "AND later.form = draft.form AND later.about = draft.about AND (later.saved_at > draft.saved_at "
        "OR (later.saved_at = draft.saved_at AND later.id > draft.id)))"
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_saved_at"))
        batch_op.drop_constraint(batch_op.f("uq_draft_user_id_form_about_page"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_draft_user_id_form_about"), ["user_id", "form", "about"])
        batch_op.drop_column("revision")
        batch_op.drop_column("page")

    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.drop_column("draft_days")
