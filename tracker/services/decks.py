"""Give the story of a day away as a PowerPoint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from tracker.exchange.deck import Telling, make_deck
from tracker.exchange.deck_templates import LARGEST, UnusableTemplate
from tracker.queries.dashboard import month_ends
from tracker.queries.narrowing import EVERYTHING, Filters
from tracker.queries.scenes import Source
from tracker.queries.stories import Story, story_now
from tracker.services.errors import InvalidInput

#: Scenes tell so many months unless another day is named.
PERIOD_MONTHS = 3
#: A classification has a line, no more.
CLASSIFICATION_LIMIT = 80
MEGABYTES = LARGEST // 1024 // 1024
#: What is said where the story is to be narrowed to what nobody knows.
NOT_THERE = "What the story is narrowed to is not there, or has no department. Choose again what to show."


def powerpoint(story: Story, *, address: Callable[[Source], str], template: bytes | None = None) -> bytes:
    """Return a story as a .pptx file, whether it is read from the register or from a snapshot.

    ``address`` gives the full address of what stands behind a number: of its page, or in a snapshot of its receipt.
    ``template``: a company's .pptx or .potx, whose layouts are filled.

    Raises
    ------
    InvalidInput
        When the template cannot be used.
    """
    try:
        return make_deck(Telling(story, address), template)
    except UnusableTemplate as error:
        raise InvalidInput({"template": str(error)}) from error


def story_to_give(
    session: Session,
    *,
    on: date,
    since: date,
    today: date,
    classification: str = "",
    filters: Filters = EVERYTHING,
) -> Story:
    """Return the story of a day as it is known today, to be given away; reads only. ``filters``: a part of it.

    At most 28 queries, and those of the facts when their version is new.

    Raises
    ------
    InvalidInput
        When the days are in the wrong order or to come, the classification is long, or the filters name what is
        not there.
    """
    refuse_story(on, since, today, classification)
    try:
        story = story_now(session, since=since, on=on, today=today, filters=filters)
    except LookupError as error:
        raise InvalidInput({"": NOT_THERE}) from error
    return replace(story, classification=classification)


def refuse_story(on: date, since: date, today: date, classification: str) -> None:
    """Refuse days in the wrong order or to come, and a long classification, before anything is told.

    Raises
    ------
    InvalidInput
        With what is wrong, by the field.
    """
    found = {}
    if on > today:
        found["on"] = "Choose today or a day before it: what is to come cannot be told yet."
    if since >= on:
        found["since"] = "Choose a day before the day that is told."
    if len(classification) > CLASSIFICATION_LIMIT:
        found["classification"] = f"A classification can have {CLASSIFICATION_LIMIT} characters."
    if found:
        raise InvalidInput(found)


def usual_since(on: date) -> date:
    """Return the third month end before a day.

    >>> str(usual_since(date(2026, 6, 30))), str(usual_since(date(2026, 5, 12)))
    ('2026-03-31', '2026-02-28')
    """
    months = month_ends(date(on.year - 1, on.month, 1), on)
    return months[-1 - PERIOD_MONTHS]
