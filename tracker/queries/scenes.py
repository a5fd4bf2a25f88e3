"""The scenes of a day and a period: what a room is told in which order, with the pages behind every number.

What a scene says of departments and people follows the law of the stage: by name only where something came to be,
where they took part, or where two could be brought together next.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from operator import attrgetter
from typing import Literal

from sqlalchemy.orm import Session

from tracker.graph import captions
from tracker.graph import captions_scenes as said
from tracker.graph.bridges import linking
from tracker.graph.captions_filtered import part_words, placed, took_part_words
from tracker.graph.captions_shown import known_words, shown_words
from tracker.graph.counting import together_on
from tracker.graph.facts import Portfolio
from tracker.graph.momentum import beats, momentum
from tracker.graph.series import CoveragePoint
from tracker.graph.wording import day_words
from tracker.queries.changed import changed_at
from tracker.queries.facts import current_portfolio
from tracker.queries.journeys import important_journeys
from tracker.queries.narrowing import EVERYTHING, Filters, Narrowing, narrowing_of
from tracker.queries.places import Place, places
from tracker.queries.scene_moments import Shown, near_miss_to_show, took_part, wins_to_show
from tracker.queries.showings import Compared, compared_on, lately_named, showings
from tracker.queries.stage import next_pairs
from tracker.queries.strands import covered_by

SceneKind = Literal["headline", "changed", "win", "near_miss", "next", "thanks"]

#: So many journeys are told, the most important first.
MOST_JOURNEYS = 4


@dataclass(frozen=True, slots=True)
class Source:
    """The page behind what is said: its words as a link, its name, and the arguments of its address.

    ``receipt`` is the one that stands for the page in a snapshot, "" outside of one and where none was given.
    """

    words: str
    page: str
    values: tuple[tuple[str, str], ...]
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a scene with what it counts, the page that shows its records, and its receipt in a snapshot.

    ``whole`` is the receipt of the number that ``words`` say it is a part of.
    """

    value: int
    words: str
    source: Source
    receipt: str = ""
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene: a title, sentences below it, its numbers, what the speaker reads, and the pages behind it.

    ``departments``: those that brought a win or a lesson, or that could be brought together next, by external id.
    ``receipts``: in a snapshot, those of further numbers in its sentences, each with what it counts.
    """

    kind: SceneKind
    title: str
    words: tuple[str, ...]
    figures: tuple[Figure, ...]
    notes: tuple[str, ...]
    sources: tuple[Source, ...]
    departments: tuple[str, ...] = ()
    receipts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """What the scenes are made from: the facts, the places, the days, coverage before and now, and what was shown.

    ``portfolio`` and ``where`` are the whole; ``work`` and ``own`` the initiatives whose pairs and whose wins are
    told, ``inside`` the departments of the division that is opened.
    """

    portfolio: Portfolio
    work: Portfolio
    own: Portfolio
    narrowing: Narrowing
    where: dict[str, Place]
    inside: dict[str, Place]
    since: date
    on: date
    before: CoveragePoint
    now: CoveragePoint
    compared: Compared | None

    @property
    def first(self) -> date:
        """The first day of the period, the one after ``since``."""
        return self.since + timedelta(1)

    @property
    def crossings(self) -> bool:
        """Say whether journeys say which pairs are needed."""
        return bool(self.portfolio.journeys)


def scenes(session: Session, since: date, on: date, filters: Filters = EVERYTHING) -> tuple[Scene, ...]:
    """Return the scenes of a day, telling what came after ``since``, in their order; of a part where one is asked for.

    At most 13 queries, and those of the facts when their version is new. A scene with nothing to tell is left out.

    Raises
    ------
    LookupError
        When the filters name what is not there, or a division without departments.
    """
    _, portfolio = current_portfolio(session)
    where, shown, narrowing = places(session), showings(session, on), narrowing_of(session, filters)
    inside = narrowing.inside(where) if narrowing else {}
    if narrowing is None or (narrowing.division and not inside):
        raise LookupError(filters)
    work, own = narrowing.work(portfolio), narrowing.own(portfolio)
    before, now = covered_by(portfolio, [since, on], narrowing, inside)
    (compared,) = compared_on(
        shown, filters, [on], lambda days: covered_by(portfolio, days, narrowing, inside)
    )
    period = Period(portfolio, work, own, narrowing, where, inside, since, on, before, now, compared)
    near_miss = near_miss_to_show(session, own, where, period.first, on)
    wins = wins_to_show(session, own, where, (period.first, on), lately_named(shown))
    found = [
        _headline(period),
        _changed(period),
        *(win_scene(each, on) for each in wins),
        near_miss_scene(near_miss, on) if near_miss else None,
        _next(session, period),
        _thanks(session, period),
    ]
    return tuple(each for each in found if each)


def _headline(period: Period) -> Scene:
    """Tell how many pairs work together, beside what was shown of them or was known, and the wins of the period."""
    since, on, compared = period.since, period.on, period.compared
    wins, lessons = _counted(period)
    earlier = said.earlier_sentence(period.before.together, since, on) if period.before.required else ""
    words = (
        compared.sentence if compared else earlier,
        said.period_sentence(wins, lessons, since, on, period.narrowing.words),
    )
    pace = momentum(period.own, on)
    spoken = (
        captions.counts_sentence(pace, period.portfolio.settings.window_days),
        captions.hold_sentence(pace),
    )
    title = period.narrowing.sentence(period.now, crossings=period.crossings)
    figures = tuple(_headline_figures(period, wins, lessons))
    sources = tuple(_shown_sources(period, compared)) if compared else ()
    return _scene("headline", title, words, figures=figures, spoken=spoken, sources=sources)


def _shown_sources(period: Period, compared: Compared) -> Iterator[Source]:
    """Yield the page of the number as it was shown, and of that day as it is known now."""
    yield _source(shown_words(compared.shown_on, period.on), "receipts.show", receipt=compared.receipt)
    yield _pairs_source(known_words(compared.on, period.on), period, compared.on)


def _headline_figures(period: Period, wins: int, lessons: int) -> Iterator[Figure]:
    since, on, now = period.since, period.on, period.now
    noun = captions.PAIRS[period.crossings][now.required != 1]
    if now.required:
        source = _pairs_source("The pairs that work together", period, on)
        yield Figure(now.together, f"of {now.required:,} {noun}", source)
    if period.before.required:
        source = _pairs_source(f"Those of {day_words(since, on)}", period, since)
        yield Figure(period.before.together, f"on {day_words(since, on)}", source)
    filters = period.narrowing.filters
    part = {"division": filters.division, "theme": filters.theme, "work": filters.kind}
    for count, one, more, kind in (
        (wins, "quick win", "quick wins", "win"),
        (lessons, "lesson", "lessons", "near_miss"),
    ):
        if count:
            words, days = one if count == 1 else more, {"since": period.first, "until": on, "on": on}
            asked = {key: id_ for key, id_ in part.items() if id_}
            source = _source(f"The {more}", "moments.index", **days, kind=kind, counted="yes", **asked)
            yield Figure(count, words, source)


def _counted(period: Period) -> tuple[int, int]:
    """Return how many wins and lessons of the period count."""
    found, day = beats(period.own), attrgetter("day")
    first = bisect_left(found, period.first.toordinal(), key=day)
    here = found[first : bisect_right(found, period.on.toordinal(), key=day)]
    return sum(each.wins for each in here), sum(each.lessons for each in here)


def _changed(period: Period) -> Scene | None:
    """Tell the story of the period, a fall by its causes."""
    since, on, before, now = period.since, period.on, period.before, period.now
    if not now.required:
        return None
    names, part = {id_: place.name for id_, place in period.where.items()}, period.narrowing.words
    inside = period.inside if period.narrowing.division else None
    together = before.together, now.together
    changed = changed_at(period.portfolio, (since, on), 1, together, work=period.work, inside=inside)
    counts = ((before.together, before.required), (now.together, now.required))
    moved = placed(captions.from_to_sentence(*counts, crossings=period.crossings), part)
    words = captions.story(changed.found, names, changed.kinds, dip=changed.dip) or (moved,)
    sources = (
        (
            _pairs_source(f"Those of {day_words(since, on)}", period, since),
            _pairs_source(f"Those of {day_words(on, on)}", period, on),
        )
        if part
        else (_source("Why it changed", "why.show", **{"from": since}, to=on),)
    )
    return _scene("changed", said.since_words(since, on, part), words, spoken=(moved,), sources=sources)


def win_scene(win: Shown, on: date) -> Scene:
    """Tell a win: who brought it, where and when, and how its measure moved; a note is for the speaker alone."""
    measure = (
        said.moved_words(win.measure[0], *(f"{each:g}" for each in win.measure[1:])) if win.measure else ""
    )
    words = (
        measure,
        said.who_sentence(win.departments),
        said.where_sentence(win.initiative.name, win.on, on),
        said.sponsored_sentence(win.sponsors),
    )
    return _scene(
        "win", win.title, words, spoken=(win.note,), sources=_receipts(win, "The win", on), shown=win
    )


def near_miss_scene(miss: Shown, on: date) -> Scene:
    """Tell a near miss by its lesson."""
    words = (said.learned_sentence(miss.departments), said.where_sentence(miss.initiative.name, miss.on, on))
    sources = _receipts(miss, "The lesson", on)
    return _scene("near_miss", miss.lesson, words, spoken=(miss.next_time,), sources=sources, shown=miss)


def _receipts(shown: Shown, words: str, on: date) -> tuple[Source, ...]:
    return (
        _source(words, "moments.show", public_id=shown.public_id, on=on),
        _source(
            f"“{shown.initiative.name}”", "initiatives.show", public_id=shown.initiative.public_id, on=on
        ),
    )


def _next(session: Session, period: Period) -> Scene | None:
    """Tell the crossings by journey, and the pair to bring together next; or that all of them are."""
    portfolio, where, on = period.portfolio, period.where, period.on
    inside = period.inside if period.narrowing.division else None
    if not period.now.required:
        return None
    is_whole = period.crossings and not period.narrowing.filters
    journeys = list(_journeys(session, on)) if is_whole else []
    told = tuple(said.journey_sentence(name, each.value, required) for name, each, required in journeys)
    figures = tuple(each for _, each, _ in journeys)
    for best in next_pairs(portfolio, on, inside).part(0, 1):
        one, other = sorted((where[id_] for id_ in best.pair), key=lambda place: place.name.casefold())
        brings = best.pair not in together_on(portfolio, on)
        linked = said.linking_sentence(len(linking(portfolio, on, best.pair)))
        adds = captions.adds_sentence(brings=brings, crossings=period.crossings)
        sources = (
            _source("The two, and who could help", "pairs.show", a=one.public_id, b=other.public_id, on=on),
            _source("All pairs to bring together next", "bridges.index", on=on),
        )
        title = said.bridge_sentence(one.name, other.name)
        scene = _scene("next", title, (linked, adds, *told), figures=figures, sources=sources)
        return replace(scene, departments=best.pair)
    division = period.narrowing.division
    title = said.whole_sentence(period.now.required, crossings=period.crossings)
    title = placed(title, part_words(division.name)) if division else title
    opened = {"division": division.public_id} if division else {}
    source = _source("The pairs that work together", "pairs.index", band="together", on=on, **opened)
    return _scene("next", title, told, figures=figures, sources=(source,))


def _journeys(session: Session, on: date) -> Iterator[tuple[str, Figure, int]]:
    """Yield the most important journeys of a day that count a crossing, with how many of theirs work together."""
    for each in important_journeys(session, on, MOST_JOURNEYS):
        if each.required:
            source = _source(f"“{each.name}”", "journeys.show", public_id=each.public_id, on=on)
            words = f"of {each.required:,} in “{each.name}”"
            yield each.name, Figure(each.together, words, source), each.required


def _thanks(session: Session, period: Period) -> Scene | None:
    """Thank the departments that took part and the sponsors behind the work, by name."""
    departments, people = took_part(session, period.own, period.inside, period.since, period.on)
    if not departments:
        return None
    everybody, part = len(departments) + len(people), took_part_words(*period.narrowing.names)
    words = (
        said.thanked_sentence(departments, part),
        said.thanked_sentence(people, said.SUPPORTED),
    )
    spoken = (
        said.thanked_sentence(departments, part, most=everybody),
        said.thanked_sentence(people, said.SUPPORTED, most=everybody),
    )
    sources = (
        _source("The departments", "departments.index", on=period.on),
        _source("The sponsors", "sponsors.index", on=period.on),
    )
    return _scene("thanks", said.THANKS, words, spoken=spoken, sources=sources)


def _scene(
    kind: SceneKind,
    title: str,
    words: tuple[str, ...],
    *,
    figures: tuple[Figure, ...] = (),
    spoken: tuple[str, ...] = (),
    sources: tuple[Source, ...] = (),
    shown: Shown | None = None,
) -> Scene:
    """Make a scene; its notes are what it says, and what only the speaker reads after that, each once."""
    said_below = tuple(each for each in words if each)
    notes = tuple(dict.fromkeys(each for each in (title, *said_below, *spoken) if each))
    behind = (*(each.source for each in figures), *sources)
    return Scene(kind, title, said_below, figures, notes, behind, shown.taking_part if shown else ())


def _pairs_source(words: str, period: Period, on: date) -> Source:
    """Name the list of the pairs that work together on a day, of the part that is told."""
    return _source(words, "pairs.index", band="together", on=on, **period.narrowing.filters.asked)


def _source(words: str, page: str, **values: str | date) -> Source:
    """Name a page with the arguments of its address; days as they are written there."""
    return Source(words, page, tuple((name, str(value)) for name, value in values.items()))
