"""The film of the stage as plain values that JSON keeps, month by month and run by run; `queries/frozen.py` reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from tracker.graph.figures import Figure, fixed
from tracker.graph.ties import BANDS
from tracker.queries.film import Caption, Film, Flag
from tracker.queries.freezing_counts import Counting
from tracker.queries.named import Named
from tracker.queries.places import Place
from tracker.queries.showings import Compared
from tracker.queries.strands import Strand
from tracker.queries.telling import Told


def plain_film(
    film: Film, captions: Sequence[Caption], where: dict[str, Place], counting: Counting
) -> dict[str, Any]:
    """Return a film with its captions; every moment that is told has its receipt.

    What holds over months is written as runs: a place among the months and what holds from there on, until the
    place of the next run.
    """
    group_of = film.grouping.group_of
    return {
        "crossings": film.crossings,
        "grouping": film.grouping.kind,
        "groups": [
            {**_named(each), "open": _runs(film.opened[each.public_id])} for each in film.grouping.groups
        ],
        "departments": [{**_place(where[id_]), "group": group} for id_, group in group_of.items()],
        "strands": [_strand(each) for each in film.strands],
        "months": [
            _month(film, at, caption, counting) | _compared(film.compared_at(at))
            for at, caption in enumerate(captions)
        ],
        "flags": [[flag.at, _flag(flag, film.told[flag.at])] for flag in film.flags],
    }


def _flag(flag: Flag, told: Sequence[Told]) -> int | dict[str, Any]:
    """Return the place of a flag's moment among those told of its month; its own words where somebody wrote some."""
    if flag.told in told:
        return told.index(flag.told)
    return {"words": flag.told.title, "kind": flag.told.kind, "on": flag.told.on.isoformat()}


def _named(each: Named) -> dict[str, str]:
    return {"id": each.public_id, "name": each.name}


def _place(place: Place) -> dict[str, Any]:
    found: dict[str, Any] = {"key": place.id, "id": place.public_id, "name": place.name}
    return found | ({"division": _named(place.division)} if place.division else {})


def _strand(strand: Strand) -> dict[str, Any]:
    """Return what lies between two places; each run has its band and, where it is drawn by it, its strength."""
    rows = (
        (band, fixed(strength)) if strength else (band,)
        for band, strength in zip(strand.band, strand.strength, strict=True)
    )
    return {"a": strand.a, "b": strand.b, "runs": [[at, *row] for at, row in _changes(rows)]}


def _runs(values: Iterable[bool]) -> list[list[Any]]:
    return [[at, value] for at, value in _changes(values)]


def _changes(rows: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    """Yield each place at which the rows change, with the row that holds from there on."""
    for row, here in groupby(enumerate(rows), key=lambda each: each[1]):
        yield next(here)[0], row


def _month(film: Film, at: int, caption: Caption, counting: Counting) -> dict[str, Any]:
    month = film.months[at]
    covered = month.covered
    return {
        "on": month.on.isoformat(),
        "since": month.since.isoformat(),
        "score": None if covered.coverage is None else fixed(covered.coverage),
        "pairs": [covered.pairs[band] for band in BANDS],
        "momentum": fixed(month.momentum),
        "wins": month.wins,
        "lessons": month.lessons,
        "counted": film.counted[at],
        "caption": caption[0],
        "story": list(caption[1]),
        "told": [_told(each, counting) for each in film.told[at]],
    }


def _compared(compared: Compared | None) -> dict[str, Any]:
    """Return what was shown before a month, by the receipt of the snapshot that was presented."""
    if compared is None:
        return {}
    found = {"on": compared.on.isoformat(), "shown_on": compared.shown_on.isoformat()}
    return {
        "compared": found | {"shown": compared.shown, "known": compared.known, "receipt": compared.receipt}
    }


def _told(told: Told, counting: Counting) -> dict[str, Any]:
    figure = Figure("moment", told.on, of=counting.ids["moments"][told.public_id])
    return {
        "id": told.public_id,
        "kind": told.kind,
        "title": told.title,
        "on": told.on.isoformat(),
        "departments": [each.id for each in told.departments],
        **counting.counted(figure),
    }
