"""The film as numbers: what the script of the stage needs to draw every moment of it, and nothing to work out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from tracker.graph import layout
from tracker.graph.ties import Pair, pair_of
from tracker.graph.wording import MONTHS
from tracker.queries.batons import run_of
from tracker.queries.film import Caption, Film
from tracker.queries.strands import Strand
from tracker.queries.telling import Told, named_of
from tracker.web.filters import sentence_list
from tracker.web.stage_links import StageLinks

#: How a tie looks at a month, as the script knows it.
NONE, LIVE, QUIET, OPEN = range(4)
#: As many departments are named beside a moment.
MOST_NAMES = 3


def document(film: Film, captions: Sequence[Caption], at: int, links: StageLinks) -> dict[str, Any]:
    """Return the film for the script; ``at`` is the month it opens on, ``links`` say where its words lead.

    Rows over the months are runs: a place and what holds from there on, again and again. A tie has its look,
    width and opacity, a node its radius (0 while it is closed), a baton its time in months, its tie, whether it
    runs against it, whether it stops half-way, and how many run before it.
    """
    places = layout.stadium([each.public_id for each in film.grouping.groups])
    strands = {pair_of(each.a, each.b): each for each in film.strands}
    order = sorted(strands, key=lambda pair: (sum(strands[pair].strength), pair))
    runs = [_pairs(film, at, strands) for at in range(len(film.months))]
    order += sorted({pair for month in runs for _, pair, _ in month} - strands.keys())
    return {
        "version": film.version,
        "at": at,
        "months": [_month(film, place, caption, links) for place, caption in enumerate(captions)],
        "nodes": _nodes(film),
        "ties": [
            [a, b, layout.tie_curve(places[a], places[b]).path, _looks(strands.get(pair))]
            for pair in order
            for a, b in (_ends(strands, pair),)
        ],
        "batons": list(_batons(film, runs, {pair: place for place, pair in enumerate(order)})),
    }


def day_words(film: Film, at: int) -> str:
    """Return what a month is called: the last one is a day."""
    on = film.months[at].on
    month = f"{MONTHS[on.month - 1]} {on.year}"
    return f"{on.day} {month}" if at == len(film.months) - 1 else month


def after_number(film: Film, at: int) -> str:
    """Return the sentence of a month after its number, which stands large above it."""
    return film.sentence(at).removeprefix(f"{film.months[at].together:,} ")


def _month(film: Film, at: int, said: Caption, links: StageLinks) -> dict[str, Any]:
    month = film.months[at]
    caption, story = said
    named = named_of(film.told[at])
    return {
        "on": month.on.isoformat(),
        "since": month.since.isoformat(),
        "name": day_words(film, at),
        "together": month.together,
        "required": month.required,
        "sentence": after_number(film, at),
        "compared": links.compared(film, at),
        "caption": caption,
        "more": [each for each in story if each not in caption],
        "counted": film.counted[at],
        "number": links.number(film, at),
        "rest": links.counted(month) if film.counted[at] > len(named) else "",
        "told": [
            [
                int(each.is_near_miss),
                each.title,
                sentence_list((place.name for place in each.departments), MOST_NAMES),
                links.moment(each),
            ]
            for each in named
        ],
    }


def _nodes(film: Film) -> list[list[Any]]:
    """Return every node with the runs of its radius."""
    partners = [film.partners(at) for at in range(len(film.months))]
    return [
        [
            each.public_id,
            _runs(
                (layout.node_radius(count[each.public_id]) if is_open else 0,)
                for count, is_open in zip(partners, film.opened[each.public_id], strict=True)
            ),
        ]
        for each in film.grouping.groups
    ]


def _looks(strand: Strand | None) -> list[float]:
    """Return the runs of a tie's look; one that a baton alone runs along is never drawn."""
    if strand is None:
        return [0, NONE, 0, 0]
    looks = {None: NONE, "quiet": QUIET, "open": OPEN}
    return _runs(
        (look, 0, 0)
        if (look := looks.get(band, LIVE)) != LIVE
        else (LIVE, round(layout.tie_width(strength), 2), round(layout.tie_opacity(strength), 2))
        for band, strength in zip(strand.band, strand.strength, strict=True)
    )


def _runs(rows: Iterable[tuple[float, ...]]) -> list[float]:
    """Return a place and a row at each place where the rows change, in one flat list."""
    found: list[float] = []
    for row, here in groupby(enumerate(rows), key=lambda each: each[1]):
        found += [next(here)[0], *row]
    return found


def _ends(strands: dict[Pair, Strand], pair: Pair) -> Pair:
    """Return where a tie begins and where it ends."""
    strand = strands.get(pair)
    return (strand.a, strand.b) if strand else pair


def _pairs(film: Film, at: int, strands: dict[Pair, Strand]) -> list[tuple[Told, Pair, bool]]:
    """Return the moments of a month with the pair that each runs along, and whether it runs against it."""

    def strength(pair: Pair) -> float:
        return strands[pair].strength[at] if pair in strands else 0.0

    found = []
    for each in film.told[at]:
        if run := run_of(each.departments, film.grouping.group_of, strength):
            pair = pair_of(*run)
            found.append((each, pair, _ends(strands, pair)[0] != run[0]))
    return found


def _batons(
    film: Film, runs: list[list[tuple[Told, Pair, bool]]], tie_of: dict[Pair, int]
) -> Iterator[list[float]]:
    """Yield the batons of all months, each on the day of its moment."""
    for at, month in enumerate(film.months):
        behind: dict[Pair, int] = defaultdict(int)
        days = (month.on - month.since).days + 1
        for each, pair, back in runs[at]:
            when = round(at - (month.on - each.on).days / days, 2) if at else 0
            yield [when, tie_of[pair], int(back), int(each.is_near_miss), behind[pair], at]
            behind[pair] += 1
