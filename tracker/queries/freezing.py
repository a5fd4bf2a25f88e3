"""What a snapshot puts away of a day: every figure with its receipt, sentences, picture, scenes, film, and the facts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import count as counting_up
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.graph import captions, captions_ahead
from tracker.graph.facts import Portfolio
from tracker.graph.figures import KINDS, OF_PAIRS, Figure, Name, Value, fixed
from tracker.graph.frozen import plain_facts, renamed
from tracker.graph.momentum import momentum
from tracker.graph.ties import pair_of
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative
from tracker.models.journeys import Journey
from tracker.models.moments import Moment
from tracker.queries.facts import current_portfolio
from tracker.queries.freezing_counts import Counting, plain_figure
from tracker.queries.freezing_film import plain_film
from tracker.queries.freezing_scenes import Occasion, plain_scenes
from tracker.queries.narrowing import EVERYTHING, Filters, Narrowing
from tracker.queries.organisation import frame
from tracker.queries.places import Place, places
from tracker.queries.presentations import Choice, story_of
from tracker.queries.scene_moments import took_part
from tracker.queries.stage import Month, Stage, stage
from tracker.queries.stories import Story, story_now
from tracker.queries.telling import Told

FORMAT = "tracker-snapshot-2"
RECORDS_FORMAT = "tracker-snapshot-records-1"
#: What each month is frozen with.
MONTHLY: tuple[Name, ...] = ("together", "required", "wins", "lessons", "momentum")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked to be frozen: the day, the day after which the scenes tell, and what stands over and under them.

    ``choice`` is the presentation whose scenes are told, None for those that are proposed; ``filters`` are what the
    story is narrowed to, in a presentation by its own.
    """

    on: date
    since: date
    title: str = ""
    classification: str = ""
    choice: Choice | None = None
    filters: Filters = EVERYTHING


@dataclass(frozen=True, slots=True)
class Frozen:
    """A day ready to be put away; ``statement`` still lacks the SHA-256 of ``records``."""

    version: int
    sentence: str
    statement: dict[str, Any]
    records: dict[str, Any]


def known_as(public_id: str) -> Callable[[str], str]:
    """Return how a snapshot calls a lead sponsor: a name of its own, from which nobody reads theirs."""
    return lambda person: hashlib.sha256(f"{public_id} {person}".encode()).hexdigest()[:12]


def freeze_day(session: Session, public_id: str, asked: Asked, today: date) -> Frozen:
    """Return a day as a snapshot with this public id puts it away.

    38 queries at most, 10 more of a presentation, and those of the facts when their version is new.

    Raises
    ------
    LookupError
        When the filters name what is not there, or a division without departments.
    """
    version, portfolio = current_portfolio(session)
    story, where, here = _story(session, asked, today), places(session), frame(session)
    narrowing = story.film.narrowing
    shown = _shown(session, story)
    names = _names(session)
    ids = {kind: {each[0]: id_ for id_, each in found.items()} for kind, found in names.items()}
    receipts = (f"{public_id}-{number}" for number in counting_up(1))
    counting = Counting(portfolio, receipts, ids, narrowing.wanted)
    own = narrowing.own(portfolio)
    _, sponsors = took_part(session, own, narrowing.inside(where), asked.since, asked.on)
    statement = {
        "format": FORMAT,
        "id": public_id,
        "title": asked.title,
        "classification": asked.classification,
        "organisation": here.name,
        "sample": here.has_sample,
        "since": asked.since.isoformat(),
        "on": asked.on.isoformat(),
        "frozen_on": today.isoformat(),
        "register_version": version,
        "filters": _filters(narrowing),
        "pairs": "crossings" if portfolio.journeys else "all",
        "settings": {**asdict(portfolio.settings), "together": str(portfolio.settings.together)},
        "figures": [_figure(each, counting) for each in _day_figures(portfolio, shown)],
        "months": [_month(each, counting) for each in shown.months[: shown.at + 1]],
        "sentences": _sentences(own, shown),
        "told": [_told(each) for each in shown.told],
        "track": _track(shown, where, counting),
        "later": [_month(each, counting) for each in story.film.months[story.at + 1 :]],
        "scenes": plain_scenes(story.scenes, Occasion(asked.since, asked.on, tuple(sponsors)), counting),
        "film": plain_film(story.film, story.captions, where, counting),
    }
    records = {
        "format": RECORDS_FORMAT,
        "id": public_id,
        "facts": plain_facts(renamed(portfolio, known_as(public_id))),
        "names": names,
    }
    return Frozen(version, shown.sentence, statement, records)


def _story(session: Session, asked: Asked, today: date) -> Story:
    if asked.choice is not None:
        return story_of(session, asked.choice, today)
    return story_now(session, since=asked.since, on=asked.on, today=today, filters=asked.filters)


def _shown(session: Session, story: Story) -> Stage:
    """Return the stage of the day; of a part as its film shows it."""
    if story.film.narrowing.filters:
        return story.film.still(story.at, story.captions[story.at])
    return stage(session, story.on, story.known_on, ahead=True)


