"""The trail: who did what, when, to which record, from where. Rows are only ever added, and each is chained to the last."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency import chain
from app.models.base import N_, Choice, Model

if TYPE_CHECKING:
    from app.models.agency.user import User
    from app.models.caseload.client import Client


class Origin(NamedTuple):
    """Where an act came from: the address of the machine and the page's endpoint, or the command."""

    address: str | None
    endpoint: str | None


origin: ContextVar[Origin] = ContextVar("origin", default=Origin(None, None))  # noqa: B039 (it cannot be changed)


class EventKind(Choice):
    """Every verb that leaves a line on the trail, with the words that follow the person's name."""

    SIGNED_IN = "signed_in", N_("signed in")
    SIGN_IN_REFUSED = "sign_in_refused", N_("was refused at sign-in")
    SIGNED_OUT = "signed_out", N_("signed out")
    ACCESS_REFUSED = "access_refused", N_("was refused access")
    USER_INVITED = "user_invited", N_("invited a member of staff")
    USER_ADDED = "user_added", N_("added a member of staff")
    USER_CHANGED = "user_changed", N_("changed a member of staff")
    USER_DISABLED = "user_disabled", N_("closed an account")
    USER_ENABLED = "user_enabled", N_("opened an account again")
    PASSWORD_CHANGED = "password_changed", N_("changed a password")
    PASSWORD_LINK_MADE = "password_link_made", N_("made a link for a new password")
    PASSWORD_LINK_ASKED = "password_link_asked", N_("asked for a new password by e-mail")
    PASSWORD_RESET = "password_reset", N_("chose a new password by link")
    ASKED_AGAIN = "asked_again", N_("gave the password again")
    ASKED_AGAIN_REFUSED = "asked_again_refused", N_("gave a wrong password when asked again")
    SIGN_INS_ENDED = "sign_ins_ended", N_("ended sign-ins")
    SECOND_FACTOR_SET = "second_factor_set", N_("set up a second factor")
    SECOND_FACTOR_REMOVED = "second_factor_removed", N_("took off the second factor")
    SECOND_FACTOR_RESET = "second_factor_reset", N_("took off a colleague’s second factor")
    RECOVERY_CODES_MADE = "recovery_codes_made", N_("made recovery codes")
    RECOVERY_CODE_USED = "recovery_code_used", N_("used a recovery code")
    AGENCY_CHANGED = "agency_changed", N_("changed the agency’s settings")
    PROGRAM_ADDED = "program_added", N_("added a program")
    PROGRAM_CHANGED = "program_changed", N_("changed a program")
    REQUIREMENT_ADDED = "requirement_added", N_("added to what a program asks at intake")
    REQUIREMENT_RETIRED = "requirement_retired", N_("retired something a program asked at intake")
    STAND_IN_ARRANGED = "stand_in_arranged", N_("arranged a stand-in")
    STAND_IN_ENDED = "stand_in_ended", N_("ended a stand-in")
    SEARCHED = "searched", N_("searched for clients")
    CLIENT_VIEWED = "client_viewed", N_("opened the record")
    CLIENT_ADDED = "client_added", N_("added the client")
    CLIENT_CHANGED = "client_changed", N_("changed the client’s details")
    CIRCUMSTANCES_CHANGED = "circumstances_changed", N_("wrote down the client’s circumstances")
    INCOME_WRITTEN = "income_written", N_("wrote down the client’s income")
    INCOME_IN_ERROR = "income_in_error", N_("marked an income as entered in error")
    IDENTIFIER_WRITTEN = "identifier_written", N_("wrote down an identification number")
    IDENTIFIER_SHOWN = "identifier_shown", N_("looked at an identification number")
    IDENTIFIER_REMOVED = "identifier_removed", N_("took an identification number off")
    ADDRESS_SHOWN = "address_shown", N_("looked at the confidential address")
    CLIENT_RESTRICTED = "client_restricted", N_("restricted the record")
    CLIENT_UNRESTRICTED = "client_unrestricted", N_("ended the restriction")
    EMERGENCY_OPENED = "emergency_opened", N_("opened the record in an emergency")
    EMERGENCY_REFUSED = "emergency_refused", N_("asked to open a record in an emergency and was refused")
    EMERGENCY_REVIEWED = "emergency_reviewed", N_("reviewed an opening in an emergency")
    DUPLICATE_NOTICED = "duplicate_noticed", N_("added somebody who may be this person")
    DUPLICATE_SETTLED = "duplicate_settled", N_("decided about a possible duplicate")
    RELATIONSHIP_ADDED = "relationship_added", N_("wrote down who belongs to the client")
    RELATIONSHIP_CHANGED = "relationship_changed", N_("changed who belongs to the client")
    RELATIONSHIP_IN_ERROR = "relationship_in_error", N_("marked a relationship as entered in error")
    HOUSEHOLD_BEGUN = "household_begun", N_("wrote down where the client lives from now on")
    HOUSEHOLD_MEMBER_ADDED = "household_member_added", N_("added somebody to the household")
    HOUSEHOLD_MEMBER_CHANGED = "household_member_changed", N_("changed somebody in the household")
    HOUSEHOLD_MEMBER_IN_ERROR = "household_member_in_error", N_("took somebody off the household as entered in error")
    FACE_SHEET_PRINTED = "face_sheet_printed", N_("printed the face sheet")
    CLIENTS_TOLD_APART = "clients_told_apart", N_("told this person apart from another one")
    DISTINCTION_ENDED = "distinction_ended", N_("took back that two people were told apart")
    CLIENT_MERGED = "client_merged", N_("merged another record into this one")
    CLIENT_MERGED_AWAY = "client_merged_away", N_("merged this record into another one")
    MERGE_UNDONE = "merge_undone", N_("took two merged records apart again")
    ALERT_RAISED = "alert_raised", N_("raised an alert")
    ALERT_REVIEWED = "alert_reviewed", N_("looked at an alert again")
    ALERT_ENDED = "alert_ended", N_("ended an alert")
    CASE_OPENED = "case_opened", N_("opened a case")
    CASE_STATUS_CHANGED = "case_status_changed", N_("changed the case’s status")
    CASE_ASSIGNED = "case_assigned", N_("assigned the case")
    INTAKE_CHANGED = "intake_changed", N_("changed the intake")
    INTAKE_COMPLETED = "intake_completed", N_("completed the intake")
    REQUIREMENT_ANSWERED = "requirement_answered", N_("wrote down what was asked at intake")
    CONSENT_PREPARED = "consent_prepared", N_("prepared a consent")
    CONSENT_CHANGED = "consent_changed", N_("changed the draft of a consent")
    CONSENT_FROZEN = "consent_frozen", N_("made a consent ready for signature")
    CONSENT_ENDED = "consent_ended", N_("recorded that a consent came to its end")
    CONSENT_SUPERSEDED = "consent_superseded", N_("put a newer consent in an older one’s place")
    CONSENT_IN_ERROR = "consent_in_error", N_("marked a consent as entered in error")
    ACCESS_ASKED = "access_asked", N_("wrote down that the client asked for the record")
    ACCESS_EXTENDED = "access_extended", N_("took more time to answer a request for the record")
    ACCESS_ANSWERED = "access_answered", N_("answered a request for the record")
    RECORD_COPIED = "record_copied", N_("made a copy of the record")
    NOTE_WITHHELD = "note_withheld", N_("kept a note back from copies of the record")
    NOTE_RELEASED = "note_released", N_("no longer keeps a note back from copies")
    STATEMENT_ADDED = "statement_added", N_("added a statement of the client")
    STATEMENT_ANSWERED = "statement_answered", N_("answered a statement of the client")
    CONSENT_RECORDED = "consent_recorded", N_("recorded a consent")
    CONSENT_REVOKED = "consent_revoked", N_("recorded that a consent was revoked")
    ASSESSMENT_STARTED = "assessment_started", N_("started an assessment")
    NEED_RATED = "need_rated", N_("rated a need")
    NEED_REMOVED = "need_removed", N_("took a need off the assessment")
    ASSESSMENT_CHANGED = "assessment_changed", N_("changed the assessment")
    ASSESSMENT_SIGNED = "assessment_signed", N_("signed the assessment")
    PLAN_STARTED = "plan_started", N_("started a service plan")
    PLAN_CHANGED = "plan_changed", N_("changed the service plan")
    PLAN_FROZEN = "plan_frozen", N_("made the service plan ready for signature")
    PLAN_DISCARDED = "plan_discarded", N_("discarded a draft of the service plan")
    PLAN_SIGNED = "plan_signed", N_("recorded signatures on the service plan")
    PLAN_SUPERSEDED = "plan_superseded", N_("put a newer service plan in force")
    SCAN_ATTACHED = "scan_attached", N_("attached the signed page")
    STEP_MARKED = "step_marked", N_("marked a step")
    GOAL_MARKED = "goal_marked", N_("marked a goal")
    REFERRAL_MADE = "referral_made", N_("made a referral")
    REFERRAL_SENT = "referral_sent", N_("sent a referral")
    REFERRAL_UPDATED = "referral_updated", N_("updated a referral")
    REFERRAL_ENDED = "referral_ended", N_("recorded what came of a referral")
    INFORMATION_DISCLOSED = "information_disclosed", N_("shared information")
    DISCLOSURE_IN_ERROR = "disclosure_in_error", N_("marked a sharing as entered in error")
    NOTE_SIGNED = "note_signed", N_("wrote a note")
    NOTE_IN_ERROR = "note_in_error", N_("marked a note as entered in error")
    TASK_ADDED = "task_added", N_("added a task")
    TASK_CHANGED = "task_changed", N_("changed a task")
    TASK_DONE = "task_done", N_("finished a task")
    TASK_CANCELLED = "task_cancelled", N_("cancelled a task")
    CLOSURE_STARTED = "closure_started", N_("started closing the case")
    CLOSURE_CHANGED = "closure_changed", N_("changed the closure")
    CLOSURE_SUBMITTED = "closure_submitted", N_("sent the closure for approval")
    CLOSURE_RETURNED = "closure_returned", N_("returned the closure")
    CLOSURE_WITHDRAWN = "closure_withdrawn", N_("stopped closing the case")
    CASE_CLOSED = "case_closed", N_("closed the case")
    CASE_REOPENED = "case_reopened", N_("reopened the case")
    DOCUMENT_ADDED = "document_added", N_("added a document")
    DOCUMENT_OPENED = "document_opened", N_("opened a document")
    PAPER_ISSUED = "paper_issued", N_("issued a paper")
    PAPER_PRINTED = "paper_printed", N_("printed a paper")
    DIRECTORY_IMPORTED = "directory_imported", N_("imported the directory")
    SERVICE_ADDED = "service_added", N_("added a service to the directory")
    SERVICE_CHANGED = "service_changed", N_("changed a service in the directory")
    TRAIL_EXPORTED = "trail_exported", N_("exported the trail")


