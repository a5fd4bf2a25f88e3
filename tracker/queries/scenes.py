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
from tracker.graph.bridges import linking, ranking
from tracker.graph.changes import changes, dip_causes
from tracker.graph.counting import together_on
from tracker.graph.facts import Portfolio
from tracker.graph.momentum import beats, momentum
from tracker.graph.series import CoveragePoint, coverage_series
from tracker.graph.succession import index
from tracker.graph.wording import day_words
from tracker.queries.facts import current_portfolio
from tracker.queries.journeys import journey_rows
from tracker.queries.places import Place, places
from tracker.queries.scene_moments import Shown, near_miss_to_show, took_part, wins_to_show

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
    """What the scenes are made from: the facts, the places, the days, and coverage before and now."""

    portfolio: Portfolio
    where: dict[str, Place]
    since: date
    on: date
    before: CoveragePoint
    now: CoveragePoint

    @property
    def first(self) -> date:
        """The first day of the period, the one after ``since``."""
        return self.since + timedelta(1)

    @property
    def crossings(self) -> bool:
        """Say whether journeys say which pairs are needed."""
        return bool(self.portfolio.journeys)


def scenes(session: Session, since: date, on: date) -> tuple[Scene, ...]:
    """Return the scenes of a day, telling what came after ``since``, in their order.

    At most 9 queries, and those of the facts when their version is new. A scene with nothing to tell is left out.
    """
    _, portfolio = current_portfolio(session)
    where = places(session)
    before, now = coverage_series(portfolio, [since, on])
    period = Period(portfolio, where, since, on, before, now)
    near_miss = near_miss_to_show(session, portfolio, where, period.first, on)
    found = [
        _headline(period),
        _changed(period),
        *(win_scene(each, on) for each in wins_to_show(session, portfolio, where, period.first, on)),
        near_miss_scene(near_miss, on) if near_miss else None,
        _next(session, period),
        _thanks(session, period),
    ]
    return tuple(each for each in found if each)


def _headline(period: Period) -> Scene:
    """Tell how many pairs work together, and how many wins the period brought."""
    since, on, now = period.since, period.on, period.now
    wins, lessons = _counted(period)
    figures = list(_headline_figures(period, wins, lessons))
    earlier = said.earlier_sentence(period.before.together, since, on) if period.before.required else ""
    words = (earlier, said.period_sentence(wins, lessons, since, on))
    pace = momentum(period.portfolio, on)
    spoken = (
        captions.counts_sentence(pace, period.portfolio.settings.window_days),
        captions.hold_sentence(pace),
    )
    title = captions.together_sentence(now, crossings=period.crossings)
    return _scene("headline", title, words, figures=tuple(figures), spoken=spoken)


def _headline_figures(period: Period, wins: int, lessons: int) -> Iterator[Figure]:
    since, on, now = period.since, period.on, period.now
    noun = captions.PAIRS[period.crossings][now.required != 1]
    if now.required:
        source = _source("The pairs that work together", "pairs.index", band="together", on=on)
        yield Figure(now.together, f"of {now.required:,} {noun}", source)
    if period.before.required:
        source = _source(f"Those of {day_words(since, on)}", "pairs.index", band="together", on=since)
        yield Figure(period.before.together, f"on {day_words(since, on)}", source)
    for count, one, more, kind in (
        (wins, "quick win", "quick wins", "win"),
        (lessons, "lesson", "lessons", "near_miss"),
    ):
        if count:
            words, days = one if count == 1 else more, {"since": period.first, "until": on, "on": on}
            yield Figure(
                count, words, _source(f"The {more}", "moments.index", **days, kind=kind, counted="yes")
            )


def _counted(period: Period) -> tuple[int, int]:
    """Return how many wins and lessons of the period count."""
    found, day = beats(period.portfolio), attrgetter("day")
    first = bisect_left(found, period.first.toordinal(), key=day)
    here = found[first : bisect_right(found, period.on.toordinal(), key=day)]
    return sum(each.wins for each in here), sum(each.lessons for each in here)


def _changed(period: Period) -> Scene | None:
    """Tell the story of the period, a fall by its causes."""
    portfolio, since, on = period.portfolio, period.since, period.on
    before, now = period.before, period.now
    if not now.required:
        return None
    fell = now.together < before.together
    found = changes(portfolio, since, on)
    causes = dip_causes(portfolio, since, on) if fell else ()
    known, names = index(portfolio).initiatives, {id_: place.name for id_, place in period.where.items()}
    kinds = {id_: known[id_].kind for each in (*found, *causes) for id_ in each.initiatives}
    dip = captions.dip_sentence(before.together, now.together, causes, kinds) if fell else ""
    counts = ((before.together, before.required), (now.together, now.required))
    moved = captions.from_to_sentence(*counts, crossings=period.crossings)
    words = captions.story(found, names, kinds, dip=dip) or (moved,)
    source = _source("Why it changed", "why.show", **{"from": since}, to=on)
    return _scene("changed", said.since_words(since, on), words, spoken=(moved,), sources=(source,))


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
    if not period.now.required:
        return None
    journeys = list(_journeys(session, on)) if period.crossings else []
    told = tuple(said.journey_sentence(name, each.value, required) for name, each, required in journeys)
    figures = tuple(each for _, each, _ in journeys)
    for best in ranking(portfolio, on).part(0, 1):
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
    title = said.whole_sentence(period.now.required, crossings=period.crossings)
    source = _source("The pairs that work together", "pairs.index", band="together", on=on)
    return _scene("next", title, told, figures=figures, sources=(source,))


def _journeys(session: Session, on: date) -> Iterator[tuple[str, Figure, int]]:
    """Yield the most important journeys of a day that count a crossing, with how many of theirs work together."""
    for each in journey_rows(session, "", "now", on, sort="-importance", limit=MOST_JOURNEYS):
        if each.required:
            source = _source(f"“{each.name}”", "journeys.show", public_id=each.public_id, on=on)
            words = f"of {each.required:,} in “{each.name}”"
            yield each.name, Figure(each.together, words, source), each.required


def _thanks(session: Session, period: Period) -> Scene | None:
    """Thank the departments that took part and the sponsors behind the work, by name."""
    departments, people = took_part(session, period.portfolio, period.where, period.since, period.on)
    if not departments:
        return None
    everybody = len(departments) + len(people)
    words = (
        said.thanked_sentence(departments, said.TOOK_PART),
        said.thanked_sentence(people, said.SUPPORTED),
    )
    spoken = (
        said.thanked_sentence(departments, said.TOOK_PART, most=everybody),
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


def _source(words: str, page: str, **values: str | date) -> Source:
    """Name a page with the arguments of its address; days as they are written there."""
    return Source(words, page, tuple((name, str(value)) for name, value in values.items()))
