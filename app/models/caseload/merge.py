"""Two records of one person become one, and can be taken apart again as they were.

Everything in a client's file is `OfClient`, so a merge finds what it moves by looking at the models: a table that comes
later is moved too. What an undo needs (which rows moved, what was changed and what it was before) is kept with the
merge. The trail is never touched: its lines stay with the record they were written about, and are read together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship
from sqlalchemy.sql.util import ClauseAdapter

from app import clock
from app.engines import Instant
from app.extensions import db
from app.models.agency.draft import Draft
from app.models.agency.event import EventKind
from app.models.agency.user import User
from app.models.base import N_, Choice, Model, OfClient, RuleBroken, folded, in_files
from app.models.caseload.case import LIVING, Case, CaseStatus
from app.models.caseload.client import Client, NamedStaff, OtherName, RecordStatus, said_in
from app.models.caseload.program import Program

Ids = dict[str, list[int]]

OWN = {"id", "created_at", "version", "number", "search", "sort_name", "filed_by", "restricted", "kept_by_id", "test"}
"""Columns of a client that belong to the record and not to the person: nobody chooses between them."""

WITH = {"birth_quality": "born_on"}
"""What says something of another field goes the way of that field, wherever the two records differ in it."""

LONG = 500
"""A text with room for so many letters may be put together of both."""


class Side(Choice):
    """Whose words stand in a field of the record that stays."""

    KEPT = "kept", N_("Of the record that stays")
    OTHER = "other", N_("Of the other record")
    BOTH = "both", N_("Both, one after the other")


@dataclass(frozen=True)
class Difference:
    """A field in which the two records differ, the two values, and what is proposed."""

    name: str
    kept: Any
    other: Any
    sides: list[Side]
    proposed: Side


class Merge(OfClient, Model):
    """One record was merged into another: which, why, by whom, and, if it was undone, when and why.

    `client` is the record in which everything is now: the one it was merged into, or, when that was merged in its turn,
    the last one. `into` stays the one it was merged into.
    """

    points_for_good = ("other_id", "into_id")

    __table_args__ = (
        sa.Index(
            "uq_merge_standing",
            "other_id",
            unique=True,
            sqlite_where=sa.column("undone_at").is_(None),
            postgresql_where=sa.column("undone_at").is_(None),
        ),
    )

    other_id: Mapped[int] = mapped_column(sa.ForeignKey("client.id"), index=True)
    into_id: Mapped[int] = mapped_column(sa.ForeignKey("client.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.String(500))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    undone_reason: Mapped[str | None] = mapped_column(sa.String(500))
    kept: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    other: Mapped[Client] = relationship(foreign_keys=other_id, lazy="joined")
    into: Mapped[Client] = relationship(foreign_keys=into_id)
    by: Mapped[User] = relationship(foreign_keys=by_id)
    undone_by: Mapped[User | None] = relationship(foreign_keys=undone_by_id)

    # -- the verbs

    @classmethod
    def make(
        cls,
        kept: Client,
        other: Client,
        *,
        by: User,
        reason: str,
        choices: dict[str, Side] | None = None,
        versions: tuple[int, int] | None = None,
        drafts: tuple[str, ...] = (),
    ) -> Merge:
        """Move everything of the other record into the one that is kept; the other keeps its number and its fields.

        `choices`: of each field in which they differ whose words stand, where it is not as proposed. `versions` are the
        records' as the person saw them: one that was changed since is refused. `drafts` are the forms about a client as
        such, whose unsaved texts go along.
        """
        _hold(kept, other)
        if versions is not None and versions != (kept.version, other.version):
            raise RuleBroken(N_("Somebody changed one of the two records. Look at them again before you merge them."))
        for obstacle in cls.obstacles(kept, other):
            raise obstacle
        try:
            with db.session.begin_nested():
                return cls._make(kept, other, by=by, reason=reason, choices=choices or {}, drafts=drafts)
        except sa.exc.IntegrityError as error:
            raise RuleBroken(N_("Both records hold something of which a person can have only one.")) from error

    @classmethod
    def _make(
        cls, kept: Client, other: Client, *, by: User, reason: str, choices: dict[str, Side], drafts: tuple[str, ...]
    ) -> Merge:
        differing = differences(kept, other)
        memory: dict[str, Any] = {"other": {"status": _plain(other.status)}, "lists": _lists(kept, other)}
        memory["settled"] = _settle_suspicions(kept, other, by=by)
        db.session.flush()
        memory["rows"], memory["pointers"] = _move(kept, other)
        memory["drafts"] = _move_drafts(other.id, kept.id, drafts)
        db.session.expire_all()
        memory["fields"] = _take_over(kept, other, differing, choices)
        memory["names"] = _remember_names(kept, other)
        other.status = RecordStatus.MERGED
        merge = cls(client=kept, other=other, into=kept, by=by, reason=reason, kept=memory)
        db.session.add(merge)
        db.session.flush()
        db.session.expire(kept)
        kept.be_findable()
        kept.record(EventKind.CLIENT_MERGED, by=by, reason=f"{other.number}: {reason}", fields=list(memory["fields"]))
        other.record(EventKind.CLIENT_MERGED_AWAY, by=by, reason=f"{kept.number}: {reason}")
        return merge

    def undo(self, *, by: User, reason: str) -> None:
        """Take the two apart: each record is as it was before; what was added since stays with the one that was kept.

        What was written since in a case that goes back goes back with its case. A field, or a telephone, that somebody
        corrected since stays as corrected.
        """
        kept, other = self.client, self.other
        _hold(kept, other)
        db.session.refresh(self, with_for_update={"of": Merge})
        for obstacle in self.obstacles_to_undoing():
            raise obstacle
        with db.session.begin_nested():
            self.undone_at, self.undone_by_id, self.undone_reason = clock.now(), by.id, reason
            self._take_apart(kept, other)
            for client in (kept, other):
                db.session.expire(client)
                client.be_findable()
                client.record(EventKind.MERGE_UNDONE, by=by, reason=reason)

    def _take_apart(self, kept: Client, other: Client) -> None:
        memory = self.kept
        other.status = _read(Client, "status", memory["other"]["status"])
        db.session.flush()
        _give(_going_back(memory["rows"], kept.id), kept.id, other.id)
        _point(memory["pointers"], kept.id, other.id)
        _give_drafts(memory["drafts"], kept.id, other.id)
        _unsettle(memory["settled"])
        added = sa.delete(OtherName).where(OtherName.id.in_(memory["names"]), OtherName.client_id == kept.id)
        db.session.execute(added)
        _restore_lists(memory["lists"], kept.id, other.id)
        db.session.expire_all()
        for name, (before, after) in memory["fields"].items():
            if _plain(getattr(kept, name)) == after:  # what somebody corrected since stays as corrected
                setattr(kept, name, _read(Client, name, before))
        db.session.flush()

    # -- what is in the way

    @classmethod
    def obstacles(cls, kept: Client, other: Client) -> list[RuleBroken]:
        """Why these two cannot be merged, in words; empty when they can. Three queries."""
        if kept.id == other.id:
            return [RuleBroken(N_("These are the same record. Choose another one."))]
        merged = [client for client in (kept, other) if client.status is RecordStatus.MERGED]
        if merged:
            return [
                RuleBroken(N_("%(number)s is merged into another record already."), number=client.number)
                for client in merged
            ]
        return [*_of_programs(kept, other), *_of_restrictions(kept, other), *_of_kind(kept, other)]

    def obstacles_to_undoing(self) -> list[RuleBroken]:
        """Why this cannot be undone any more, in words; empty when it can. A few queries."""
        if self.undone_at is not None:
            return [RuleBroken(N_("This merging was undone already."))]
        if self.client_id != self.into_id:
            return [
                RuleBroken(
                    N_("%(number)s was itself merged into another record. Undo that first."), number=self.into.number
                )
            ]
        tied = _tied(self.kept["rows"], self.client_id)
        if tied:
            return [
                RuleBroken(
                    N_(
                        "What was written since rests on what came from %(number)s (%(kinds)s). Mark it as entered in "
                        "error or change it first, then undo."
                    ),
                    number=self.other.number,
                    kinds=", ".join(sorted({table.replace("_", " ") for table in tied})),
                )
            ]
        return []

    # -- finding the way

    @classmethod
    def standing(cls) -> sa.ColumnElement[bool]:
        """Condition: it was not undone."""
        return cls.undone_at.is_(None)

    @classmethod
    def survivor_of(cls, client_id: Any) -> sa.Select[Any]:
        """The number of the client in whose record this merged one is now; no row for a record that is not merged."""
        return sa.select(cls.client_id).where(cls.other_id == client_id, cls.standing())

    @classmethod
    def now_in(cls, client_id: Any) -> sa.ColumnElement[int]:
        """The client in whose record that of this column is now: its own, unless it was merged."""
        return sa.func.coalesce(cls.survivor_of(client_id).scalar_subquery(), client_id)

    @classmethod
    def in_record_of(cls, client_id: int) -> sa.Select[Any]:
        """The same as a query: this client's number, and those of the merged ones."""
        merged = sa.select(cls.other_id).where(cls.client_id == client_id, cls.standing())
        return sa.select(sa.union_all(sa.select(sa.literal(client_id).label("id")), merged).subquery().c.id)

    @classmethod
    def records_of(cls, client_id: int) -> list[int]:
        """This client, and those whose records were merged into this one's: their trail is read together."""
        merged = sa.select(cls.other_id).where(cls.client_id == client_id, cls.standing()).order_by(cls.id)
        return [client_id, *db.session.scalars(merged)]

    @classmethod
    def numbers_in(cls, client_id: int) -> list[str]:
        """The client numbers of the records that were merged into this one."""
        other = aliased(Client)
        query = sa.select(other.number).join(cls, cls.other_id == other.id)
        return [
            number for number in db.session.scalars(query.where(cls.client_id == client_id, cls.standing())) if number
        ]

    @classmethod
    def of(cls, client: Client, reader: User) -> sa.Select[Any]:
        """The merges this record holds, newest first, as far as this person may know of them."""
        return cls.visible_to(reader).where(cls.client_id == client.id).order_by(cls.id.desc())

    @classmethod
    def visible_to(cls, user: User) -> sa.Select[Any]:
        """Those of records in this user's reach; of one that was undone, when both are: it names both."""
        both = cls.other_id.in_(Client.visible_to(user).with_only_columns(Client.id))
        return super().visible_to(user).where(sa.or_(cls.standing(), both))