def _filters(narrowing: Narrowing) -> dict[str, Any]:
    """Return what a story is narrowed to: records by public id and name, and by the ``key`` of the facts."""
    records = {"division": narrowing.division, "theme": narrowing.theme}
    found: dict[str, Any] = {
        name: {"id": each.public_id, "name": each.name, "key": getattr(narrowing.wanted, name)}
        for name, each in records.items()
        if each
    }
    return found | ({"kind": narrowing.filters.kind} if narrowing.filters.kind else {})


def _day_figures(portfolio: Portfolio, shown: Stage) -> Iterator[Figure]:
    """Yield the figures of the day: where the pairs stand, the two windows, the month, the pace."""
    on, days = shown.on, portfolio.settings.window_days
    since = on - timedelta(days - 1)
    yield from (Figure(name, on) for name in OF_PAIRS)
    for first, last in ((since, on), (since - timedelta(days), since - timedelta(1))):
        yield Figure("wins", last, first)
        yield Figure("lessons", last, first)
    yield Figure("moments", on, shown.month.since)
    yield Figure("momentum", on)


def _figure(figure: Figure, counting: Counting) -> dict[str, Any]:
    return plain_figure(figure) | counting.counted(figure)


def _month(month: Month, counting: Counting) -> dict[str, Any]:
    values = month_values(month.together, month.required, month.wins, month.lessons, month.momentum)
    return {
        "on": month.on.isoformat(),
        "since": month.since.isoformat(),
        "figures": [
            {"name": name, "value": values[name], "receipt": next(counting.receipts)} for name in MONTHLY
        ],
    }


def month_values(together: int, required: int, wins: int, lessons: int, pace: float) -> dict[Name, Value]:
    """Return what stood at a month's end, by the names of the figures."""
    return dict(zip(MONTHLY, (together, required, wins, lessons, fixed(pace)), strict=True))


def month_figure(name: Name, on: date, since: date) -> Figure:
    """Return the figure of a month: what is counted in it, or what stood at its end."""
    return Figure(name, on, since if name in KINDS and name != "momentum" else None)


def _sentences(own: Portfolio, shown: Stage) -> dict[str, Any]:
    pace, settings = momentum(own, shown.on), own.settings
    return {
        "headline": shown.sentence,
        "rest": captions.rest_sentence(shown.covered, settings.quiet_days),
        "caption": shown.caption,
        "story": list(shown.story),
        "moments": captions.counts_sentence(pace, settings.window_days),
        "label": captions.label_words(pace),
        "hold": captions.hold_sentence(pace),
        "pace": captions_ahead.pace_sentence(pace, settings),
    }


def _told(told: Told) -> dict[str, Any]:
    return {
        "id": told.public_id,
        "kind": told.kind,
        "title": told.title,
        "on": told.on.isoformat(),
        "departments": [{"id": each.public_id, "name": each.name} for each in told.departments],
    }


def _track(shown: Stage, where: dict[str, Place], counting: Counting) -> dict[str, Any]:
    """Return the places on the track and what joins them; between departments with its strength."""
    external = {each.public_id: id_ for id_, each in where.items()}
    ties = []
    for tie in shown.ties:
        found: dict[str, Any] = {"a": tie.a, "b": tie.b, "band": tie.band}
        if shown.grouping.kind == "departments" and tie.strength:
            figure = Figure("strength", shown.on, pair=pair_of(external[tie.a], external[tie.b]))
            found |= counting.counted(figure)
        ties.append(found)
    return {
        "grouping": shown.grouping.kind,
        "nodes": [{"id": each.id, "name": each.name, "open": each.is_open} for each in shown.nodes],
        "ties": ties,
    }


def _names(session: Session) -> dict[str, dict[str, list[str]]]:
    """Return public id and name of every record by its external id. 4 queries.

    A near miss keeps its title to itself until its team agrees to show it, and so does what was opened for one.
    """
    initiatives = session.execute(
        select(Initiative.external_id, Initiative.public_id, Initiative.title, Initiative.kind).where(
            Initiative.binned_at.is_(None)
        )
    )
    moments = session.execute(
        select(Moment.external_id, Moment.public_id, Moment.title, Moment.kind, Moment.ok_to_show).where(
            Moment.binned_at.is_(None)
        )
    )
    return {
        "departments": _named(session, Department),
        "journeys": _named(session, Journey),
        "initiatives": {
            id_: [public_id, title if kind != "near_miss" else ""]
            for id_, public_id, title, kind in initiatives
        },
        "moments": {
            id_: [public_id, title if kind != "near_miss" or ok else ""]
            for id_, public_id, title, kind, ok in moments
        },
    }


def _named(session: Session, model: type[Department | Journey]) -> dict[str, list[str]]:
    rows = session.execute(
        select(model.external_id, model.public_id, model.name).where(model.binned_at.is_(None))
    )
    return {id_: [public_id, name] for id_, public_id, name in rows}
