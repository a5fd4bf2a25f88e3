"""A story as screens: its scenes and the film between them, each with all that its template draws and no query.

Every way to show a story (the register now, a presentation, a snapshot, a shared link) draws the same screens;
only their addresses are its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tracker.exchange.flagging import DrawnFlag, flags_of
from tracker.exchange.staging import Chart, Track, chart_of, track_of
from tracker.graph import layout
from tracker.graph.wording import MONTHS
from tracker.queries.places import Place
from tracker.queries.scenes import Figure, Scene, SceneKind, Source
from tracker.queries.stage import Stage
from tracker.queries.stories import Story
from tracker.queries.telling import Told

ScreenKind = Literal["film"] | SceneKind

#: A title of more letters is written smaller, and of still more smaller again, so that all of it stands.
LONG_TITLE, LONGER_TITLE = 44, 110
#: The same for all that stands below a title.
LONG_WORDS, LONGER_WORDS = 320, 700
#: How a customer measure that moved is said (``captions_scenes.moved_words``).
MOVED = re.compile(r"(?P<name>.+): (?P<before>\S+) → (?P<after>\S+)\.")
#: Scenes told beside the track, with those lit that they name.
BESIDE_TRACK = ("headline", "win", "near_miss", "next")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the screens of a story lead; "" for what their reader cannot open.

    ``scene`` takes the number of a screen, from 1. ``source`` gives the page behind a number, ``receipt`` that of
    a receipt by its id. ``film`` plays the film, ``notes`` are the speaker's by the number of the screen, ``close``
    leaves the stage.
    """

    scene: Callable[[int], str]
    source: Callable[[Source], str]
    receipt: Callable[[str], str]
    notes: Callable[[int], str]
    film: str = ""
    close: str = ""


#: Where nothing leads anywhere: a preview, and what is sent away.
UNLINKED = Addresses(lambda _: "", lambda _: "", lambda _: "", lambda _: "")


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a screen: its words, its address where the reader may open it, its receipt in a snapshot."""

    words: str
    url: str
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class DrawnFigure:
    """A number of a screen with what it counts, and its page."""

    value: str
    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The track behind a screen; ``lit`` are the nodes that it names, all of them where it is empty.

    ``bridge`` is the path between two that could be brought together next.
    """

    track: Track
    lit: frozenset[str] = frozenset()
    bridge: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """A scene or the film as a template draws it; ``number`` counts from 1.

    ``sentence`` is the title after the large number. ``measure`` is a customer measure, before and after.
    ``figures`` are those that no sentence of the screen says.
    """

    kind: ScreenKind
    number: int
    title: str
    sentence: str
    words: tuple[str, ...]
    notes: tuple[str, ...]
    behind: tuple[Behind, ...]
    big: DrawnFigure | None = None
    measure: tuple[str, str, str] | None = None
    figures: tuple[DrawnFigure, ...] = ()
    picture: Picture | None = None
    chart: Chart | None = None
    flags: tuple[DrawnFlag, ...] = ()

    @property
    def size(self) -> str:
        """Say how large the title can stand: "", "long" or "longer"."""
        return _size(len(self.sentence), LONG_TITLE, LONGER_TITLE)

    @property
    def text_size(self) -> str:
        """Say the same of what stands below it."""
        return _size(sum(map(len, self.words)), LONG_WORDS, LONGER_WORDS)

    @property
    def said(self) -> str:
        """Return what is spoken when the screen comes."""
        return " ".join((self.title, *self.words))


def screens_of(story: Story, addresses: Addresses) -> tuple[Screen, ...]:
    """Return the screens of a story in their order; the film follows the headline, or begins."""
    still = story.film.still(story.at)
    drawn: list[Callable[[int], Screen]] = [
        lambda number, scene=scene: _scene(scene, number, still, addresses)  # type: ignore[misc]  # bound now
        for scene in story.scenes
    ]
    if len(story.film.months) > 1:
        after = next((at for at, each in enumerate(story.scenes, 1) if each.kind == "headline"), 0)
        drawn.insert(after, lambda number: _film(story, number, still))
    return tuple(draw(number) for number, draw in enumerate(drawn, 1))


