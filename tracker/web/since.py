"""Since you last looked: what stands beside the two numbers, where it leads, and how a look is noted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import g, url_for

from tracker import clock
from tracker.extensions import db
from tracker.graph import captions
from tracker.queries.places import Place
from tracker.queries.since import Changed, News, Since, since
from tracker.services.since import note_look
from tracker.web.saving import save_in_passing
from tracker.web.sessions import current_actor, current_looks

OPENS = {
    "initiative": "initiatives.show",
    "department": "departments.show",
    "journey": "journeys.show",
    "moment": "moments.show",
}
#: After so many days all is new, and to list it would cost every page the replay of years.
LONGEST_DAYS = 365
#: The kinds of the stream of moments, "" for all; reused lessons stand on the page that explains momentum.
STREAMS = ("win", "near_miss", "moved", "")


@dataclass(frozen=True, slots=True)
class Line:
    """A cause in words, what it moves, its day where it is a single one, and its address."""

    words: str
    effect: str
    on: date | None
    url: str


@dataclass(frozen=True, slots=True)
class Column:
    """What stands beside one number: since when, at most three causes, and what is more."""

    heading: str
    lines: tuple[Line, ...]
    more: str
    more_url: str


@dataclass(frozen=True, slots=True)
class Columns:
    """What is new beside the two numbers."""

    together: Column
    pace: Column


def since_looked(today: date, where: dict[str, Place]) -> Columns | None:
    """Return what is new since the reader last looked on an earlier day; None on a first look, or after a year.

    The look itself is written after the page, on a connection of its own (`note`): reading writes nothing.
    """
    looks = current_looks()
    g.looked = looks.is_due
    looked_at = looks.before(clock.beginning_of(today))
    if looked_at is None or (today - clock.day_of(looked_at)).days > LONGEST_DAYS:
        return None
    found = since(db.session, looked_at, clock.day_of(looked_at), today, where)
    return Columns(
        _column(found, found.together, today, "why-causes"), _column(found, found.pace, today, "why-momentum")
    )


def note(_error: BaseException | None) -> None:
    """Note a look at the numbers at most every five minutes, once the page is done."""
    if not g.pop("looked", False):
        return
    actor, began = current_actor(), clock.beginning_of(clock.today())
    save_in_passing(
        "A look at the numbers", lambda session: note_look(session, actor=actor, today_began=began)
    )


def _column(found: Since, changed: Changed, today: date, place: str) -> Column:
    lines = tuple(
        Line(each.words, each.effect, each.on, _address(found, each, today, place)) for each in changed.news
    )
    return Column(
        heading=captions.looked_words(found.on, today, anything=bool(lines)),
        lines=lines,
        more=captions.more_words(changed.more),
        more_url=_why(found, today, place),
    )


def _address(found: Since, each: News, today: date, place: str) -> str:
    """Return where a cause opens: its record, or the list of those of its kind."""
    if each.about:
        return url_for(OPENS[each.about], public_id=each.public_id) if each.public_id else ""
    if each.days and each.kind in STREAMS:
        span = {"since": each.days[0].isoformat(), "until": each.days[1].isoformat()}
        return url_for("moments.index", kind=each.kind or None, counted="yes", **span)
    if place == "why-causes":
        return _why(found, today, place, kind=each.kind)
    return _why(found, today, place, by="kind")


def _why(found: Since, today: date, place: str, **more: str) -> str:
    days = {"from": found.first.isoformat(), "to": today.isoformat()}
    return url_for("why.show", _anchor=place, **days, **more)
