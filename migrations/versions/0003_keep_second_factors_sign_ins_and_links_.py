"""keep second factors, sign-ins and links for a new password."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "password_link",
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_hash", sa.String(length=64), nullable=True),
        sa.Column("address", sa.String(length=60), nullable=True),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_password_link_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_password_link_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_link_token_hash")),
    )
    with op.batch_alter_table("password_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_password_link_address"), ["address"], unique=False)
        batch_op.create_index(batch_op.f("ix_password_link_asked_hash"), ["asked_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_password_link_user_id"), ["user_id"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_user_id"), ["user_id"], unique=False)

    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_second_factor_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
        sa.UniqueConstraint("user_id", name=op.f("uq_second_factor_user_id")),
    )
    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.add_column(sa.Column("second_factor", sa.String(length=40), nullable=True))
    # A real agency asks its supervisors and administrators for one; in the demonstration the password alone opens.
    op.execute("UPDATE agency SET second_factor = CASE WHEN demo THEN 'nobody' ELSE 'leaders' END")
    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.alter_column("second_factor", nullable=False, existing_type=sa.String(length=40))

    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.add_column(sa.Column("machine", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("waiting", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(), nullable=True))
    op.execute(sa.text("UPDATE sign_in SET waiting = :no").bindparams(no=False))
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.alter_column("waiting", nullable=False, existing_type=sa.Boolean())


def downgrade() -> None:
    # The earlier version knows of no code that is still to come: such a sign-in would open everything there.
    op.execute(
        sa.text("UPDATE sign_in SET ended_at = created_at WHERE waiting = :yes AND ended_at IS NULL").bindparams(
            yes=True
        )
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_column("asked_at")
        batch_op.drop_column("waiting")
        batch_op.drop_column("machine")

    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.drop_column("second_factor")

    op.drop_table("second_factor")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_user_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("password_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_password_link_user_id"))
        batch_op.drop_index(batch_op.f("ix_password_link_asked_hash"))
        batch_op.drop_index(batch_op.f("ix_password_link_address"))

    op.drop_table("password_link")
