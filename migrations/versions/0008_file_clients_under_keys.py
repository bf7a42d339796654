"""File clients under keys, by which whoever may be the same person is found; leave room for long names.

The keys of the clients on record are made at the start that follows: `filed_by` 0 says that they are due.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "match_key",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_match_key_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_key")),
    )
    with op.batch_alter_table("match_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_key_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_match_key_key"), ["key"], unique=False)

    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.add_column(sa.Column("filed_by", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index(batch_op.f("ix_client_filed_by"), ["filed_by"], unique=False)
        batch_op.alter_column("search", existing_type=sa.String(1000), type_=sa.String(4000), existing_nullable=False)
    with op.batch_alter_table("other_name", schema=None) as batch_op:
        batch_op.alter_column("text", existing_type=sa.String(100), type_=sa.String(200), existing_nullable=False)


def downgrade() -> None:
    # What no longer fits is cut: the words to search by are made anew from the record, and a name keeps its beginning.
    op.execute("UPDATE client SET search = substr(search, 1, 1000) WHERE length(search) > 1000")
    op.execute("UPDATE other_name SET text = substr(text, 1, 100) WHERE length(text) > 100")
    with op.batch_alter_table("other_name", schema=None) as batch_op:
        batch_op.alter_column("text", existing_type=sa.String(200), type_=sa.String(100), existing_nullable=False)
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_filed_by"))
        batch_op.drop_column("filed_by")
        batch_op.alter_column("search", existing_type=sa.String(4000), type_=sa.String(1000), existing_nullable=False)

    with op.batch_alter_table("match_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_match_key_key"))
        batch_op.drop_index(batch_op.f("ix_match_key_client_id"))

    op.drop_table("match_key")
