"""Give a day and a period away as a PowerPoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy.orm import Session

from tracker.exchange.deck import Telling, make_deck
from tracker.exchange.deck_templates import LARGEST, UnusableTemplate
from tracker.queries.dashboard import month_ends
from tracker.queries.facts import current_portfolio
from tracker.queries.film import Film, caption_at, film
from tracker.queries.narrowing import EVERYTHING, Filters
from tracker.queries.organisation import frame
from tracker.queries.scenes import Source, scenes
from tracker.queries.stage import Stage, stage, stage_days
from tracker.services.errors import InvalidInput

#: The film shows so many months; scenes tell so many unless another day is named.
FILM_MONTHS, PERIOD_MONTHS = 6, 3
#: A classification has a line, no more.
CLASSIFICATION_LIMIT = 80
MEGABYTES = LARGEST // 1024 // 1024
#: What is said where the story is to be narrowed to what nobody knows.
NOT_THERE = "What the story is narrowed to is not there, or has no department. Choose again what to show."


def powerpoint(
    session: Session,
    *,
    on: date,
    since: date,
    today: date,
    address: Callable[[Source], str],
    classification: str = "",
    template: bytes | None = None,
    filters: Filters = EVERYTHING,
) -> bytes:
    """Return the scenes of a day and of what came after ``since`` as a .pptx file; reads only.

    At most 45 queries, and those of the facts when their version is new. ``template``: a company's .pptx or
    .potx, whose layouts are filled. ``filters``: only that part of the story.

    Raises
    ------
    InvalidInput
        When the days are in the wrong order or to come, the classification is long, the template cannot be used,
        or the filters name what is not there.
    """
    if wrong := _wrong(on, since, today, classification):
        raise InvalidInput(wrong)
    _, portfolio = current_portfolio(session)
    days = film_days(stage_days(portfolio, today), on)
    part = film(session, on, today, filters) if filters else None
    if filters and part is None:
        raise InvalidInput({"": NOT_THERE})
    telling = Telling(
        scenes=scenes(session, since, on, filters),
        film=_stills(session, part, days) if part else [stage(session, day, today) for day in days],
        organisation=frame(session).name,
        classification=classification,
        crossings=bool(portfolio.journeys),
        on=on,
        address=address,
        filters=filters,
    )
    try:
        return make_deck(telling, template)
    except UnusableTemplate as error:
        raise InvalidInput({"template": str(error)}) from error


def _stills(session: Session, found: Film, days: Iterable[date]) -> list[Stage]:
    """Return days of a film as pictures that stand still. 2 queries for each."""
    places = [found.place_of(day) for day in days]
    return [found.still(at, caption_at(session, found, at)) for at in places]


def _wrong(on: date, since: date, today: date, classification: str) -> dict[str, str]:
    found = {}
    if on > today:
        found["on"] = "Choose today or a day before it: what is to come cannot be told yet."
    if since >= on:
        found["since"] = "Choose a day before the day that is told."
    if len(classification) > CLASSIFICATION_LIMIT:
        found["classification"] = f"A classification can have {CLASSIFICATION_LIMIT} characters."
    return found


def film_days(days: list[date], on: date) -> list[date]:
    """Return the days of the film: the last month ends of the register before a day, and the day.

    >>> [str(day) for day in film_days([date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 20)], date(2026, 6, 20))]
    ['2026-04-30', '2026-05-31', '2026-06-20']
    """
    return [*[day for day in days if day < on][-(FILM_MONTHS - 1) :], on]


def usual_since(on: date) -> date:
    """Return the third month end before a day.

    >>> str(usual_since(date(2026, 6, 30))), str(usual_since(date(2026, 5, 12)))
    ('2026-03-31', '2026-02-28')
    """
    months = month_ends(date(on.year - 1, on.month, 1), on)
    return months[-1 - PERIOD_MONTHS]