class Event(Model):
    """One line on the trail. The database itself refuses to change or delete it.

    Its number has no gaps, and its hash covers everything it says and the hash before it (`chain`). Lines are added by
    `add` and `queue` alone, and are in the table when their transaction is.
    """

    kind: Mapped[EventKind]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    client_id: Mapped[int | None] = mapped_column(sa.ForeignKey("client.id"))
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case.id"), index=True)
    record_kind: Mapped[str | None] = mapped_column(sa.String(40))
    record_id: Mapped[int | None]
    fields: Mapped[list[str] | None]
    reason: Mapped[str | None] = mapped_column(sa.String(500))
    address: Mapped[str | None] = mapped_column(sa.String(60))
    endpoint: Mapped[str | None] = mapped_column(sa.String(80))
    hash: Mapped[str] = mapped_column(sa.String(64))
    by: Mapped[User | None] = relationship(foreign_keys=by_id)
    client: Mapped[Client | None] = relationship(foreign_keys=client_id)

    # Each page of the trail reads its newest lines off one of these, however long the trail is.
    __table_args__ = (
        sa.Index(None, "created_at"),
        sa.Index(None, "kind", "created_at"),
        sa.Index(None, "by_id", "created_at"),
        sa.Index(None, "by_id", "kind", "created_at"),
        sa.Index(None, "client_id", "created_at"),
    )

    @classmethod
    def add(
        cls,
        record: Any,
        kind: EventKind,
        *,
        by: User | None,
        reason: str | None = None,
        fields: list[str] | None = None,
    ) -> None:
        """Write one line about a record (or about none); names fields, never their values."""
        if record is not None:
            db.session.flush()
        is_client = record is not None and record.__tablename__ == "client"
        is_case = record is not None and record.__tablename__ == "case"
        cls.queue(
            kind,
            by_id=by.id if by is not None else None,
            client_id=record.id if is_client else getattr(record, "client_id", None),
            case_id=record.id if is_case else getattr(record, "case_id", None),
            record_kind=record.__tablename__ if record is not None else None,
            record_id=record.id if record is not None else None,
            fields=fields or None,
            reason=reason[:500] if reason else None,
        )

    @classmethod
    def queue(cls, kind: EventKind, *, by_id: int | None, **about: Any) -> None:
        """Write one line in plain values, with the commit of the transaction that runs; what is not given is empty."""
        came_from = origin.get()
        empty = dict.fromkeys(("client_id", "case_id", "record_kind", "record_id", "fields", "reason"))
        given = {"created_at": clock.now(), "address": came_from.address, "endpoint": came_from.endpoint} | about
        chain.queue(empty | given | {"kind": kind, "by_id": by_id})

    @classmethod
    def exported(cls, *, by: User, lines: int, reason: str, client: Client | None, person: User | None) -> None:
        """Somebody took the trail out of the house: a client's, a person's, or with neither the agency's."""
        cls.add(client or person, EventKind.TRAIL_EXPORTED, by=by, reason=f"{lines} lines: {reason}")

    @classmethod
    def within(cls, reader: User) -> sa.ColumnElement[bool]:
        """Condition on lines about a client: of a case in this person's reach, or of none and betraying no seal."""
        from app.models.caseload.case import Case

        mine = Case.visible_to(reader).with_only_columns(Case.id)
        return sa.or_(sa.and_(cls.case_id.is_(None), ~cls._betraying(reader)), cls.case_id.in_(mine))

    @classmethod
    def _betraying(cls, reader: User) -> sa.ColumnElement[bool]:
        """Condition: done by somebody who only ever worked in sealed programs that are not the reader's.

        That such a person opened the record would tell that the client is known to their program.
        """
        from app.models.agency.user import Membership
        from app.models.caseload.program import SEALED, Program

        member = sa.select(Membership.user_id).join(Program, Program.id == Membership.program_id)
        known = sa.or_(Program.regime.not_in(SEALED), Program.id.in_(reader.program_ids))
        return sa.func.coalesce(cls.by_id, 0).in_(member.where(~known).except_(member.where(known)))


REFUSED = "the trail is append-only"
KEEP = {
    "sqlite": [
        *(
            f"CREATE TRIGGER event_stays_{verb} BEFORE {verb} ON event BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            for verb in ("update", "delete")
        ),
        # INSERT OR REPLACE deletes the line that is in its way, and asks no other trigger.
        "CREATE TRIGGER event_stays_replace BEFORE insert ON event WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id) "  # nosec B608 (fixed words)
        f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION event_stays() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$",
        *(
            f"CREATE TRIGGER event_stays_{verb} BEFORE {verb} ON event FOR EACH ROW EXECUTE FUNCTION event_stays()"
            for verb in ("update", "delete")
        ),
        "CREATE TRIGGER event_stays_truncate BEFORE truncate ON event FOR EACH STATEMENT EXECUTE FUNCTION event_stays()",
        chain.HEAD_FUNCTION,
    ],
}


for engine, statements in KEEP.items():
    for statement in statements:
        ddl = sa.DDL(statement.replace("%", "%%")).execute_if(dialect=engine)
        sa.event.listen(Event.__table__, "after_create", ddl)