# -- The fields


def differences(kept: Client, other: Client) -> list[Difference]:
    """The fields in which the two differ, in the order of the record."""
    names = [attribute.key for attribute in sa.inspect(Client).column_attrs if attribute.key not in OWN]
    differing = {name: (getattr(kept, name), getattr(other, name)) for name in names if _differ(kept, other, name)}
    return [
        _difference(name, mine, theirs) for name, (mine, theirs) in differing.items() if WITH.get(name) not in differing
    ]


def _differ(kept: Client, other: Client, name: str) -> bool:
    mine, theirs = getattr(kept, name), getattr(other, name)
    return mine != theirs and bool(mine or theirs)


def _difference(name: str, mine: Any, theirs: Any) -> Difference:
    column = Client.__table__.c[name]
    long = (
        isinstance(column.type, sa.String)
        and not isinstance(column.type, sa.Enum)
        and (column.type.length or LONG) >= LONG
    )
    both = bool(long and mine and theirs)
    proposed = Side.BOTH if both else Side.KEPT if _says_something(mine) else Side.OTHER
    return Difference(name, mine, theirs, [Side.KEPT, Side.OTHER, *([Side.BOTH] if both else [])], proposed)


def _says_something(value: Any) -> bool:
    """Whether a value is more than the one a field has while nobody asked."""
    return bool(value) and getattr(value, "value", "") not in ("not_collected", "no")


