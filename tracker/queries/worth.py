"""What each moment counts, and why, in one line of words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy.orm import Session

from tracker.graph.intervals import timeline
from tracker.graph.succession import index
from tracker.graph.verdicts import POINTS, Reason, Verdict, judged, verdicts
from tracker.queries.facts import current_portfolio

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
NOUNS = {
    "win": "win",
    "measured_win": "measured win",
    "moved": "measure moved",
    "near_miss": "near miss",
    "reuse": "reuse",
}
#: What is said of the moments that count nothing, whatever happens to them.
SAID = {
    Reason.NO_DEPARTMENT: "Shown, not counted: no department took part that day",
    Reason.ONE_DEPARTMENT: "Shown, not counted: one department",
    Reason.NO_LESSON: "Counts once its lesson is written",
    Reason.NO_ORIGIN: "Shown, not counted: the win it belongs to is not there",
    Reason.ORIGIN_UNCONFIRMED: "Counts once the moment it belongs to is confirmed",
    Reason.ORIGIN_WITHOUT_LESSON: "Counts once the lesson is written",
    Reason.ORIGIN_WITHOUT_DEPARTMENT: "Shown, not counted: no department took part where the lesson comes from",
    Reason.BEFORE_ORIGIN: "Shown, not counted: it is dated before the moment it belongs to",
    Reason.OWN_LESSON: "Shown, not counted: the lesson is its own",
    Reason.OTHER_INITIATIVE: "Shown, not counted: the win belongs to another initiative",
    Reason.NO_NEW_DEPARTMENT: "Shown, not counted: the lesson has not reached another department",
    Reason.ALREADY_REUSED: "Shown, not counted: this reuse was counted before",
    Reason.ENOUGH_REUSES: "Shown, not counted: the lesson has earned all it can",
    Reason.ALREADY_MOVED: "Shown, not counted: the measure of this win had moved before",
}


@dataclass(frozen=True, slots=True)
class Worth:
    """What a moment counts. ``needs_lesson``: it also waits for its lesson; ``ask``: who may vouch for it."""

    kind: str
    on: date
    reason: Reason
    points: Fraction = Fraction(0)
    nth: int = 0
    needs_lesson: bool = False
    ask: tuple[str, ...] = ()
    is_binned: bool = False
    is_ahead: bool = False

    @property
    def counts(self) -> bool:
        """Say whether it moves momentum today."""
        return self.reason is Reason.COUNTED and not self.is_ahead and not self.is_binned

    @property
    def waits(self) -> bool:
        """Say whether a second person would make a difference."""
        return self.reason is Reason.UNCONFIRMED and not self.is_binned

    @property
    def sentence(self) -> str:
        """Say in one line what it counts and why."""
        if self.is_binned:
            return "In the bin: counts nothing"
        if self.reason is Reason.UNCONFIRMED:
            people = f": {' or '.join(self.ask)}" if self.ask else ""
            lesson = ", and for its lesson" if self.needs_lesson else ""
            return f"Waits for a second person{people}{lesson}"
        if self.reason is not Reason.COUNTED:
            return SAID[self.reason]
        full = POINTS[self.kind]  # type: ignore[index]  # the database keeps it to the known kinds
        if self.nth > 1:
            place = ORDINALS[self.nth - 1] if self.nth <= len(ORDINALS) else f"{self.nth}th"
            counted = f"Counts {_halves(self.points)} of {full}: {place} {NOUNS[self.kind]} here this month"
        else:
            counted = f"Counts {full} {'point' if full == 1 else 'points'}{_because(self.kind)}"
        return f"{counted}, from its day on" if self.is_ahead else counted


def worth_of(
    session: Session, moments: Collection[tuple[str, str, str, date]], today: date
) -> dict[str, Worth]:
    """Return what moments count, by external id; each is given as (external id, initiative's, kind, day).

    1 query, and those of the facts when their version is new.
    """
    _, portfolio = current_portfolio(session)
    known = verdicts(portfolio)
    events, line = index(portfolio).events, timeline(portfolio)
    found = {}
    for id_, initiative, kind, on in moments:
        verdict = known.get(id_)
        if verdict is None or initiative not in line.members:
            found[id_] = Worth(kind, on, Reason.NO_ORIGIN, is_binned=True)
            continue
        members = len(line.members_on(initiative, on.toordinal()))
        found[id_] = _worth(verdict, members, needs_lesson=not events[id_].lesson, today=today)
    return found


def counted_events(session: Session, since: date | None, until: date | None) -> list[str]:
    """Return the external ids of everything that counts from one day to another; None: whatever its day.

    1 query as above.
    """
    _, portfolio = current_portfolio(session)
    first, last = (since or date.min).toordinal(), (until or date.max).toordinal()
    by_day = judged(portfolio).counted.items()
    return [each.event for day, here in by_day if first <= day <= last for each in here]


def _worth(verdict: Verdict, members: int, *, needs_lesson: bool, today: date) -> Worth:
    """Return the worth of a verdict; that a moment has too few departments is said before that it waits."""
    reason = verdict.reason
    if reason is Reason.UNCONFIRMED and members < 2:
        reason = Reason.ONE_DEPARTMENT if members else Reason.NO_DEPARTMENT
    return Worth(
        kind=verdict.kind,
        on=verdict.on,
        reason=reason,
        points=Fraction(verdict.points),
        nth=verdict.nth,
        needs_lesson=needs_lesson,
        is_ahead=verdict.on > today,
    )


def _because(kind: str) -> str:
    return {
        "measured_win": ": its customer measure had moved",
        "moved": ": its customer measure has moved",
        "near_miss": ": its lesson is written",
    }.get(kind, "")


def _halves(points: Fraction) -> str:
    """Write halved points as a person does ("1½", "¾", "⅜"), the rest as a decimal."""
    signs = {
        Fraction(1, 2): "½",
        Fraction(1, 4): "¼",
        Fraction(3, 4): "¾",
        Fraction(1, 8): "⅛",
        Fraction(3, 8): "⅜",
        Fraction(5, 8): "⅝",
    }
    whole, rest = divmod(points, 1)
    if rest == 0:
        return str(whole)
    if rest in signs:
        return (str(whole) if whole else "") + signs[rest]
    return f"{float(points):.2g}"
