"""What one kind of change of many initiatives does to each of them: may it, does it, and what stood there before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models.base import utc_now
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative, Involvement, Sponsorship, Theme
from tracker.models.people import Person
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.checking import can_be_kept
from tracker.services.errors import InvalidInput
from tracker.services.initiatives import sponsors_on, status_for
from tracker.services.named import named_department, named_person

#: What can be done to many at once. The first four name a record; the others need none.
ACTIONS = ("theme", "join", "leave", "co-sponsor", "pause", "resume", "bin")
Was = dict[str, Any]


class Rule(Protocol):
    """One kind of change: a sentence about it, why an initiative stays, what changes, and the change itself."""

    @property
    def said(self) -> str:
        """Return what the change does, as a sentence."""

    def stays(self, initiative: Initiative) -> str:
        """Return why this one stays as it is, "" when it changes."""

    def words(self, initiative: Initiative) -> tuple[str, str]:
        """Return what stands there, and what will."""

    def apply(self, initiative: Initiative) -> Was:
        """Change it inside the caller's write transaction; return what an undo needs."""


def may_change(actor: Actor, action: str, initiative: Initiative, today: date) -> bool:
    """Say whether the actor may do this to this initiative, as on its own page."""
    sponsors = sponsors_on(initiative, today)
    if action == "theme":
        return policies.may_edit(actor, initiative, sponsors)
    if action in ("pause", "resume"):
        return policies.may_decide(actor, sponsors)
    return policies.may(actor, "bin" if action == "bin" else "set people and state")


def rule_for(session: Session, action: str, target: str, today: date) -> Rule:
    """Return the rule of an action; ``target`` is the public id of the record it names. 3 queries at most.

    Raises
    ------
    InvalidInput
        When there is no such action, or the record it names is not there.
    """
    if action == "theme":
        return _theme_rule(session, target)
    if action in ("join", "leave"):
        department = named_department(session, target, "department")
        names = _names(session, Department)
        return Joining(department, today, names) if action == "join" else Leaving(department, today, names)
    if action == "co-sponsor":
        return CoSponsoring(named_person(session, target, "person"), today, _names(session, Person))
    if action in ("pause", "resume"):
        return Turning(today, *(("live", "paused") if action == "pause" else ("paused", "live")))
    if action == "bin":
        return Binning()
    raise InvalidInput({"action": "Choose what to change."})


def has_ended(initiative: Initiative, today: date) -> bool:
    """Say whether an initiative is over."""
    return status_for(initiative.started_on, initiative.ended_on, paused=False, today=today) == "finished"


def has_begun(initiative: Initiative, today: date) -> bool:
    """Say whether there are days before today that keep their departments and sponsors."""
    return initiative.started_on is not None and initiative.started_on < today


@dataclass(frozen=True, slots=True)
class Theming:
    """Let initiatives carry a theme, or none."""

    theme: Theme | None
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """Return what the change does."""
        return f"Theme: {self.theme.name}" if self.theme else "Theme: none"

    def stays(self, initiative: Initiative) -> str:
        """Return why this one stays as it is."""
        if initiative.theme_id != (self.theme.id if self.theme else None):
            return ""
        return "It carries this theme already." if self.theme else "It carries no theme."

    def words(self, initiative: Initiative) -> tuple[str, str]:
        """Return the theme that it carries, and the new one."""
        before = self.names.get(initiative.theme_id or 0, "no theme")
        return before, self.theme.name if self.theme else "no theme"

    def apply(self, initiative: Initiative) -> Was:
        """Set the theme, inside the caller's write transaction."""
        was = {"theme": initiative.theme_id}
        initiative.theme_id = self.theme.id if self.theme else None
        return was


@dataclass(frozen=True, slots=True)
class Joining:
    """Let a department take part from today on, or from the start where that is still to come."""

    department: Department
    today: date
    names: Mapping[int, str]

    @property
    def said(self) -> str:
        """Return what the change does."""
        return f"{self.department.name} takes part"

    def stays(self, initiative: Initiative) -> str:
        """Return why this one stays as it is."""
        if has_ended(initiative, self.today):
            return "It has ended."
        own = [each for each in initiative.involvements if each.department_id == self.department.id]
        if any(each.left_on is None or each.left_on > self.today for each in own):
            return f"{self.department.name} takes part already."
        if any(each.joined_on == self._day(initiative) for each in own):
            return f"{self.department.name} came and went on one day: change that on its page."
        return ""

    def words(self, initiative: Initiative) -> tuple[str, str]:
        """Return who takes part, and who will."""
        before = _members(initiative, self.today, self.names)
        return ", ".join(before), ", ".join([*before, self.department.name])

    def apply(self, initiative: Initiative) -> Was:
        """Let it join, inside the caller's write transaction."""
        day = self._day(initiative)
        initiative.involvements.append(Involvement(department_id=self.department.id, joined_on=day))
        return {"department": self.department.id, "joined": day.isoformat() if day else None}

    def _day(self, initiative: Initiative) -> date | None:
        return self.today if has_begun(initiative, self.today) else None


