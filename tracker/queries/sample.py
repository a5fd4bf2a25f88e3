"""The sample organisation as it stands: whether it is here, what removing it takes, what has to stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.models.accounts import User
from tracker.models.audit import AuditEntry
from tracker.models.departments import Department, Division
from tracker.models.initiatives import Initiative, Involvement, RoutineOwner, Sponsorship, Theme, Update
from tracker.models.journeys import Journey, Step
from tracker.models.moments import Confirmation, LessonReuse, Moment
from tracker.models.people import Person

#: How the audit names the sample: its last "loaded" line says on which day its story ends.
SAMPLE = "sample"
LOADED = "loaded"

#: The kinds of audit lines that are edits of the register, so that a sample with one after it is left alone.
EDITS = (
    "division", "department", "alias", "person", "journey", "step", "theme", "initiative", "involvement",
    "sponsorship", "update", "routine owner", "routine check", "link", "moment", "confirmation", "lesson", "reuse",
)  # fmt: skip

#: The kinds of records that may belong to the sample, those first that refer to others.
REGISTER: tuple[type[Any], ...] = (Initiative, Journey, Person, Theme, Department, Division)


@dataclass(frozen=True, slots=True)
class SampleState:
    """Whether the sample is here, on which day its story ends, and whether anybody worked on it since."""

    is_here: bool
    has_own: bool
    until: date | None
    is_touched: bool


@dataclass(frozen=True, slots=True)
class Stays:
    """A record of the sample that stays, because a record of one's own names it."""

    kind: str
    name: str
    because: str


@dataclass(frozen=True, slots=True)
class Leaning:
    """The ids of what stays, by model, and why."""

    ids: dict[type, set[int]] = field(default_factory=dict)
    reasons: tuple[Stays, ...] = ()

    def of(self, model: type) -> set[int]:
        """Return the ids of a model's records that stay."""
        return self.ids.get(model, set())


@dataclass(frozen=True, slots=True)
class Removal:
    """What removing the sample takes: its own records by kind, and what people added to them."""

    goes: dict[str, int]
    added: dict[str, int]
    accounts: tuple[str, ...]
    stays: tuple[Stays, ...]


