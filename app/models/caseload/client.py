"""A client: a person the agency serves, one record for life."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import db
from app.models.agency.agency import Agency, Openness
from app.models.agency.event import EventKind
from app.models.agency.user import Role, User
from app.models.base import N_, Choice, Model, OfClient, RuleBroken, Versioned
from app.models.caseload.answer import Answer
from app.models.caseload.match_key import RULES, MatchKey, on_paper
from app.models.caseload.program import Program
from app.models.caseload.searching import MOST_SEARCHED, findable, sortable, words_found_in

if TYPE_CHECKING:
    from app.models.caseload.case import Case
    from app.models.caseload.likeness.person import Person


class NameQuality(Choice):
    """How much of the legal name is known (HMIS data standards, name data quality)."""

    FULL = "full", N_("Full name")
    PARTIAL = "partial", N_("Partial, street name or code name")
    UNKNOWN = "unknown", N_("Client doesn’t know")
    DECLINED = "declined", N_("Client prefers not to answer")
    NOT_COLLECTED = "not_collected", N_("Not collected")


class BirthQuality(Choice):
    """How sure the birth date is."""

    FULL = "full", N_("Full date")
    APPROXIMATE = "approximate", N_("Approximate or partial")
    UNKNOWN = "unknown", N_("Client doesn’t know")
    DECLINED = "declined", N_("Client prefers not to answer")
    NOT_COLLECTED = "not_collected", N_("Not collected")


class Sex(Choice):
    """Sex (HMIS FY2026)."""

    FEMALE = "female", N_("Female")
    MALE = "male", N_("Male")
    UNKNOWN = "unknown", N_("Client doesn’t know")
    DECLINED = "declined", N_("Client prefers not to answer")
    NOT_COLLECTED = "not_collected", N_("Not collected")


class Race(Choice):
    """Race and ethnicity; several may be true of one person (OMB SPD-15, HMIS FY2026)."""

    AMERICAN_INDIAN = "american_indian", N_("American Indian, Alaska Native, or Indigenous")
    ASIAN = "asian", N_("Asian or Asian American")
    BLACK = "black", N_("Black, African American, or African")
    HISPANIC = "hispanic", N_("Hispanic or Latina/o")
    MIDDLE_EASTERN = "middle_eastern", N_("Middle Eastern or North African")
    PACIFIC_ISLANDER = "pacific_islander", N_("Native Hawaiian or Pacific Islander")
    WHITE = "white", N_("White")
    UNKNOWN = "unknown", N_("Client doesn’t know")
    DECLINED = "declined", N_("Client prefers not to answer")
    NOT_COLLECTED = "not_collected", N_("Not collected")


class Interpreter(Choice):
    """Whether an interpreter is needed."""

    NO = "no", N_("No interpreter")
    YES = "yes", N_("Needs an interpreter")
    ASL = "asl", N_("Needs an ASL interpreter")


class PrintFormat(Choice):
    """The size in which the client reads best."""

    STANDARD = "standard", N_("Standard print (12 pt)")
    LARGE = "large", N_("Large print (18 pt)")
    EXTRA_LARGE = "extra_large", N_("Extra large print (24 pt)")


class PreferredContact(Choice):
    """How the client wants to be reached."""

    PHONE = "phone", N_("Phone")
    TEXT = "text", N_("Text")
    EMAIL = "email", N_("Email")
    MAIL = "mail", N_("Mail")
    IN_PERSON = "in_person", N_("In person")
    DO_NOT = "do_not", N_("Don’t reach out")


class PhoneKind(Choice):
    """What kind of line it is."""

    MOBILE = "mobile", N_("Mobile")
    HOME = "home", N_("Home")
    WORK = "work", N_("Work")
    MESSAGE = "message", N_("Message")


class AddressKind(Choice):
    """What the address is to the client."""

    HOME = "home", N_("Home")
    MAILING = "mailing", N_("Mailing")
    SHELTER = "shelter", N_("Shelter")
    CONFIDENTIAL = "confidential", N_("Confidential")
    NO_FIXED = "no_fixed", N_("No fixed address")


class RecordStatus(Choice):
    """What happened to the record, set by hand; whether it is active follows from its cases."""

    DECEASED = "deceased", N_("Deceased")
    MERGED = "merged", N_("Merged")
    IN_ERROR = "in_error", N_("Entered in error")


class NameKind(Choice):
    """What a name besides the legal one is to the person."""

    ALIAS = "alias", N_("Alias")
    NICKNAME = "nickname", N_("Nickname")
    BIRTH = "birth", N_("Birth or maiden name")
    MARRIED = "married", N_("Married name")
    FORMER_LEGAL = "former_legal", N_("Earlier legal name")
    SPELLING = "spelling", N_("Another spelling")


class OtherName(OfClient, Model):
    """A name the client has or had besides the legal one, from a day to a day: searched, never shown as the name."""

    on_the_card = True

    text: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[NameKind] = mapped_column(default=NameKind.ALIAS, server_default=NameKind.ALIAS.value)
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]


class Phone(OfClient, Model):
    """A telephone, and what is safe to do with it; never unique."""

    on_the_card = True

    number: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[PhoneKind] = mapped_column(default=PhoneKind.MOBILE)
    call: Mapped[bool] = mapped_column(default=False)
    voicemail: Mapped[bool] = mapped_column(default=False)
    text: Mapped[bool] = mapped_column(default=False)
    avoid: Mapped[bool] = mapped_column(default=False, server_default=sa.text("false"))
    note: Mapped[str | None] = mapped_column(sa.String(200))


class Address(OfClient, Model):
    """Where the client lives or gets mail; never unique."""

    kind: Mapped[AddressKind] = mapped_column(default=AddressKind.HOME)
    street: Mapped[str | None] = mapped_column(sa.String(200))
    city: Mapped[str | None] = mapped_column(sa.String(100))
    state: Mapped[str | None] = mapped_column(sa.String(40))
    zip: Mapped[str | None] = mapped_column(sa.String(20))
    mail: Mapped[bool] = mapped_column(default=False)
    avoid: Mapped[bool] = mapped_column(default=False, server_default=sa.text("false"))
    note: Mapped[str | None] = mapped_column(sa.String(200))

    @classmethod
    def readable_by(cls, user: User) -> sa.ColumnElement[bool]:
        """Condition: the front desk corrects addresses too, and never learns of a confidential one."""
        at_desk = sa.true() if user.knows_clients else sa.false()
        return sa.true() if user.does_casework else sa.and_(at_desk, cls.kind != AddressKind.CONFIDENTIAL)

    @property
    def line(self) -> str:
        """The address on one line."""
        place = " ".join(part for part in (self.state, self.zip) if part)
        return ", ".join(part for part in (self.street, self.city, place) if part)


class NamedStaff(OfClient, Model):
    """Who may open a restricted record, from the day the row was written to a day; ended, never deleted."""

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    to_on: Mapped[date | None]
    user: Mapped[User] = relationship()

    @classmethod
    def in_effect(cls) -> sa.ColumnElement[bool]:
        """Condition: the person is named now."""
        return cls.to_on.is_(None)

    @classmethod
    def stays_behind(cls, survivor_id: int) -> sa.ColumnElement[bool]:
        """Condition: the person is named on the other record too."""
        return sa.and_(cls.in_effect(), cls.user_id.in_(cls.on(survivor_id)))

    @classmethod
    def on(cls, client_id: Any) -> sa.Select[Any]:
        """The numbers of the people who are named on this record now."""
        return sa.select(cls.user_id).where(cls.client_id == client_id, cls.in_effect())


class Client(Versioned, Model):
    """A person. What happens with the agency happens in cases; a client who returns gets a new case."""

    # The list by name, with all that reach asks of the client itself: far pages read no record they do not show.
    __table_args__ = (sa.Index("ix_client_by_name", "sort_name", "id", "restricted", "kept_by_id", "status"),)

    number: Mapped[str | None] = mapped_column(sa.String(30), unique=True)
    first_name: Mapped[str | None] = mapped_column(sa.String(50))
    middle_name: Mapped[str | None] = mapped_column(sa.String(50))
    last_name: Mapped[str | None] = mapped_column(sa.String(50))
    suffix: Mapped[str | None] = mapped_column(sa.String(20))
    preferred_name: Mapped[str | None] = mapped_column(sa.String(50))
    name_quality: Mapped[NameQuality] = mapped_column(default=NameQuality.FULL)
    pronouns: Mapped[str | None] = mapped_column(sa.String(40))
    born_on: Mapped[date | None]
    birth_quality: Mapped[BirthQuality] = mapped_column(default=BirthQuality.NOT_COLLECTED)
    age_said: Mapped[int | None]
    age_said_on: Mapped[date | None]
    sex: Mapped[Sex] = mapped_column(default=Sex.NOT_COLLECTED)
    gender_identity: Mapped[str | None] = mapped_column(sa.String(60))
    race: Mapped[list[str] | None]
    race_detail: Mapped[str | None] = mapped_column(sa.String(100))
    spoken_language: Mapped[str | None] = mapped_column(sa.String(60))
    written_language: Mapped[str | None] = mapped_column(sa.String(60))
    interpreter: Mapped[Interpreter] = mapped_column(default=Interpreter.NO)
    print_format: Mapped[PrintFormat] = mapped_column(default=PrintFormat.STANDARD)
    reading_help: Mapped[bool] = mapped_column(default=False)
    translation_needed: Mapped[Answer] = mapped_column(
        default=Answer.NOT_COLLECTED, server_default=Answer.NOT_COLLECTED.value
    )
    email: Mapped[str | None] = mapped_column(sa.String(254))
    email_safe: Mapped[bool] = mapped_column(default=False, server_default=sa.text("false"))
    preferred_contact: Mapped[PreferredContact | None]
    safe_contact: Mapped[str | None] = mapped_column(sa.String(500))
    what_helps: Mapped[str | None] = mapped_column(sa.String(2000))
    status: Mapped[RecordStatus | None]
    restricted: Mapped[bool] = mapped_column(default=False)
    test: Mapped[bool] = mapped_column(default=False)
    kept_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("program.id"), index=True)
    search: Mapped[str] = mapped_column(sa.String(MOST_SEARCHED), default="")
    sort_name: Mapped[str] = mapped_column(sa.String(160), default="")
    filed_by: Mapped[int] = mapped_column(default=0, server_default="0", index=True)

    kept_by: Mapped[Program | None] = relationship()
    other_names: Mapped[list[OtherName]] = relationship(
        cascade="all, delete-orphan", order_by=OtherName.id, overlaps="client"
    )
    phones: Mapped[list[Phone]] = relationship(cascade="all, delete-orphan", order_by=Phone.id, overlaps="client")
    addresses: Mapped[list[Address]] = relationship(
        cascade="all, delete-orphan", order_by=Address.id, overlaps="client"
    )
    named_staff: Mapped[list[NamedStaff]] = relationship(order_by=NamedStaff.id, overlaps="client")
    cases: Mapped[list[Case]] = relationship(order_by="Case.id.desc()", overlaps="client")

    # -- the verbs

    @classmethod
    def add(
        cls,
        *,
        by: User,
        other_names: Sequence[str | OtherName] | None = None,
        phones: list[Phone] | None = None,
        addresses: list[Address] | None = None,
        not_the_same_as: str | None = None,
        **details: Any,
    ) -> Client:
        """Take a person into the agency's records; only some name is needed.

        `not_the_same_as` names the records that were shown as possibly the same person; it goes on the trail.
        """
        names = (
            details.get("first_name"),
            details.get("last_name"),
            details.get("preferred_name"),
            *(other_names or []),
        )
        if not any(names):
            raise RuleBroken(N_("Give at least one name: first, last, or the name the person goes by."))
        client = cls(**details)
        client._check_birth()
        client.other_names = _names_of(other_names or [])
        client.phones = phones or []
        client.addresses = addresses or []
        db.session.add(client)
        db.session.flush()
        client.number = f"{Agency.here().client_prefix}-{1000 + client.id}"
        client.be_findable()
        reason = f"not the same person as {not_the_same_as}" if not_the_same_as else None
        client.record(EventKind.CLIENT_ADDED, by=by, reason=reason)
        return client

    def correct(
        self,
        *,
        by: User,
        other_names: Sequence[str | OtherName] | None = None,
        phones: list[Phone] | None = None,
        addresses: list[Address] | None = None,
        keep_former: bool = False,
        **details: Any,
    ) -> None:
        """Change what is written about the person; lists that are given replace the ones on file.

        `keep_former`: the legal name is a new one, and the one until now stays among the other names.
        """
        with db.session.no_autoflush:  # one change is one version
            self._correct(by, other_names, phones, addresses, keep_former, details)

    def _correct(
        self,
        by: User,
        other_names: Sequence[str | OtherName] | None,
        phones: list[Phone] | None,
        addresses: list[Address] | None,
        keep_former: bool,
        details: dict[str, Any],
    ) -> None:
        former = self.legal_name
        changed = [name for name, value in details.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, details[name])
        self._check_birth()
        names = _names_of(other_names) if other_names is not None else None
        if keep_former and former and former != self.legal_name:
            kept = OtherName(text=former, kind=NameKind.FORMER_LEGAL, to_on=clock.today())
            names = [*(names if names is not None else self.other_names), kept]
        if names is not None and [said_in(n) for n in names] != [said_in(n) for n in self.other_names]:
            self.other_names = names
            changed.append("other_names")
        if phones is not None and [said_in(p) for p in phones] != [said_in(p) for p in self.phones]:
            self.phones = phones
            changed.append("phones")
        if addresses is not None and [said_in(a) for a in addresses] != [said_in(a) for a in self.addresses]:
            self.addresses = addresses
            changed.append("addresses")
        if not any((self.first_name, self.last_name, self.preferred_name, self.other_names)):
            raise RuleBroken(N_("Give at least one name: first, last, or the name the person goes by."))
        if changed:
            self.be_findable()
            self.record(EventKind.CLIENT_CHANGED, by=by, fields=changed)

    def _check_birth(self) -> None:
        if problem := birth_problem(self.born_on, self.birth_quality):
            raise RuleBroken(problem)

    def restrict(self, *, by: User, to: list[User]) -> None:
        """Let only these people, and the one who does this, open the record; who could before stays on record."""
        people = {person.id: person for person in [*to, by]}
        for gone in [named for named in self.named_now if named.user_id not in people]:
            gone.to_on = clock.today()
        named = {row.user_id for row in self.named_now}
        self.named_staff.extend(NamedStaff(user=person) for id, person in people.items() if id not in named)
        self.restricted = True
        names = ", ".join(sorted(person.name for person in people.values()))
        self.record(EventKind.CLIENT_RESTRICTED, by=by, reason=f"open to {names}")

    def unrestrict(self, *, by: User, reason: str) -> None:
        """End the restriction; the usual reach applies again. Without one there is nothing to end, and nothing is written."""
        if not self.restricted:
            raise RuleBroken(N_("This record is not restricted."))
        self.restricted = False
        for named in self.named_now:
            named.to_on = clock.today()
        self.record(EventKind.CLIENT_UNRESTRICTED, by=by, reason=reason)

    @property
    def named_now(self) -> list[NamedStaff]:
        """Those who are named on the record now; `NamedStaff.in_effect`, of the rows at hand."""
        return [named for named in self.named_staff if named.to_on is None]

    def show_hidden_addresses(self, *, by: User) -> None:
        """Let somebody read the addresses that are kept confidential; that they did stays on the trail."""
        self.record(EventKind.ADDRESS_SHOWN, by=by)

    def be_findable(self) -> None:
        """Write down the words and keys by which this person is found: every name, the number, the phones' digits."""
        names = [self.first_name, self.middle_name, self.last_name, self.preferred_name]
        names += [name.text for name in self.other_names]
        self.search = findable(names, number=self.numbers, phones=[phone.number for phone in self.phones])
        self.sort_name = sortable(self.last_name, self.preferred_name or self.first_name, otherwise=names)
        self.filed_by = RULES
        MatchKey.file(self.id, self.on_paper)

    # -- what there is to know

    @property
    def numbers(self) -> str:
        """The number, and those of the records that were merged into this one."""
        from app.models.caseload.merge import Merge

        return " ".join([self.number or "", *Merge.numbers_in(self.id)])

    @property
    def on_paper(self) -> Person:
        """The person as compared with others to find out who is on record twice; no confidential address."""
        return on_paper(
            self,
            other_names=[name.text for name in self.other_names],
            phones=[phone.number for phone in self.phones],
            addresses=[(address.street, address.city, address.zip) for address in self.open_addresses],
        )

    @property
    def first(self) -> str:
        """The name to speak of the person by: "Refer Rosa"."""
        known = self.preferred_name or self.first_name or self.last_name
        return known or (self.other_names[0].text if self.other_names else "")

    @property
    def name(self) -> str:
        """The name the person goes by, in full."""
        parts = [self.preferred_name or self.first_name, self.last_name, self.suffix]
        return " ".join(part for part in parts if part) or self.first

    @property
    def legal_name(self) -> str:
        """The name as the law writes it."""
        parts = [self.first_name, self.middle_name, self.last_name, self.suffix]
        return " ".join(part for part in parts if part) or self.name

    def age_on(self, day: date) -> int | None:
        """Age in whole years on that day; from the age that was said when the birth date is unknown; None without either."""
        if self.born_on is not None:
            return _years(self.born_on, day)
        if self.age_said is None or self.age_said_on is None:
            return None
        passed = _years(self.age_said_on, day)
        return self.age_said + passed if passed is not None else None

    @property
    def age(self) -> int | None:
        """Age in whole years today."""
        return self.age_on(clock.today())

    @property
    def age_is_sure(self) -> bool:
        """Whether the age follows from a full birth date; otherwise it is about so many years."""
        return self.born_on is not None and self.birth_quality is not BirthQuality.APPROXIMATE

    @property
    def expected(self) -> bool:
        """Whether the child is not born yet: the birth date is the day it is expected."""
        return self.born_on is not None and self.born_on > clock.today()

    @property
    def language(self) -> str:
        """The language to speak with the person."""
        return self.spoken_language or "English"

    @property
    def race_labels(self) -> list[str]:
        """What the person says about race and ethnicity, in words."""
        return [Race(code).label for code in self.race or []]

    @property
    def do_not_contact(self) -> bool:
        """Whether the client asked that nobody reaches out."""
        return self.preferred_contact is PreferredContact.DO_NOT

    @property
    def open_addresses(self) -> list[Address]:
        """The addresses that may be shown."""
        return [address for address in self.addresses if address.kind is not AddressKind.CONFIDENTIAL]

    @property
    def hidden_addresses(self) -> list[Address]:
        """The addresses that are shown only to who asks for them, which is put on the trail."""
        return [address for address in self.addresses if address.kind is AddressKind.CONFIDENTIAL]

    @property
    def home(self) -> Address | None:
        """The first address on file that may be shown."""
        return next(iter(self.open_addresses), None)

    # -- who may see, and how to find

    @classmethod
    def visible_to(cls, user: User) -> sa.Select[Any]:
        """The clients in this user's reach, not yet executed.

        A record is reached through a case in one of the user's programs or by being assigned to it; how far the first
        goes is the agency's choice (`Openness`). A sealed program's cases open the record to its own people alone. A
        person who has no case yet can be found by everybody who works with clients, so that nobody is taken in twice,
        unless a sealed program keeps the record. A restricted record opens only for the people named on it, and for an
        hour for somebody who opened it in an emergency. Administrators and readers have no reach by their role.
        """
        if not user.knows_clients:
            return sa.select(cls).where(sa.false())
        return sa.select(cls).where(cls.open_to(user), sa.or_(*cls._ways_in(user)))

    @classmethod
    def open_to(cls, user: User) -> sa.ColumnElement[bool]:
        """Condition: the record is not restricted, or this person is named on it, or opened it in an emergency."""
        from app.models.caseload.emergency import EmergencyOpening

        named = sa.select(NamedStaff.client_id).where(NamedStaff.user_id == user.id, NamedStaff.in_effect())
        ways = [cls.restricted.is_(False), cls.id.in_(named.correlate(None))]
        if user.does_casework:
            ways.append(cls.id.in_(EmergencyOpening.opened_by(user).correlate(None)))
        return sa.or_(*ways)

    @classmethod
    def _ways_in(cls, user: User) -> list[sa.ColumnElement[bool]]:
        """Conditions, one of which must hold for a record that is not restricted to be in this user's reach."""
        from app.models.caseload.case import Assignment, Case
        from app.models.caseload.emergency import EmergencyOpening
        from app.models.caseload.stand_in import StandIn

        openness = Agency.here().openness
        of_client = sa.select(Case.id).where(Case.client_id == cls.id)
        ours = Case.program_id.in_(user.program_ids)
        # Supervisors answer for their program's cases, and the front desk sees no more than the card.
        narrow = openness is Openness.ASSIGNED and user.role is Role.CASEWORKER
        in_programs = of_client.where(ours, Case.unattended()) if narrow else of_client.where(ours)
        # Who left a sealed program no longer reaches its clients, even while a case is still in their name.
        held = (
            sa.select(Assignment.id)
            .join(Case, Case.id == Assignment.case_id)
            .where(
                Assignment.client_id == cls.id, StandIn.whose_work(Assignment.user_id, user.id), Assignment.reaching()
            )
            .where(Case.unsealed_for(user))
        )
        without_case = sa.and_(
            ~of_client.correlate(cls).exists(),
            sa.or_(cls.kept_by_id.is_(None), cls.kept_by_id.in_(user.program_ids)),
            cls.status.is_distinct_from(RecordStatus.MERGED),  # what was in it is in the other record now
        )
        ways = [in_programs.correlate(cls).exists(), held.correlate(cls).exists(), without_case]
        if user.does_casework:
            anywhere = of_client.where(Case.unsealed()).correlate(cls).exists()
            opened = cls.id.in_(EmergencyOpening.opened_by(user).correlate(None))
            ways.append(anywhere if openness is Openness.AGENCY else sa.and_(opened, anywhere))
            ways.append(sa.and_(opened, of_client.where(ours).correlate(cls).exists()))
        return ways

    @classmethod
    def matching(cls, words: str) -> list[sa.ColumnElement[bool]]:
        """Conditions for: found by any part of any name in any order, phone digits, birth date or client number."""
        return words_found_in(words, text=cls.search, born_on=cls.born_on)