def _scene(scene: Scene, number: int, still: Stage, addresses: Addresses) -> Screen:
    figures = tuple(_figure(each, addresses) for each in scene.figures)
    big = figures[0] if scene.kind == "headline" and figures else None
    words = scene.words
    moved = MOVED.fullmatch(words[0]) if scene.kind == "win" and words else None
    if moved:
        words = words[1:]
    said = f"{scene.title} {' '.join(scene.words)}"
    return Screen(
        kind=scene.kind,
        number=number,
        title=scene.title,
        sentence=scene.title.removeprefix(f"{big.value} ") if big else scene.title,
        words=words,
        notes=scene.notes,
        behind=tuple(_behind(scene, addresses)),
        big=big,
        measure=(moved["name"], moved["before"], moved["after"]) if moved else None,
        figures=tuple(each for each in figures if each is not big and not _says(said, each.value)),
        picture=_picture(scene, still) if scene.kind in BESIDE_TRACK and still.has_departments else None,
    )


def _film(story: Story, number: int, still: Stage) -> Screen:
    """Return the film as a picture that stands still: the track of the day over the momentum of all months."""
    chart = chart_of(still)
    first, last = story.film.months[0].on, story.film.months[-1].on
    title = f"Month by month, {MONTHS[first.month - 1]} {first.year} to {MONTHS[last.month - 1]} {last.year}"
    return Screen(
        kind="film",
        number=number,
        title=title,
        sentence=title,
        words=(),
        notes=(title, "Play the film. It stops by itself on the last day."),
        behind=(),
        picture=Picture(track_of(still, closed=True)),
        chart=chart,
        flags=flags_of(story.film.flags, chart),
    )


def _figure(figure: Figure, addresses: Addresses) -> DrawnFigure:
    url = addresses.receipt(figure.receipt) if figure.receipt else addresses.source(figure.source)
    return DrawnFigure(f"{figure.value:,}", figure.words, url)


def _behind(scene: Scene, addresses: Addresses) -> Iterator[Behind]:
    """Yield the pages behind a scene; out of a snapshot their receipts, and those of further numbers it says."""
    for each in scene.sources:
        url = addresses.receipt(each.receipt) if each.receipt else addresses.source(each)
        yield Behind(each.words, url, each.receipt)
    wholes = ((each.words, each.whole) for each in scene.figures if each.whole)
    for words, receipt in (*wholes, *scene.receipts):
        yield Behind(words, addresses.receipt(receipt), receipt)


def _says(text: str, value: str) -> bool:
    """Say whether a number stands in a text by itself.

    >>> _says("12 quick wins since 31 March.", "12"), _says("112 pairs, 1,200 cases", "12")
    (True, False)
    """
    return re.search(rf"(?<![\d,.]){re.escape(value)}(?![\d]|[,.]\d)", text) is not None


def _picture(scene: Scene, still: Stage) -> Picture:
    """Return the track with what the scene names: who brought it and its baton, or the two to bring together."""
    group_of = still.grouping.group_of
    if scene.kind == "headline":
        return Picture(track_of(still))
    taking_part = [each for each in scene.departments if each in group_of]
    lit = tuple(dict.fromkeys(group_of[each] for each in taking_part))
    if scene.kind == "next":
        places = layout.stadium([node.id for node in still.nodes])
        bridge = layout.tie_curve(*(places[each] for each in lit)).path if len(lit) > 1 else ""
        return Picture(track_of(replace(still, told=())), frozenset(lit), bridge)
    told = Told("", scene.kind, scene.title, still.on, tuple(Place(each, "", "") for each in taking_part))
    return Picture(track_of(replace(still, told=(told,))), frozenset(lit))


def _size(length: int, long: int, longer: int) -> str:
    return "longer" if length > longer else "long" if length > long else ""


def number_of(screens: Sequence[Screen], asked: int | None) -> int:
    """Return the number of the screen asked for; the first where none is, the last where there are fewer."""
    return min(max(asked or 1, 1), len(screens))
