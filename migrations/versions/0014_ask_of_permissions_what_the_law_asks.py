"""Ask of permissions what the law asks."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


BOXES = ("to_class", "intermediary", "risks_explained", "parent_safe")
# What was recorded under a program belongs to that program's rules. A general release in a Part 2 or victim services
# program keeps its kind, and so allows nothing any more: nobody wrote down that its paper held what the law asks.
REGIME_OF_PROGRAM = """
UPDATE consent SET regime = (
    SELECT p.regime FROM "case" c JOIN program p ON p.id = c.program_id WHERE c.id = consent.case_id)
WHERE case_id IS NOT NULL
"""
# The earlier version knows releases and consents to services alone, and neither drafts nor other ends than a day. What
# it cannot understand must allow nothing there.
AS_DECLINED = """
UPDATE consent SET outcome = 'declined', signed_on = COALESCE(signed_on, CAST(created_at AS DATE)),
    reason = COALESCE(reason, 'recorded by a later version')
WHERE outcome IS NULL OR direction = 'obtain' OR type IN ('part_2_tpo', 'part_2_notes', 'part_2_proceedings',
    'data_sharing', 'photo', 'texting', 'telehealth', 'receipt_privacy', 'receipt_rights', 'receipt_grievance')
"""
AS_REVOKED = """
UPDATE consent SET revoked_at = COALESCE(superseded_at, ended_at, in_error_at)
WHERE revoked_at IS NULL AND COALESCE(superseded_at, ended_at, in_error_at) IS NOT NULL
"""
AS_RELEASES = """
UPDATE consent SET type = 'release' WHERE type IN ('part_2', 'part_2_tpo', 'part_2_notes', 'part_2_proceedings',
    'victim_services', 'data_sharing', 'photo', 'texting', 'telehealth', 'receipt_privacy', 'receipt_rights',
    'receipt_grievance')
"""


def upgrade() -> None:
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.add_column(sa.Column("regime", sa.String(length=40), server_default="standard", nullable=False))
        batch_op.add_column(sa.Column("direction", sa.String(length=40), server_default="release", nullable=False))
        batch_op.add_column(sa.Column("discloser", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("to_class", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("intermediary", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("members", sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column("information_other", sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column("from_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("to_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("expiry", sa.String(length=40), server_default="day", nullable=False))
        batch_op.add_column(sa.Column("expires_when", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("conditions", sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column("risks", sa.String(length=2000), nullable=True))
        batch_op.add_column(sa.Column("risks_explained", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("alone_reason", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("parent_safe", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("copy_given_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("no_copy_reason", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("code", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("frozen_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("revoked_manner", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("superseded_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("in_error_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("in_error_reason", sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=True))
        batch_op.alter_column("outcome", existing_type=sa.VARCHAR(length=40), nullable=True)
        batch_op.alter_column("signed_on", existing_type=sa.DATE(), nullable=True)
        batch_op.create_unique_constraint(batch_op.f("uq_consent_code"), ["code"])
    op.execute("UPDATE consent SET version = 1")
    consent = sa.table("consent", *(sa.column(name, sa.Boolean()) for name in BOXES))
    op.execute(consent.update().values(dict.fromkeys(BOXES, False)))
    op.execute(REGIME_OF_PROGRAM)
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.alter_column("version", existing_type=sa.Integer(), nullable=False)
        for name in BOXES:
            batch_op.alter_column(name, existing_type=sa.Boolean(), nullable=False)

    with op.batch_alter_table("disclosure", schema=None) as batch_op:
        batch_op.add_column(sa.Column("happened_at", sa.Time(), nullable=True))
        batch_op.add_column(sa.Column("information", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("notice_version", sa.Integer(), nullable=True))

    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.add_column(sa.Column("consent_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("disclosure_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_paper_consent_id"), ["consent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_disclosure_id"), ["disclosure_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_paper_disclosure_id"), "disclosure", ["disclosure_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_paper_consent_id"), "consent", ["consent_id"], ["id"])

    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.add_column(sa.Column("consent_id", sa.Integer(), nullable=True))
        batch_op.alter_column("case_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index(batch_op.f("ix_signature_consent_id"), ["consent_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_signature_consent_id"), "consent", ["consent_id"], ["id"])


def downgrade() -> None:
    op.execute("DELETE FROM signature WHERE case_id IS NULL")
    # SQLite's CAST to a date keeps the year alone
    as_declined = AS_DECLINED
    if op.get_bind().dialect.name == "sqlite":
        as_declined = AS_DECLINED.replace("CAST(created_at AS DATE)", "date(created_at)")
    op.execute(as_declined)
    op.execute(AS_REVOKED)
    op.execute(AS_RELEASES)

    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_signature_consent_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_signature_consent_id"))
        batch_op.alter_column("case_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("consent_id")

    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_paper_consent_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_paper_disclosure_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_paper_disclosure_id"))
        batch_op.drop_index(batch_op.f("ix_paper_consent_id"))
        batch_op.drop_column("disclosure_id")
        batch_op.drop_column("consent_id")

    with op.batch_alter_table("disclosure", schema=None) as batch_op:
        batch_op.drop_column("notice_version")
        batch_op.drop_column("information")
        batch_op.drop_column("happened_at")

    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_consent_code"), type_="unique")
        batch_op.alter_column("signed_on", existing_type=sa.DATE(), nullable=False)
        batch_op.alter_column("outcome", existing_type=sa.VARCHAR(length=40), nullable=False)
        batch_op.drop_column("version")
        batch_op.drop_column("in_error_reason")
        batch_op.drop_column("in_error_at")
        batch_op.drop_column("superseded_at")
        batch_op.drop_column("ended_at")
        batch_op.drop_column("revoked_manner")
        batch_op.drop_column("frozen_at")
        batch_op.drop_column("code")
        batch_op.drop_column("no_copy_reason")
        batch_op.drop_column("copy_given_on")
        batch_op.drop_column("parent_safe")
        batch_op.drop_column("alone_reason")
        batch_op.drop_column("risks_explained")
        batch_op.drop_column("risks")
        batch_op.drop_column("conditions")
        batch_op.drop_column("expires_when")
        batch_op.drop_column("expiry")
        batch_op.drop_column("to_on")
        batch_op.drop_column("from_on")
        batch_op.drop_column("information_other")
        batch_op.drop_column("members")
        batch_op.drop_column("intermediary")
        batch_op.drop_column("to_class")
        batch_op.drop_column("discloser")
        batch_op.drop_column("direction")
        batch_op.drop_column("regime")
