"""What happened to a record: who, when, before and after, in the words and names people use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.graph.wording import MONTHS
from tracker.models.accounts import User
from tracker.models.audit import AuditEntry
from tracker.models.base import Base
from tracker.models.departments import Department, Division
from tracker.models.initiatives import Initiative, Involvement, RoutineOwner, Sponsorship, Theme
from tracker.models.journeys import Journey
from tracker.models.moments import Moment
from tracker.models.people import Person
from tracker.queries.merges import MODELS, taken_in

#: Which table a reference points to, by the name of its column.
REFERENCES: dict[str, type[Base]] = {
    "department_id": Department,
    "merged_into_id": Department,
    "division_id": Division,
    "person_id": Person,
    "theme_id": Theme,
    "initiative_id": Initiative,
    "scaled_into_id": Initiative,
    "earlier_id": Initiative,
    "moment_id": Moment,
    "of_id": Moment,
    "journey_id": Journey,
    "user_id": User,
    "author_id": User,
    "asked_of_id": Person,
}
#: What was done with what people make and end, by the kind and the action of the entry.
SENTENCES = {
    ("share link", "created"): "made the share link",
    ("share link", "revoked"): "ended the share link",
    ("round", "created"): "began the Round",
    ("round answer", "created"): "answered in the Round",
    ("round answer", "deleted"): "took back an answer in the Round",
    ("update", "deleted"): "took back an update",
    ("display", "created"): "made the display",
    ("display", "revoked"): "ended the display",
    ("feed", "created"): "made the address of",
    ("feed", "deleted"): "ended the address of",
    ("sharing", "created"): "changed who may open share links",
    ("sharing", "changed"): "changed who may open share links",
    ("other name", "created"): "noted the other name {}",
    ("other name", "changed"): "took over the other name {}",
    ("other name", "deleted"): "took back the other name {}",
    ("other title", "created"): "noted the other title “{}”",
    ("other title", "changed"): "took over the other title “{}”",
    ("other title", "deleted"): "took back the other title “{}”",
    ("merge", "took in"): "merged “{}” into it",
    ("merge", "took the merge back"): "took back merging “{}” into it",
}
#: Kinds whose sentences above name what they are about.
NAMING = ("other name", "other title", "merge")
#: What an entry is about when its changes do not say: the columns of the row it belongs to.
PARTS: dict[str, tuple[type[Base], Sequence[InstrumentedAttribute[Any]]]] = {
    "involvement": (Involvement, (Involvement.department_id,)),
    "sponsorship": (Sponsorship, (Sponsorship.person_id,)),
    "routine owner": (RoutineOwner, (RoutineOwner.department_id, RoutineOwner.person_id)),
}
FIELD_WORDS = {
    "started_on": "start",
    "ended_on": "end",
    "decide_by": "decide by",
    "declared_until": "vouched for until",
    "outcome_note": "note on the outcome",
    "routine_from": "routine since",
    "routine_until": "routine until",
    "scaled_into_id": "scaled into",
    "joined_on": "joined",
    "left_on": "left",
    "from_on": "since",
    "to_on": "until",
    "on_day": "day",
    "frozen_on": "frozen on",
    "sha256": "SHA-256",
    "is_confirmed": "confirmed",
    "ok_to_show": "may be shown",
    "nearly": "what nearly worked",
    "tried": "what we tried",
    "stopped": "what stopped it",
    "next_time": "next time",
    "merged_into_id": "merged into",
    "checked_on": "checked",
    "opened_on": "opened",
    "closed_on": "closed",
    "headcount": "people",
    "valid_from": "holds from",
    "valid_to": "holds until",
    "volume": "hand-offs a month",
    "volume_source": "source",
    "volume_on": "counted on",
    "is_disabled": "disabled",
    "email": "e-mail address",
    "password_hash": "password",
    "expires_at": "works until",
    "embed_origins": "pages that may embed",
    "mode": "who may open links",
}
VALUE_WORDS = {
    "admin": "administrator",
    "office": "transformation office",
    "pilot": "pilot",
    "quick_win": "quick win",
    "win": "quick win",
    "measured_win": "measured win",
    "moved": "measure moved",
    "near_miss": "near miss",
    "routine": "became routine",
    "scaled": "scaled into another",
    "stopped": "stopped, lesson written",
    "moving": "still moving",
    "skipped": "left for the next Round",
    "contributing": "takes part",
    "lead": "leads",
    "co": "co-sponsor",
    "off": "nobody",
    "signed_in": "whoever is signed in",
    "open": "whoever has the link",
    "True": "yes",
    "False": "no",
}
CODED = {"answer", "kind", "status", "outcome", "role", "is_confirmed", "ok_to_show", "is_disabled", "mode"}
#: Fields that say nothing to a reader beside the sentence of their entry.
UNTOLD = {
    "external_id",
    "binned_at",
    "revoked_at",
    "target",
    "confirmed_at",
    "is_sample",
    "initiative_id",
    "moment_id",
    "journey_id",
}
#: What the sentence of an entry says already, by the kind of the entry.
SAID_ALREADY = {
    "update": {"author_id"},
    "round": {"user_id", "begun_on"},
    "confirmation": {"user_id", "person_id"},
    "link": {"earlier_id"},
    "moment": {"title"},
    "routine check": {"checked_on"},
    "step": {"position"},
    "alias": {"name", "department_id"},
    "other name": {"name", "person_id"},
    "other title": {"title"},
}


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of a record: who did what when, and (field, before, after) in words."""

    at: datetime
    who: str
    what: str
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class _Names:
    """The names behind the row ids of some entries, and what the parts of a record are about."""

    names: dict[tuple[type[Base], int], str]
    parts: dict[tuple[str, int], str]

    def of(self, column: str, id_: Any) -> str:
        """Return the name behind a reference; a record that is gone is called so."""
        return self.names.get((REFERENCES[column], id_), "a record that is gone") if id_ is not None else ""