def _take_over(
    kept: Client, other: Client, differing: list[Difference], choices: dict[str, Side]
) -> dict[str, list[Any]]:
    """Write the chosen values into the record that is kept; returns field → [before, after], as plain values."""
    chosen: dict[str, Any] = {}
    for one in differing:
        side = choices.get(one.name, one.proposed)
        if side is Side.OTHER:
            chosen |= {name: getattr(other, name) for name in (one.name, *_followers(one.name))}
        elif side is Side.BOTH and Side.BOTH in one.sides:
            chosen[one.name] = _together(one)
    changed = {}
    for name, value in chosen.items():
        before = getattr(kept, name)
        if before != value:
            setattr(kept, name, value)
            changed[name] = [_plain(before), _plain(value)]
    return changed


def _followers(name: str) -> list[str]:
    return [follower for follower, leader in WITH.items() if leader == name]


def _together(one: Difference) -> str:
    text = f"{one.kept}\n{one.other}"
    room = Client.__table__.c[one.name].type.length
    if room is not None and len(text) > room:
        raise RuleBroken(
            N_("Both texts together are too long (%(name)s). Choose one, or shorten one first."),
            name=one.name.replace("_", " "),
        )
    return text


def _names(client: Client) -> list[str]:
    """The names of a record that is merged away, by which the person must still be found."""
    goes_by = " ".join(part for part in (client.preferred_name, client.last_name) if part)
    return [name for name in (client.legal_name, goes_by if client.preferred_name else "") if name]


