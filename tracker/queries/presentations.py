"""Presentations: the list, what each tells, and its story: the scenes of its period in its order and words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.graph.facts import Portfolio
from tracker.models.accounts import User
from tracker.models.presentations import Presentation
from tracker.queries.facts import current_portfolio
from tracker.queries.film import LONGEST_FLAG, MOST_FLAGS, Film, Flag
from tracker.queries.keeping import keep
from tracker.queries.narrowing import EVERYTHING, Filters, Narrowing, narrowing_of
from tracker.queries.places import Place, places
from tracker.queries.scene_moments import Shown, moments_named, near_misses_to_choose, wins_to_choose
from tracker.queries.scenes import Scene, near_miss_scene, win_scene
from tracker.queries.stories import Story, story_now
from tracker.queries.telling import Told

#: The kinds of scenes that tell one moment, and so can tell another.
TOLD_KINDS = ("win", "near_miss")
#: Every kind, in the order that is proposed.
KINDS = ("headline", "changed", "win", "near_miss", "next", "thanks")


@dataclass(frozen=True, slots=True)
class ChosenScene:
    """A scene of a presentation; ``moment`` is a public id, "" for the one proposed.

    A text that is "" stays as it is proposed. ``words`` and ``notes`` have a line a sentence.
    """

    kind: str
    moment: str = ""
    shown: bool = True
    title: str = ""
    words: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class ChosenFlag:
    """A flag of a presentation over the day of a moment, by public id, or over a month, by its last day."""

    words: str
    moment: str = ""
    month: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """All that a presentation says: the last ``months`` until today, or from ``since`` to ``on``, and what is told.

    ``division`` and ``theme`` are public ids, ``kind`` is that of initiatives; "" asks for nothing.
    """

    title: str
    months: int | None = None
    since: date | None = None
    on: date | None = None
    division: str = ""
    theme: str = ""
    kind: str = ""
    classification: str = ""
    scenes: tuple[ChosenScene, ...] = ()
    flags: tuple[ChosenFlag, ...] = ()

    @property
    def filters(self) -> Filters:
        """What it is narrowed to."""
        return Filters(self.division, self.theme, self.kind)

    @property
    def moments(self) -> set[str]:
        """The public ids of the moments that it names."""
        named = {each.moment for each in self.scenes} | {each.moment for each in self.flags}
        return named - {""}

    def period(self, today: date) -> tuple[date, date]:
        """Return the day before the period and its last day, which is never to come.

        >>> [str(day) for day in Choice("", months=3).period(date(2026, 6, 20))]
        ['2026-03-31', '2026-06-20']
        """
        if self.months is None and self.since and self.on:
            on = min(self.on, today)
            return min(self.since, on - timedelta(1)), on
        at = today.year * 12 + today.month - (self.months or 1)
        return date(at // 12, at % 12 + 1, 1) - timedelta(1), today


@dataclass(frozen=True, slots=True)
class PresentationRow:
    """A presentation in the list; ``who`` put it together, "" where the account is gone."""

    public_id: str
    title: str
    months: int | None
    since: date | None
    on: date | None
    scenes: int
    who: str


@dataclass(frozen=True, slots=True)
class Composition:
    """A choice as its composer shows it: the story it tells, and what it could tell instead.

    ``proposed`` has what each of its scenes would tell without own words, None where the period has nothing for it.
    ``wins`` and ``near_misses`` are those to choose from.
    """

    story: Story
    proposed: tuple[Scene | None, ...]
    wins: tuple[Shown, ...]
    near_misses: tuple[Shown, ...]

    @property
    def months(self) -> tuple[date, ...]:
        """The last days of the months of the film, the newest first."""
        return tuple(month.on for month in reversed(self.story.film.months))


def count_presentations(session: Session) -> int:
    """Return how many presentations there are. 1 query."""
    return session.scalar(select(func.count(Presentation.id)).where(Presentation.binned_at.is_(None))) or 0


def list_presentations(session: Session, *, limit: int = 50, offset: int = 0) -> tuple[PresentationRow, ...]:
    """Return one page of the presentations, the newest first. 1 query."""
    rows = session.execute(
        select(
            Presentation.public_id,
            Presentation.title,
            Presentation.months,
            Presentation.since,
            Presentation.on_day,
            Presentation.scenes,
            func.coalesce(User.name, "").label("who"),
        )
        .outerjoin(User, User.id == Presentation.created_by_id)
        .where(Presentation.binned_at.is_(None))
        .order_by(Presentation.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(
        PresentationRow(
            public_id=row.public_id,
            title=row.title,
            months=row.months,
            since=row.since,
            on=row.on_day,
            scenes=sum(bool(each["shown"]) for each in row.scenes),
            who=row.who,
        )
        for row in rows
    )


def choice_of(presentation: Presentation) -> Choice:
    """Return what a presentation says."""
    return Choice(
        title=presentation.title,
        months=presentation.months,
        since=presentation.since,
        on=presentation.on_day,
        division=presentation.division,
        theme=presentation.theme,
        kind=presentation.kind,
        classification=presentation.classification,
        scenes=tuple(ChosenScene(**_known(ChosenScene, each)) for each in presentation.scenes),
        flags=tuple(ChosenFlag(**_known(ChosenFlag, each)) for each in presentation.flags),
    )


def rows_of(choice: Choice) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the scenes and the flags of a choice as a presentation keeps them."""
    return [asdict(each) for each in choice.scenes], [asdict(each) for each in choice.flags]