def history_of(session: Session, kind: str, id_: int, *, limit: int = 200) -> tuple[HistoryEntry, ...]:
    """Return what happened to a record, newest first. At most 12 queries, however many entries there are.

    An initiative's history includes that of its moments, and every record's that of what was merged into it.
    """
    subject = and_(
        AuditEntry.subject_kind == kind, AuditEntry.subject_id == id_, AuditEntry.id > _gone(kind, id_)
    )
    if kind in MODELS:
        merged = AuditEntry.subject_id.in_(taken_in(kind, id_)), AuditEntry.action != "moved to the bin"
        subject = or_(subject, and_(AuditEntry.subject_kind == kind, *merged))
    if kind == "initiative":
        moments = select(Moment.id).where(Moment.initiative_id == id_)
        subject = or_(subject, and_(AuditEntry.subject_kind == "moment", AuditEntry.subject_id.in_(moments)))
    rows = session.scalars(
        select(AuditEntry).where(subject).order_by(AuditEntry.id.desc()).limit(limit)
    ).all()
    return tell(session, rows)


def _gone(kind: str, id_: int) -> Any:
    """Return the line by which an earlier record of this row id went: SQLite gives an id again."""
    return (
        select(func.coalesce(func.max(AuditEntry.id), 0))
        .where(
            AuditEntry.subject_kind == kind,
            AuditEntry.subject_id == id_,
            AuditEntry.kind == kind,
            AuditEntry.record_id == id_,
            AuditEntry.action == "deleted",
        )
        .scalar_subquery()
    )


def tell(session: Session, rows: Sequence[AuditEntry]) -> tuple[HistoryEntry, ...]:
    """Return audit lines in words and names, in their order. At most 11 queries, however many there are."""
    names = _load_names(session, rows)
    return tuple(_told(row, names) for row in rows)


def _load_names(session: Session, rows: Iterable[AuditEntry]) -> _Names:
    wanted: dict[type[Base], set[int]] = defaultdict(set)
    parts: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row.kind in PARTS and row.record_id is not None:
            parts[row.kind].add(row.record_id)
        for column, values in row.changes.items():
            if column in REFERENCES:
                wanted[REFERENCES[column]].update(value for value in values if isinstance(value, int))
    about: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for kind, ids in parts.items():
        model, columns = PARTS[kind]
        for found in session.execute(select(model.id, *columns).where(model.id.in_(ids))):  # type: ignore[attr-defined]  # every model has it
            about[kind, found[0]] = [
                (column.key, id_) for column, id_ in zip(columns, found[1:], strict=True)
            ]
            for column, id_ in about[kind, found[0]]:
                wanted[REFERENCES[column]].add(id_)
    names = {
        (model, id_): name
        for model, ids in wanted.items()
        for id_, name in session.execute(select(model.id, _name_of(model)).where(model.id.in_(ids)))  # type: ignore[attr-defined]  # every model has it
    }
    told = {
        part: ", ".join(names.get((REFERENCES[column], id_), "") for column, id_ in columns)
        for part, columns in about.items()
    }
    return _Names(names, told)


def _name_of(model: type[Base]) -> Any:
    return getattr(model, "name", None) or model.title  # type: ignore[attr-defined]  # those without a name have a title