def _remember_names(kept: Client, other: Client) -> list[int]:
    """Keep the names of the record that is merged away among the other names, unless they are there; returns the rows added."""
    known = {folded(name) for name in (kept.name, kept.legal_name, *(row.text for row in kept.other_names))}
    added = []
    for name in dict.fromkeys(_names(other)):
        if folded(name) not in known:
            added.append(OtherName(client=kept, text=name[:200]))
            known.add(folded(name))
    db.session.add_all(added)
    db.session.flush()
    return [row.id for row in added]


# -- What moves


def _hold(kept: Client, other: Client) -> None:
    """Let nobody write into either record until our change is saved: first the cases, as the verbs do, then the records.

    SQLite writes one at a time anyway. On Postgres whoever adds a row to one of the records waits, and is told
    (`_refuse_new_rows`).
    """
    ids = sorted((kept.id, other.id))
    db.session.flush()
    db.session.execute(sa.select(Case.id).where(Case.client_id.in_(ids)).order_by(Case.id).with_for_update())
    locked = sa.select(Client).where(Client.id.in_(ids)).order_by(Client.id).with_for_update(of=Client)
    db.session.scalars(locked.execution_options(populate_existing=True)).unique().all()


def _moving() -> list[Any]:
    """The tables whose rows go along."""
    return [model for model in in_files() if not model.made_anew]


def _pointers(model: Any) -> list[str]:
    """The columns of a table that name another client."""
    names = [key.parent.name for key in model.__table__.foreign_keys if key.column.table is Client.__table__]
    return sorted(name for name in names if name != "client_id" and name not in model.points_for_good)


def _all_pointers(model: Any) -> list[str]:
    return [*_pointers(model), *model.points_for_good]


def _move(kept: Client, other: Client) -> tuple[Ids, Ids]:
    """Give the rows of one record to the other, and let what names the one name the other; returns which rows these were.

    A row that would name itself afterwards stays as it is, and so does one that only repeats what is there.
    """
    identical = _identical(kept, other)
    rows: Ids = {}
    for model in _moving():
        table = model.__table__
        to_itself = [table.c[name].is_distinct_from(kept.id) for name in _all_pointers(model)]
        stays = model.stays_behind(kept.id)
        goes = sa.update(table).where(table.c.client_id == other.id, ~stays, *to_itself)
        goes = goes.where(*(~held for held in _held_already(table, kept)))
        if identical.get(table.name):
            goes = goes.where(table.c.id.not_in(identical[table.name]))
        moved = db.session.scalars(goes.values(client_id=kept.id).returning(table.c.id)).all()
        if moved:
            rows[table.name] = sorted(moved)
    pointers: Ids = {}
    for model in in_files():
        for name in _pointers(model):
            column = model.__table__.c[name]
            turned = sa.update(model.__table__).where(
                column == other.id, model.__table__.c.client_id.not_in([kept.id, other.id])
            )
            ids = db.session.scalars(turned.values({name: kept.id}).returning(model.__table__.c.id)).all()
            if ids:
                pointers[f"{model.__tablename__}.{name}"] = sorted(ids)
    return rows, pointers