# A child that is expected is on record by the day it is due.
LONGEST_AWAITED = timedelta(days=300)


def birth_problem(born_on: date | None, quality: BirthQuality | None) -> str:
    """What is wrong with a birth date, in words; "" when nothing is. Only an unborn child's may lie ahead."""
    if born_on is None or born_on <= clock.today():
        return ""
    if born_on > clock.today() + LONGEST_AWAITED:
        return N_("This day must be today or in the past; a child’s due date at most ten months ahead.")
    if quality is not BirthQuality.APPROXIMATE:
        return N_(
            "This day must be today or in the past. For an unborn child choose “Approximate or partial” beside it."
        )
    return ""


def _years(since: date, day: date) -> int | None:
    """Whole years from one day to another, or None when it is before."""
    if day < since:
        return None
    return day.year - since.year - ((day.month, day.day) < (since.month, since.day))


def _names_of(given: Sequence[str | OtherName]) -> list[OtherName]:
    """Other names, of which only the words may be known."""
    return [name if isinstance(name, OtherName) else OtherName(text=name) for name in given]


def said_in(row: Model) -> tuple[Any, ...]:
    """What a sub-row says, apart from which row it is."""
    skipped = {"id", "created_at", "client_id"}
    columns = [attribute.key for attribute in sa.inspect(type(row)).column_attrs if attribute.key not in skipped]
    return tuple(_UNSAID.get(column) if getattr(row, column) is None else getattr(row, column) for column in columns)


# What the database writes where a new row says nothing.
_UNSAID = dict.fromkeys(("call", "voicemail", "text", "mail", "avoid"), False) | {"kind": None}