@dataclass(frozen=True, slots=True)
class Leaving:
    """Let a department leave today; where it came today or is still to come, it was never there."""

    department: Department
    today: date
    names: Mapping[int, str]

    @property
    def said(self) -> str:
        """Return what the change does."""
        return f"{self.department.name} leaves"

    def stays(self, initiative: Initiative) -> str:
        """Return why this one stays as it is."""
        if has_ended(initiative, self.today):
            return "It has ended."
        if not self._running(initiative):
            return f"It runs without {self.department.name}."
        if len(_members(initiative, self.today, self.names)) < 2:
            return f"{self.department.name} would leave it to nobody."
        return ""

    def words(self, initiative: Initiative) -> tuple[str, str]:
        """Return who takes part, and who will."""
        before = _members(initiative, self.today, self.names)
        return ", ".join(before), ", ".join(each for each in before if each != self.department.name)

    def apply(self, initiative: Initiative) -> Was:
        """Let it leave, inside the caller's write transaction."""
        was = []
        for each in self._running(initiative):
            was.append(
                {"id": each.id, "role": each.role, "joined": _iso(each.joined_on), "left": _iso(each.left_on)}
            )
            came = each.joined_on or initiative.started_on
            if came is None or came >= self.today:
                initiative.involvements.remove(each)
            else:
                each.left_on = self.today
        return {"department": self.department.id, "involvements": was}

    def _running(self, initiative: Initiative) -> list[Involvement]:
        return [
            each
            for each in initiative.involvements
            if each.department_id == self.department.id
            and (each.left_on is None or each.left_on > self.today)
        ]


@dataclass(frozen=True, slots=True)
class CoSponsoring:
    """Let a person stand beside the lead from today on, or from the start where that is still to come."""

    person: Person
    today: date
    names: Mapping[int, str]

    @property
    def said(self) -> str:
        """Return what the change does."""
        return f"Co-sponsor: {self.person.name}"

    def stays(self, initiative: Initiative) -> str:
        """Return why this one stays as it is."""
        if has_ended(initiative, self.today):
            return "It has ended."
        own = [each for each in initiative.sponsorships if each.person_id == self.person.id]
        if any(each.to_on is None or each.to_on > self.today for each in own):
            return f"{self.person.name} stands behind it already."
        if any(each.role == "co" and each.from_on == self._day(initiative) for each in own):
            return f"{self.person.name} came and went on one day: change that on its page."
        return ""

    def words(self, initiative: Initiative) -> tuple[str, str]:
        """Return who stands behind it, and who will."""
        before = [
            self.names.get(each.person_id, "")
            for each in initiative.sponsorships
            if each.to_on is None or each.to_on > self.today
        ]
        return ", ".join(before) or "nobody yet", ", ".join([*before, self.person.name])

    def apply(self, initiative: Initiative) -> Was:
        """Name the co-sponsor, inside the caller's write transaction."""
        day = self._day(initiative)
        initiative.sponsorships.append(Sponsorship(person_id=self.person.id, role="co", from_on=day))
        initiative.version += 1  # a form opened before knows other sponsors
        return {"person": self.person.id, "from": _iso(day)}

    def _day(self, initiative: Initiative) -> date | None:
        return self.today if has_begun(initiative, self.today) else None


@dataclass(frozen=True, slots=True)
class Turning:
    """Pause what runs, or let what is paused run on."""

    today: date
    old: str
    new: str

    @property
    def said(self) -> str:
        """Return what the change does."""
        return "Pause" if self.new == "paused" else "Resume"

    def stays(self, initiative: Initiative) -> str:
        """Return why this one stays as it is."""
        now = self._now(initiative)
        if now == self.old:
            return ""
        return (
            f"It is {now}." if now == self.new else f"It is {now}: there is nothing to {self.said.lower()}."
        )

    def words(self, initiative: Initiative) -> tuple[str, str]:
        """Return how it stands, and how it will."""
        return self._now(initiative), self.new

    def apply(self, initiative: Initiative) -> Was:
        """Pause or resume it, inside the caller's write transaction."""
        was = {"status": initiative.status}
        initiative.status = self.new
        return was

    def _now(self, initiative: Initiative) -> str:
        paused = initiative.status == "paused"
        return status_for(initiative.started_on, initiative.ended_on, paused=paused, today=self.today)


@dataclass(frozen=True, slots=True)
class Binning:
    """Put initiatives into the bin."""

    said: str = "Move to the bin"

    def stays(self, initiative: Initiative) -> str:
        """Return why this one stays as it is."""
        return "It is in the bin." if initiative.binned_at is not None else ""

    def words(self, initiative: Initiative) -> tuple[str, str]:
        """Return where it is, and where it will be."""
        return "in the list" if initiative.binned_at is None else "in the bin", "in the bin"

    def apply(self, initiative: Initiative) -> Was:
        """Put it into the bin, inside the caller's write transaction."""
        initiative.binned_at = utc_now()
        return {}


def _theme_rule(session: Session, target: str) -> Theming:
    is_named = bool(target) and can_be_kept(target)
    theme = session.scalar(select(Theme).where(Theme.public_id == target)) if is_named else None
    if target and theme is None:
        raise InvalidInput({"theme": "Choose one of the themes offered."})
    return Theming(theme, _names(session, Theme))


def _names(session: Session, model: type[Department | Person | Theme]) -> dict[int, str]:
    return {id_: name for id_, name in session.execute(select(model.id, model.name))}  # noqa: C416 (a row is no pair to mypy)


def _members(initiative: Initiative, today: date, names: Mapping[int, str]) -> list[str]:
    return [
        names.get(each.department_id, "")
        for each in initiative.involvements
        if each.left_on is None or each.left_on > today
    ]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