def _held_already(table: Any, kept: Client) -> Iterator[sa.ColumnElement[bool]]:
    """Conditions: the record that is kept holds a row of which a person can have only one, and this is another such row.

    What they are is read off the table: the circumstances of one day, a living social security number.
    """
    for rule in [*(c for c in table.constraints if isinstance(c, sa.UniqueConstraint)), *table.indexes]:
        names = [column.name for column in rule.columns]
        if "client_id" not in names or (isinstance(rule, sa.Index) and not rule.unique):
            continue
        own = table.alias()
        same = [own.c[name] == table.c[name] for name in names if name != "client_id"]
        only = rule.dialect_options["sqlite"].get("where") if isinstance(rule, sa.Index) else None
        if only is not None:
            same += [only, ClauseAdapter(own).traverse(only)]
        yield sa.exists().where(own.c.client_id == kept.id, *same).correlate(table)


def _list_models() -> dict[str, Any]:
    """What a client's details hold in lists that are replaced when they are edited: relationship → model."""
    return {each.key: each.mapper.class_ for each in sa.inspect(Client).relationships if each.cascade.delete_orphan}


def _identical(kept: Client, other: Client) -> Ids:
    """The telephones, addresses and names of the other record that the one that is kept has word for word."""
    found: Ids = {}
    for name, model in _list_models().items():
        known = [said_in(row) for row in getattr(kept, name)]
        found[model.__tablename__] = [row.id for row in getattr(other, name) if said_in(row) in known]
    return found


def _lists(kept: Client, other: Client) -> dict[str, Any]:
    """Both records' lists as they are, row for row: an edit replaces such rows, and an undo must still have them."""
    return {
        model.__tablename__: {
            side: [_content(row) for row in getattr(client, name)]
            for side, client in (("kept", kept), ("other", other))
        }
        for name, model in _list_models().items()
    }


def _content(row: Any) -> dict[str, Any]:
    return {attribute.key: _plain(getattr(row, attribute.key)) for attribute in sa.inspect(type(row)).column_attrs}


def _settle_suspicions(kept: Client, other: Client, *, by: User) -> list[int]:
    """Whether the two are one person is no question any more; returns the suspicions that this settled."""
    from app.models.caseload.duplicate import PossibleDuplicate

    pair = (kept.id, other.id)
    open_ones = sa.select(PossibleDuplicate).where(
        PossibleDuplicate.client_id.in_(pair),
        PossibleDuplicate.other_id.in_(pair),
        PossibleDuplicate.settled_at.is_(None),
    )
    suspicions = list(db.session.scalars(open_ones).unique())
    for suspicion in suspicions:
        suspicion.settled_at, suspicion.settled_by_id = clock.now(), by.id
        suspicion.finding = f"one person: {other.number} was merged into {kept.number}"
    return [suspicion.id for suspicion in suspicions]


def _unsettle(ids: list[int]) -> None:
    from app.models.caseload.duplicate import PossibleDuplicate

    again = sa.update(PossibleDuplicate).where(PossibleDuplicate.id.in_(ids))
    db.session.execute(again.values(settled_at=None, settled_by_id=None, finding=None))


def _move_drafts(from_id: int, to_id: int, forms: tuple[str, ...]) -> list[int]:
    """Unsaved texts about the client as such; those about a case or a note find it by its own number."""
    moved = sa.update(Draft).where(Draft.form.in_(forms), Draft.about == from_id).values(about=to_id)
    return list(db.session.scalars(moved.returning(Draft.id)))


def _give_drafts(ids: list[int], from_id: int, to_id: int) -> None:
    db.session.execute(sa.update(Draft).where(Draft.id.in_(ids), Draft.about == from_id).values(about=to_id))


# -- What goes back

AT_ONCE = 5_000


def _pieces(ids: list[int]) -> Iterator[list[int]]:
    """A long list of numbers, so many at once as a question may hold."""
    for first in range(0, len(ids), AT_ONCE):
        yield ids[first : first + AT_ONCE]