def _known(kind: type, kept: dict[str, Any]) -> dict[str, Any]:
    """Return of what was kept the fields that there are."""
    return {each.name: kept[each.name] for each in fields(kind) if each.name in kept}


def story_of_presentation(session: Session, presentation: Presentation, today: date) -> Story:
    """Return the story of a presentation as it is known today. At most 25 queries, those of the facts left out."""
    return story_of(session, choice_of(presentation), today)


def story_of(session: Session, choice: Choice, today: date) -> Story:
    """Return the story that a choice tells. At most 25 queries, those of the facts left out."""
    return _composed(session, choice, today)[0]


def compose(session: Session, choice: Choice, today: date) -> Composition:
    """Return a choice as its composer shows it. At most 28 queries, those of the facts left out."""
    story, proposed, portfolio = _composed(session, choice, today)
    where, first = places(session), story.since + timedelta(1)
    return Composition(
        story,
        proposed,
        wins_to_choose(session, portfolio, where, first, story.on),
        near_misses_to_choose(session, portfolio, where, first, story.on),
    )


def _composed(
    session: Session, choice: Choice, today: date
) -> tuple[Story, tuple[Scene | None, ...], Portfolio]:
    """Return the story of a choice, what each of its scenes would tell as proposed, and the facts behind."""
    told, portfolio = _proposed(session, choice, today)
    where = places(session)
    named = moments_named(session, portfolio, where, (date.min, told.on), choice.moments)
    film = (
        replace(told.film, flags=tuple(_flags(choice, told.film, named, where)))
        if choice.flags
        else told.film
    )
    proposed = tuple(_scenes(choice, told, named))
    story = replace(
        told,
        title=choice.title,
        classification=choice.classification,
        film=film,
        scenes=tuple(
            _in_own_words(scene, each)
            for scene, each in zip(proposed, choice.scenes, strict=True)
            if scene and each.shown
        ),
    )
    return story, proposed, portfolio


def proposed_scenes(session: Session, choice: Choice, today: date) -> tuple[ChosenScene, ...]:
    """Return the scenes that are proposed for a period. At most 20 queries, those of the facts left out."""
    return tuple(ChosenScene(each.kind) for each in _proposed(session, choice, today)[0].scenes)


def moment_of(scene: Scene) -> str:
    """Return the public id of the moment that a scene tells, "" where it tells none."""
    return next((dict(each.values)["public_id"] for each in scene.sources if each.page == "moments.show"), "")


def _proposed(session: Session, choice: Choice, today: date) -> tuple[Story, Portfolio]:
    """Return the story as it is proposed, and the facts whose wins it tells.

    Where what it is narrowed to is gone, the whole story is told.
    """
    since, on = choice.period(today)
    _, portfolio = current_portfolio(session)
    narrowing = narrowing_of(session, choice.filters)
    filters = choice.filters if narrowing and _has_departments(session, narrowing) else EVERYTHING
    story = keep(
        session,
        "proposed story",
        (since, on, today, filters),
        lambda: story_now(session, since=since, on=on, today=today, filters=filters),
    )
    return story, narrowing.own(portfolio) if narrowing and filters else portfolio


def _has_departments(session: Session, narrowing: Narrowing) -> bool:
    """Say whether the division that is told has a department; without one nothing can be told of it."""
    return narrowing.division is None or bool(narrowing.inside(places(session)))


def _scenes(choice: Choice, told: Story, named: dict[str, Shown]) -> Iterator[Scene | None]:
    """Yield what each scene of a choice tells, None where the period has nothing for it.

    One without a moment takes the next that is proposed, whether it is shown or not.
    """
    taken = {each.moment for each in choice.scenes if each.moment}
    left = {
        kind: iter([each for each in told.scenes if each.kind == kind and moment_of(each) not in taken])
        for kind in KINDS
    }
    for each in choice.scenes:
        shown = named.get(each.moment)
        if not each.moment:
            yield next(left.get(each.kind, iter(())), None)
        elif shown is None or shown.kind != each.kind or not told.since < shown.on <= told.on:
            yield None
        else:
            yield (win_scene if each.kind == "win" else near_miss_scene)(shown, told.on)


def _in_own_words(scene: Scene, chosen: ChosenScene) -> Scene:
    """Return a scene with the texts of its author; its figures and the pages behind them stay."""
    title, words = chosen.title or scene.title, lines_of(chosen.words) or scene.words
    spoken = tuple(each for each in scene.notes if each not in (scene.title, *scene.words))
    notes = (title, *words, *(lines_of(chosen.notes) or spoken))
    return replace(scene, title=title, words=words, notes=tuple(dict.fromkeys(notes)))


def lines_of(text: str) -> tuple[str, ...]:
    """Return the lines of a text that say something."""
    return tuple(line for each in text.splitlines() if (line := each.strip()))


def _flags(choice: Choice, film: Film, named: dict[str, Shown], where: dict[str, Place]) -> list[Flag]:
    """Return the flags of a choice over their months, in the order of the film."""
    found = []
    for each in choice.flags[:MOST_FLAGS]:
        shown = named.get(each.moment)
        on = shown.on if shown else date.fromisoformat(each.month) if each.month else None
        at = next((at for at, month in enumerate(film.months) if on and month.since <= on <= month.on), None)
        if at is not None and on is not None:
            taking_part = shown.taking_part if shown else ()
            kind = shown.kind if shown else "win"
            told = Told(
                each.moment, kind, each.words[:LONGEST_FLAG], on, tuple(where[id_] for id_ in taking_part)
            )
            found.append(Flag(at, told))
    return sorted(found, key=lambda flag: flag.at)
