"""The story that a snapshot keeps, read from its bytes alone: what was shown then is shown again, whatever is known now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

from tracker.graph.filtering import Filter
from tracker.graph.series import CoveragePoint
from tracker.graph.ties import BANDS, Band
from tracker.models.snapshots import Snapshot
from tracker.queries.film import Caption, Film, Flag
from tracker.queries.groups import Grouping
from tracker.queries.named import Named
from tracker.queries.narrowing import Filters, Narrowing
from tracker.queries.places import Place
from tracker.queries.scenes import Figure, Scene, Source
from tracker.queries.showings import Compared
from tracker.queries.stage import Month
from tracker.queries.stories import Receipts, Story
from tracker.queries.strands import TOGETHER, Strand
from tracker.queries.telling import Told

#: The first form of a snapshot, in which scenes and film had no part.
WITHOUT_STORY = "tracker-snapshot-1"


class NoStory(LookupError):
    """The snapshot was frozen before scenes were part of one."""


def has_story(document: dict[str, Any]) -> bool:
    """Say whether a snapshot keeps scenes and film, which the first ones did not."""
    return bool(document["format"] != WITHOUT_STORY)


def story_of(snapshot: Snapshot) -> Story:
    """Return the story of a snapshot whose document is there, read once while it is looked at. No query.

    Raises
    ------
    NoStory
        When it was frozen before scenes were part of a snapshot.
    """
    return _story(snapshot.document)


@lru_cache(maxsize=4)
def _story(data: bytes) -> Story:
    document = json.loads(data)
    if not has_story(document):
        raise NoStory(document["id"])
    plain = document["film"]
    told = [each for month in plain["months"] for each in month["told"]]
    return Story(
        title=document["title"],
        organisation=document["organisation"],
        classification=document["classification"],
        since=date.fromisoformat(document["since"]),
        on=date.fromisoformat(document["on"]),
        known_on=date.fromisoformat(document["frozen_on"]),
        film=_film(plain, document["register_version"], narrowing_in(document)),
        captions=tuple(_caption(each) for each in plain["months"]),
        scenes=tuple(_scene(each) for each in document["scenes"]),
        snapshot=document["id"],
        receipts=Receipts(
            tuple(_together(each) for each in (*document["months"], *document["later"])),
            {each["id"]: each["receipt"] for each in told},
        ),
    )


def _together(month: dict[str, Any]) -> str:
    return next(str(each["receipt"]) for each in month["figures"] if each["name"] == "together")


def _caption(month: dict[str, Any]) -> Caption:
    return month["caption"], tuple(month["story"])


def narrowing_in(document: dict[str, Any]) -> Narrowing:
    """Return what a snapshot is narrowed to, with the names that its records had."""
    asked = document["filters"]
    records = {name: asked[name] for name in ("division", "theme") if name in asked}
    named = {name: _named(each) for name, each in records.items()}
    keys = {name: str(each["key"]) for name, each in records.items()}
    filters = Filters.read(asked)
    wanted = Filter(**keys, kind=filters.kind)
    return Narrowing(filters, named.get("division"), named.get("theme"), wanted)


def _film(plain: dict[str, Any], version: int, narrowing: Narrowing) -> Film:
    count = len(plain["months"])
    where = {each["key"]: _place(each) for each in plain["departments"]}
    told = tuple(tuple(_told(each, where) for each in month["told"]) for month in plain["months"])
    return Film(
        version=version,
        crossings=plain["crossings"],
        division=narrowing.division,
        months=tuple(_month(each) for each in plain["months"]),
        grouping=Grouping(
            plain["grouping"],
            tuple(_named(each) for each in plain["groups"]),
            {each["key"]: each["group"] for each in plain["departments"]},
        ),
        opened={each["id"]: tuple(_unrolled(each["open"], count)) for each in plain["groups"]},
        strands=tuple(_strand(each, count) for each in plain["strands"]),
        told=told,
        counted=tuple(each["counted"] for each in plain["months"]),
        narrowing=narrowing,
        compared=tuple(_compared(each) for each in plain["months"]),
        flags=tuple(
            Flag(at, _own_flag(each) if isinstance(each, dict) else told[at][each])
            for at, each in plain["flags"]
        ),
    )


def _compared(month: dict[str, Any]) -> Compared | None:
    said = month.get("compared")
    if said is None:
        return None
    on, shown_on, today = (date.fromisoformat(each) for each in (said["on"], said["shown_on"], month["on"]))
    return Compared(on, shown_on, said["shown"], said["known"], said["receipt"], today)


def _own_flag(plain: dict[str, str]) -> Told:
    """Return what somebody wrote on a flag; it opens nothing."""
    return Told("", plain["kind"], plain["words"], date.fromisoformat(plain["on"]), ())


def _named(plain: dict[str, str]) -> Named:
    return Named(plain["id"], plain["name"])


def _place(plain: dict[str, Any]) -> Place:
    division = _named(plain["division"]) if "division" in plain else None
    return Place(plain["key"], plain["id"], plain["name"], division)


def _strand(plain: dict[str, Any], count: int) -> Strand:
    runs: list[tuple[int, tuple[Band | None, float]]] = [
        (at, (band, float(strength[0]) if strength else 0.0)) for at, band, *strength in plain["runs"]
    ]
    rows = list(_unrolled(runs, count))
    return Strand(
        plain["a"], plain["b"], tuple(strength for _, strength in rows), tuple(band for band, _ in rows)
    )


def _unrolled(runs: Iterable[Sequence[Any]], count: int) -> Iterator[Any]:
    """Yield what holds at each of so many places, from the places where it changes."""
    for (first, row, *_), (last, *_) in pairwise((*runs, (count,))):
        for _ in range(first, last):
            yield row


def _month(plain: dict[str, Any]) -> Month:
    on, pairs = date.fromisoformat(plain["on"]), dict(zip(BANDS, plain["pairs"], strict=True))
    return Month(
        on=on,
        since=date.fromisoformat(plain["since"]),
        covered=CoveragePoint(
            on=on,
            coverage=None if plain["score"] is None else float(plain["score"]),
            required=sum(pairs.values()),
            together=sum(pairs[band] for band in TOGETHER),
            pairs=pairs,
        ),
        momentum=float(plain["momentum"]),
        wins=plain["wins"],
        lessons=plain["lessons"],
    )


def _told(plain: dict[str, Any], where: dict[str, Place]) -> Told:
    return Told(
        public_id=plain["id"],
        kind=plain["kind"],
        title=plain["title"],
        on=date.fromisoformat(plain["on"]),
        departments=tuple(where[id_] for id_ in plain["departments"]),
    )


def _scene(plain: dict[str, Any]) -> Scene:
    return Scene(
        kind=plain["kind"],
        title=plain["title"],
        words=tuple(plain["words"]),
        figures=tuple(
            Figure(
                each["value"],
                each["words"],
                _source(each["source"] | {"receipt": each["receipt"]}),
                each["receipt"],
                each["whole"]["receipt"] if "whole" in each else "",
            )
            for each in plain["figures"]
        ),
        notes=tuple(plain["notes"]),
        sources=tuple(_source(each) for each in plain["sources"]),
        departments=tuple(plain["departments"]),
        receipts=tuple((each["words"], each["receipt"]) for each in plain["numbers"]),
    )


def _source(plain: dict[str, Any]) -> Source:
    values = tuple((name, value) for name, value in plain["values"])
    return Source(plain["words"], plain["page"], values, plain.get("receipt", ""))