def _going_back(rows: Ids, kept_id: int) -> Ids:
    """The rows that an undo gives back: those that moved, and what was written since in a case that moved."""
    cases = rows.get("case", [])
    back: Ids = {}
    for model in _moving():
        table = model.__table__
        found = set()
        for piece in _pieces(rows.get(table.name, [])):
            found |= set(
                db.session.scalars(sa.select(table.c.id).where(table.c.id.in_(piece), table.c.client_id == kept_id))
            )
        if "case_id" in table.c:
            for piece in _pieces(cases):
                since = sa.select(table.c.id).where(table.c.case_id.in_(piece), table.c.client_id == kept_id)
                found |= set(db.session.scalars(since))
        if found:
            back[table.name] = sorted(found)
    return back


def _give(back: Ids, from_id: int, to_id: int) -> None:
    for model in _moving():
        table = model.__table__
        for piece in _pieces(back.get(table.name, [])):
            gives = sa.update(table).where(table.c.id.in_(piece), table.c.client_id == from_id)
            db.session.execute(gives.values(client_id=to_id))


def _point(pointers: Ids, from_id: int, to_id: int) -> None:
    for model in in_files():
        for name in _pointers(model):
            column = model.__table__.c[name]
            for piece in _pieces(pointers.get(f"{model.__tablename__}.{name}", [])):
                turned = sa.update(model.__table__).where(model.__table__.c.id.in_(piece), column == from_id)
                db.session.execute(turned.values({name: to_id}))


def _restore_lists(lists: dict[str, Any], kept_id: int, other_id: int) -> None:
    """Give back what an edit since the merge replaced: the row with the same words, or, where there is none, a new one."""
    for model in _list_models().values():
        table = model.__table__
        before = lists.get(table.name, {"kept": [], "other": []})
        there = set(db.session.scalars(sa.select(table.c.id).where(table.c.client_id == other_id)))
        own = [_words(row) for row in before["kept"]]
        now = {
            row.id: _words(_content(row))
            for row in db.session.scalars(sa.select(model).where(model.client_id == kept_id))
        }
        for row in before["other"]:
            if row["id"] in there:
                continue
            same = next((id for id, words in now.items() if words == _words(row) and words not in own), None)
            if same is not None:
                now.pop(same)
                db.session.execute(sa.update(table).where(table.c.id == same).values(client_id=other_id))
            else:
                values = {name: _read(model, name, value) for name, value in row.items() if name != "id"}
                db.session.execute(sa.insert(table).values(values | {"client_id": other_id}))


def _words(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in ("id", "created_at", "client_id")}


def _tied(rows: Ids, kept_id: int) -> set[str]:
    """The tables of which something that stays points at something that goes back, or the other way round; one query.

    A reference from one client's file into another's must not be.
    """
    questions = []
    tables = {model.__tablename__: model.__table__ for model in _moving()}
    for child in tables.values():
        for key in child.foreign_keys:
            parent = key.column.table.alias()
            if key.column.table.name not in tables:
                continue
            questions.append(
                sa.select(
                    sa.literal(child.name).label("child"), child.c.id.label("child_id"), _case_id(child).label("child_case"),
                    sa.literal(key.column.table.name).label("parent"), parent.c.id.label("parent_id"),
                    _case_id(parent, of=key.column.table.name).label("parent_case"),
                )
                .join(parent, key.parent == parent.c.id)
                .where(child.c.client_id == kept_id, parent.c.client_id == kept_id)
            )  # fmt: skip
    moved = {table: set(ids) for table, ids in rows.items()}
    cases = moved.get("case", set())

    def goes_back(table: str, id: int, case_id: int | None) -> bool:
        return id in moved.get(table, ()) or case_id in cases

    return {
        row.child
        for row in db.session.execute(sa.union_all(*questions))
        if goes_back(row.child, row.child_id, row.child_case) != goes_back(row.parent, row.parent_id, row.parent_case)
    }


def _case_id(table: Any, *, of: str = "") -> sa.ColumnElement[Any]:
    """The case that a row of this table belongs to; a case to itself."""
    name = of or table.name
    return table.c.id if name == "case" else table.c.case_id if "case_id" in table.c else sa.cast(sa.null(), sa.Integer)


# -- What forbids it


class _Served(NamedTuple):
    """A case, as far as a merge asks of it."""

    client_id: int
    program_id: int
    status: CaseStatus