def _told(row: AuditEntry, names: _Names) -> HistoryEntry:
    changes = [
        (
            FIELD_WORDS.get(field, field.removesuffix("_id").replace("_", " ")),
            *(_value(field, each, names) for each in values),
        )
        for field, values in row.changes.items()
        if field not in UNTOLD
        and not (row.kind in PARTS and field in REFERENCES)
        and not (row.action != "changed" and field in SAID_ALREADY.get(row.kind, ()))
    ]
    told = tuple((field, before, after) for field, before, after in changes if before != after)
    return HistoryEntry(row.at, row.actor_name, _sentence(row, names), told)


def _sentence(row: AuditEntry, names: _Names) -> str:
    """Say what was done, as the end of a sentence that begins with a name."""
    about = names.parts.get((row.kind, row.record_id or 0)) or _about_deleted(row, names)
    by_action = {
        ("involvement", "created"): f"brought in {about}",
        ("involvement", "changed"): f"changed when {about} takes part",
        ("involvement", "deleted"): f"took out {about}",
        ("sponsorship", "created"): f"named {about} as sponsor",
        ("sponsorship", "changed"): f"changed how long {about} sponsors",
        ("sponsorship", "deleted"): f"took back {about} as sponsor",
        ("routine owner", "created"): f"named an owner of the routine: {about}",
        ("routine owner", "deleted"): "took back an owner of the routine",
        ("routine check", "created"): _checked(row),
        ("update", "created"): "posted an update",
        ("confirmation", "created"): _vouched(row, names),
        ("confirmation", "deleted"): "took back a confirmation: what was vouched for has changed",
        ("lesson", "created"): "wrote the lesson",
        ("lesson", "changed"): "rewrote the lesson",
        ("reuse", "created"): f"reused a lesson here: {names.of('moment_id', _after(row, 'moment_id'))}",
        ("link", "created"): f"linked it to {names.of('earlier_id', _after(row, 'earlier_id'))}",
        ("link", "deleted"): "took back a link to an earlier initiative",
        ("step", "created"): f"added the step “{row.label}”" if row.label else "added a step",
        ("step", "changed"): f"changed the step “{row.label}”" if row.label else "changed a step",
        ("step", "deleted"): f"took out the step “{row.label}”" if row.label else "took out a step",
        ("alias", "created"): f"noted that it is also called {row.label}",
        ("alias", "changed"): f"took over the other name {row.label}",
        ("alias", "deleted"): f"took back the other name {row.label}",
        ("person", "created"): "recorded the sponsor",
        ("person", "changed"): "changed the sponsor",
        ("showing", "created"): "presented the snapshot",
        ("sample", "loaded"): "loaded the sample",
        ("sample", "removed"): "removed the sample",
    }
    known = by_action.get((row.kind, row.action)) or SENTENCES.get((row.kind, row.action), "")
    known = known.format(row.label) if row.kind in NAMING else known
    if known:
        return known
    if row.kind == "account" and set(row.changes) == {"password_hash"}:
        return "set a password"
    verbs = {"created": "recorded", "changed": "changed", "deleted": "removed"}
    if row.action in verbs:
        what = f"{row.kind} “{row.label}”" if row.kind == "moment" and row.label else f"the {row.kind}"
        return f"{verbs[row.action]} {what.replace('moment “', 'the moment “')}"
    return f"{row.action.replace('moved', 'moved it').replace('brought', 'brought it')}"


def _about_deleted(row: AuditEntry, names: _Names) -> str:
    columns = [column.key for column in PARTS[row.kind][1]] if row.kind in PARTS else []
    found = [
        names.of(column, next((id_ for id_ in row.changes.get(column, ()) if id_), None))
        for column in columns
    ]
    return ", ".join(name for name in found if name)


def _vouched(row: AuditEntry, names: _Names) -> str:
    """Say who vouched: the account that wrote the entry, or a person whom it named."""
    person = _after(row, "person_id")
    if _after(row, "user_id") is not None or person is None:
        return "vouched for the moment"
    return f"noted that {names.of('person_id', person)} vouched for the moment"


def _checked(row: AuditEntry) -> str:
    """Say that a routine was checked, and the day when it was another one."""
    day = _after(row, "checked_on")
    when = f" on {_day_words(day)}" if day and day != row.at.date().isoformat() else ""
    return f"checked that the routine still stands{when}"


def _after(row: AuditEntry, column: str) -> Any:
    return row.changes.get(column, (None, None))[1]


def _value(field: str, value: Any, names: _Names) -> str:
    if value is None or value == "":
        return ""
    if field in REFERENCES:
        return names.of(field, value)
    if field == "expires_at":
        return _day_words(str(value)[:10])
    if isinstance(value, list):  # scenes and flags: how many there are
        return str(len(value))
    if field in CODED:
        return VALUE_WORDS.get(str(value), str(value).replace("_", " "))
    return _day_words(value) if isinstance(value, str) and len(value) == 10 else str(value)


def _day_words(text: str) -> str:
    """Write an ISO day as people read it; any other text as it is."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
