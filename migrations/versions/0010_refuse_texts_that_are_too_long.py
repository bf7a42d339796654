"""Refuse texts that are longer than their column, on SQLite as on Postgres.

Nothing is to be done here: SQLite's triggers are made from the tables after each upgrade (`app.engines.keep_lengths`).
This revision is there so that a database which has all the tables already is upgraded once.
"""

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