def _of_programs(kept: Client, other: Client) -> Iterator[RuleBroken]:
    """Two living cases in one program; and a sealed program's record with any but another of the same program alone."""
    kept_by = [client.kept_by_id for client in (kept, other) if client.kept_by_id]
    of_cases = sa.and_(Case.program_id == Program.id, Case.client_id.in_([kept.id, other.id]))
    query = sa.select(Program, Case.client_id, Case.status).outerjoin(Case, of_cases)
    rows = db.session.execute(query.where(sa.or_(Case.id.is_not(None), Program.id.in_(kept_by)))).all()
    programs = {row.Program.id: row.Program for row in rows}
    ids = set(programs)
    found = [_Served(row.client_id, row.Program.id, row.status) for row in rows if row.client_id is not None]
    homes = [
        {row.program_id for row in found if row.client_id == client.id}
        | ({client.kept_by_id} if client.kept_by_id else set())
        for client in (kept, other)
    ]
    sealed = sorted((programs[id] for id in ids if programs[id].regime.sealed), key=lambda program: program.name)
    if sealed and not (homes[0] == homes[1] and len(homes[0]) == 1):
        yield RuleBroken(
            N_("%(program)s keeps its records apart. Only two records of that program alone can be merged."),
            program=sealed[0].name,
        )
    living = [
        {row.program_id for row in found if row.client_id == c.id and row.status in LIVING} for c in (kept, other)
    ]
    for id in sorted(living[0] & living[1]):
        yield RuleBroken(
            N_("Both records have an open case in %(program)s. Close one of the two first, or mark it as not opened."),
            program=programs[id].name,
        )


def _of_restrictions(kept: Client, other: Client) -> Iterator[RuleBroken]:
    """What only some may read must not become open to others by a merge, nor close to those who work with it."""
    if not kept.restricted and not other.restricted:
        return
    both = sa.select(NamedStaff.client_id, NamedStaff.user_id).where(
        NamedStaff.client_id.in_([kept.id, other.id]), NamedStaff.in_effect()
    )
    rows = db.session.execute(both).all()
    named = [{row.user_id for row in rows if row.client_id == client.id} for client in (kept, other)]
    if kept.restricted != other.restricted or named[0] != named[1]:
        yield RuleBroken(
            N_(
                "One of the records is restricted, and not to the same people as the other. Name the same people on both first."
            )
        )


def _of_kind(kept: Client, other: Client) -> Iterator[RuleBroken]:
    if kept.test != other.test:
        yield RuleBroken(N_("One of the records is for trying things out. It cannot be merged with a real one."))


# -- Values in a merge's memory


def _plain(value: Any) -> Any:
    """A column's value as JSON holds it."""
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return value.value if isinstance(value, Choice) else value


def _read(model: Any, name: str, value: Any) -> Any:
    """The value of this column that `_plain` made plain."""
    if value is None:
        return None
    kind = sa.inspect(model).column_attrs[name].columns[0].type
    readers: list[tuple[Any, Callable[[Any], Any]]] = [
        (sa.Enum, lambda code: kind.enum_class(code)),  # type: ignore[attr-defined]
        (sa.Date, date.fromisoformat),
        (sa.Time, time.fromisoformat),
        (Instant, datetime.fromisoformat),
    ]
    for type_, read in readers:
        if isinstance(kind, type_):
            return read(value)
    return value


# -- Whoever comes too late


def _refuse_new_rows(session: Any, _context: Any, _instances: Any) -> None:
    """Nothing is added to a record that was merged a moment ago: it would be in nobody's reach.

    The look at the record waits for a merge that is under way on Postgres.
    """
    new = [row for row in session.new if isinstance(row, OfClient)]
    ids = {row.client_id or (row.client.id if row.client is not None else None) for row in new} - {None}
    if not ids:
        return
    asked = sa.select(Client.id, Client.status).where(Client.id.in_(ids)).with_for_update(read=True, key_share=True)
    if any(status is RecordStatus.MERGED for _id, status in session.execute(asked)):
        raise RuleBroken(N_("This record was merged into another one a moment ago. Open it again: nothing was saved."))


sa.event.listen(db.session, "before_flush", _refuse_new_rows)
