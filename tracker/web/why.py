"""Why did it change? Dated causes between two days, as a waterfall and as an equal table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from flask import Blueprint, Response, request, url_for

from tracker import clock
from tracker.extensions import db
from tracker.graph.captions import CAUSES, causes_words
from tracker.graph.causes import CauseKind
from tracker.graph.parts import By
from tracker.queries.why import ToldCause, Why, pace_parts, why
from tracker.services.actors import Actor
from tracker.web.dates import asked_day
from tracker.web.filters import number, short_day
from tracker.web.fragments import render
from tracker.web.paging import Page, page_request, url_with
from tracker.web.sessions import current_actor
from tracker.web.waterfall import Step, Waterfall, waterfall_of

blueprint = Blueprint("why", __name__)

#: Days back that the page offers, and the one it opens with.
PERIODS = ((30, "Last 30 days"), (90, "Last 90 days"), (365, "Last 365 days"))
DEFAULT_DAYS = 90
#: More bars than these are gathered, one for each kind of cause.
MOST_BARS = 20
#: So many pairs fill the height of the picture, where fewer changed: one pair more is no cliff.
FEW_PAIRS = 4
#: An exact fraction is written down to this denominator; below it its decimals say enough.
LARGEST_DENOMINATOR = 10_000
#: What momentum is split by, in words.
SPLITS: dict[By, str] = {
    "department": "By department",
    "theme": "By theme",
    "kind": "By kind",
    "lead": "By lead sponsor",
}
OPENS = {"initiative": "initiatives.show", "department": "departments.show", "journey": "journeys.show"}


@blueprint.get("/why")
def show() -> Response:
    """Explain the change from one day (``?from=``) to another (``?to=``), the last 90 days unless asked."""
    actor, today = current_actor(), clock.today()
    on = asked_day(request.args.get("to") or request.args.get("on"), field="to")
    asked = request.args.get("from")
    since = asked_day(asked, field="from") if asked else on - timedelta(DEFAULT_DAYS)
    since, on = min(since, on), max(since, on)
    found, by_score = why(db.session, since, on), request.args.get("as") == "score"
    causes = [each for each in found.causes if by_score or each.cause.together or each.cause.required]
    kind = request.args.get("kind", "")
    listed = [each for each in causes if each.cause.kind == kind] if kind in CAUSES else causes
    asked_page = page_request(request.args)
    splits = splits_of(actor)
    by = next((each for each in splits if each == request.args.get("by")), "department")
    return render(
        "why/show.html",
        found=found,
        by_score=by_score,
        page=Page(
            listed[asked_page.offset : asked_page.offset + asked_page.size],
            asked_page.number,
            asked_page.size,
            len(listed),
        ),
        total=len(causes),
        kind=causes_words(kind, len(listed)) if kind in CAUSES else "",
        picture=picture_of(found, causes, by_score=by_score),
        pace=pace_parts(db.session, since, on, by, None if actor.is_office else actor.person_id),
        link_of=link_of,
        signed=signed,
        exact=exact,
        by=by,
        splits=[(SPLITS[each], url_with(by=each) + "#why-momentum", each == by) for each in splits],
        views=[
            ("Pairs", url_with(page=None, kind=None, **{"as": None}), not by_score),
            ("Coverage score", url_with(page=None, kind=None, **{"as": "score"}), by_score),
        ],
        periods=[
            (
                words,
                url_for("why.show", **period_of(days, today)),
                since == today - timedelta(days) and on == today,
            )
            for days, words in PERIODS
        ],
        on_arg=on.isoformat() if on != today else None,
    )


def period_of(days: int, on: date) -> dict[str, str]:
    """Return the arguments of the page for so many days up to a day."""
    return {"from": (on - timedelta(days)).isoformat(), "to": on.isoformat()}


def splits_of(actor: Actor) -> list[By]:
    """Return what an actor may see momentum split by: sponsors by name only the office, and oneself."""
    return [each for each in SPLITS if each != "lead" or actor.is_office or actor.person_id is not None]


def picture_of(found: Why, causes: Sequence[ToldCause], *, by_score: bool) -> Waterfall | None:
    """Draw the causes that move what is looked at; many of them as one bar for each kind."""
    moving = [each for each in causes if _value(each, by_score=by_score)]
    if not moving:
        return None
    start = found.before.share if by_score else found.before.together
    if len(moving) <= MOST_BARS:
        steps = [
            _step(short_day(each.cause.on), each.words, _value(each, by_score=by_score), link_of(each))
            for each in moving
        ]
    else:
        kinds: dict[CauseKind, list[ToldCause]] = defaultdict(list)
        for each in moving:
            kinds[each.cause.kind].append(each)
        steps = [
            _step(
                causes_words(kind, len(here)),
                causes_words(kind, len(here)),
                sum((_value(each, by_score=by_score) for each in here), Fraction(0)),
                url_with(kind=kind, page=None) + "#why-causes",
            )
            for kind, here in kinds.items()
        ]
    return waterfall_of(float(start), steps, least=0.0 if by_score else FEW_PAIRS)


def link_of(told: ToldCause) -> str:
    """Return the address of the record behind a cause; "" when it is no more."""
    return url_for(OPENS[told.about], public_id=told.public_id) if told.public_id else ""


def signed(value: float | Fraction, places: int = 0) -> str:
    """Write a change with its sign ("+2", "−1", "0")."""
    text = number(value, places)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def exact(value: Fraction) -> str:
    """Write a share as an exact fraction ("−1/3") where that is short, else ""."""
    if value.denominator > LARGEST_DENOMINATOR:
        return ""
    return f"{signed(value.numerator)}/{value.denominator:,}" if value.denominator > 1 else signed(value)


def _value(told: ToldCause, *, by_score: bool) -> Fraction:
    return told.cause.share if by_score else Fraction(told.cause.together)


def _step(label: str, words: str, value: Fraction, url: str) -> Step:
    said = signed(value, 0 if value.denominator == 1 else 3)
    return Step(label, f"{words}: {said}", float(value), said, url)