def sample_state(session: Session) -> SampleState:
    """Return the state of the sample. 3 queries at most."""
    here = or_(*(exists().where(model.is_sample) for model in REGISTER))
    own = or_(*(exists().where(model.is_sample.is_(False)) for model in REGISTER))
    is_here, has_own = session.execute(select(here, own)).one()
    loaded = session.execute(
        select(AuditEntry.id, AuditEntry.changes)
        .where(AuditEntry.kind == SAMPLE, AuditEntry.action == LOADED)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    if not is_here or loaded is None:
        return SampleState(bool(is_here), bool(has_own), None, is_touched=bool(is_here))
    edits = exists().where(AuditEntry.id > loaded.id, AuditEntry.kind.in_(EDITS))
    until = date.fromisoformat(loaded.changes["until"][1])
    return SampleState(True, bool(has_own), until, is_touched=bool(session.scalar(select(edits))))


def removal(session: Session, keep_user_id: int | None) -> Removal:
    """Return what removing the sample takes and what stays, the account ``keep_user_id`` among it. 21 queries."""
    leaning = what_leans(session)
    sample_initiatives = select(Initiative.id).where(Initiative.is_sample)

    def count(model: Any, *conditions: Any) -> int:
        return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0

    goes = {
        word: count(model, model.is_sample) - len(leaning.of(model))
        for word, model in (
            ("initiative", Initiative),
            ("department", Department),
            ("sponsor", Person),
            ("journey", Journey),
            ("theme", Theme),
            ("division", Division),
        )
    }
    goes["moment"] = count(Moment, Moment.initiative_id.in_(sample_initiatives))
    return Removal(
        goes={word: number for word, number in goes.items() if number},
        added={word: number for word, number in _added(session).items() if number},
        accounts=tuple(
            session.scalars(
                select(User.name)
                .where(
                    User.is_sample, User.id != (keep_user_id or 0), User.id.not_in(leaning.of(User) or {0})
                )
                .order_by(User.name)
            )
        ),
        stays=leaning.reasons,
    )


def _added(session: Session) -> dict[str, int]:
    """Count what people added to initiatives and lessons of the sample, which goes with them. 3 queries."""
    loaded = (
        select(func.max(AuditEntry.at))
        .where(AuditEntry.kind == SAMPLE, AuditEntry.action == LOADED)
        .scalar_subquery()
    )
    sample, own = aliased(Initiative), aliased(Initiative)
    moments = select(func.count()).select_from(Moment).join(sample, sample.id == Moment.initiative_id)
    updates = select(func.count()).select_from(Update).join(sample, sample.id == Update.initiative_id)
    reuses = (
        select(func.count())
        .select_from(LessonReuse)
        .join(Moment, Moment.id == LessonReuse.moment_id)
        .join(sample, sample.id == Moment.initiative_id)
        .join(own, own.id == LessonReuse.initiative_id)
        .where(sample.is_sample, own.is_sample.is_(False))
    )
    return {
        "moment": session.scalar(moments.where(sample.is_sample, Moment.created_at > loaded)) or 0,
        "update": session.scalar(updates.where(sample.is_sample, Update.created_at > loaded)) or 0,
        "reuse": session.scalar(reuses) or 0,
    }


def what_leans(session: Session) -> Leaning:
    """Return what of the sample one's own records name; removing that would take a part of them. 10 queries."""
    ids: dict[type, set[int]] = {}
    reasons: dict[tuple[str, str], str] = {}
    for model, word, query in _leans():
        for id_, name, because in session.execute(query):
            ids.setdefault(model, set()).add(id_)
            reasons.setdefault((word, name), because)
    kept = ids.get(Department, set())
    if kept:
        query = (
            select(Division.id, Division.name, Department.name)
            .join(Department, Department.division_id == Division.id)
            .where(Division.is_sample, Department.id.in_(kept))
        )
        for id_, name, because in session.execute(query):
            ids.setdefault(Division, set()).add(id_)
            reasons.setdefault(("division", name), because)
    return Leaning(ids, tuple(Stays(*key, because) for key, because in reasons.items()))


def _leans() -> Iterable[tuple[type, str, Select[int, str, str]]]:
    """Return, for each way a record of one's own can name one of the sample, the rows (id, name, because)."""
    own = Initiative.is_sample.is_(False)
    department = select(Department.id, Department.name, Initiative.title).where(Department.is_sample, own)
    involved = department.join(Involvement, Involvement.department_id == Department.id)
    yield Department, "department", involved.join(Initiative, Initiative.id == Involvement.initiative_id)
    owning = department.join(RoutineOwner, RoutineOwner.department_id == Department.id)
    yield Department, "department", owning.join(Initiative, Initiative.id == RoutineOwner.initiative_id)
    stepping = select(Department.id, Department.name, Journey.name).where(Journey.is_sample.is_(False))
    stepping = stepping.where(Department.is_sample).join(Step, Step.department_id == Department.id)
    yield Department, "department", stepping.join(Journey, Journey.id == Step.journey_id)
    homes = select(Department.id, Department.name, Person.name).where(
        Department.is_sample, Person.is_sample.is_(False)
    )
    yield Department, "department", homes.join(Person, Person.department_id == Department.id)
    person = select(Person.id, Person.name, Initiative.title).where(Person.is_sample, own)
    standing = person.join(Sponsorship, Sponsorship.person_id == Person.id)
    yield Person, "sponsor", standing.join(Initiative, Initiative.id == Sponsorship.initiative_id)
    owning = person.join(RoutineOwner, RoutineOwner.person_id == Person.id)
    yield Person, "sponsor", owning.join(Initiative, Initiative.id == RoutineOwner.initiative_id)
    vouching = person.join(Confirmation, Confirmation.person_id == Person.id).join(
        Moment, Moment.id == Confirmation.moment_id
    )
    yield Person, "sponsor", vouching.join(Initiative, Initiative.id == Moment.initiative_id)
    themed = select(Theme.id, Theme.name, Initiative.title).where(Theme.is_sample, own)
    yield Theme, "theme", themed.join(Initiative, Initiative.theme_id == Theme.id)
    account = select(User.id, User.name, Initiative.title).where(User.is_sample, own)
    vouching = account.join(Confirmation, Confirmation.user_id == User.id).join(
        Moment, Moment.id == Confirmation.moment_id
    )
    yield User, "account", vouching.join(Initiative, Initiative.id == Moment.initiative_id)
