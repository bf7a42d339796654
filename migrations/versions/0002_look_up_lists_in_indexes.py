"""look up lists in indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_assignment_user_id", "assignment")
    op.create_index("ix_assignment_of_user", "assignment", ["user_id", "client_id", "to_on", "role", "case_id"])
    op.create_index("ix_case_of_client", "case", ["client_id", "program_id", "status", "opened_on"])
    op.drop_index("ix_client_sort_name", "client")
    op.create_index("ix_client_by_name", "client", ["sort_name", "id", "restricted", "kept_by_id"])
    op.drop_index("ix_task_assignee_id", "task")
    op.create_index("ix_task_of_assignee", "task", ["assignee_id", "status", "due_on"])
    op.create_index("ix_task_of_case", "task", ["case_id", "status", "due_on"])
    op.drop_index("ix_note_parent_id", "note")
    addenda = sa.text("parent_id IS NOT NULL")
    op.create_index("ix_note_parent_id", "note", ["parent_id"], sqlite_where=addenda, postgresql_where=addenda)


def downgrade() -> None:
    op.drop_index("ix_note_parent_id", "note")
    op.create_index("ix_note_parent_id", "note", ["parent_id"])
    op.drop_index("ix_task_of_case", "task")
    op.drop_index("ix_task_of_assignee", "task")
    op.create_index("ix_task_assignee_id", "task", ["assignee_id"])
    op.drop_index("ix_client_by_name", "client")
    op.create_index("ix_client_sort_name", "client", ["sort_name"])
    op.drop_index("ix_case_of_client", "case")
    op.drop_index("ix_assignment_of_user", "assignment")
    op.create_index("ix_assignment_user_id", "assignment", ["user_id"])
