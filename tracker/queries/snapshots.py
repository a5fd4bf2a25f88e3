"""Snapshots: the list, one of them, and what is in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from tracker.graph.facts import Portfolio
from tracker.graph.figures import Figure, Value
from tracker.graph.frozen import frozen_portfolio
from tracker.graph.ties import pair_of
from tracker.models.accounts import User
from tracker.models.snapshots import Snapshot
from tracker.queries.freezing import Asked, month_figure
from tracker.queries.freezing_counts import told_within
from tracker.queries.frozen import has_story, narrowing_in
from tracker.queries.named import Named


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """A snapshot in the list; ``who`` is "" where it came by command."""

    public_id: str
    on: date
    frozen_on: date
    who: str
    sentence: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Said:
    """A figure of a snapshot with its receipt and the value that was frozen; ``names`` where it counts names."""

    receipt: str
    figure: Figure
    value: Value
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Records:
    """The facts that a snapshot was made from, and the names of its records, by kind and external id."""

    portfolio: Portfolio
    names: dict[str, dict[str, Named]]


def count_snapshots(session: Session) -> int:
    """Return how many snapshots there are. 1 query."""
    return session.scalar(select(func.count(Snapshot.id))) or 0


def list_snapshots(session: Session, *, limit: int = 50, offset: int = 0) -> tuple[SnapshotRow, ...]:
    """Return one page of the snapshots, the newest first. 1 query."""
    rows = session.execute(
        select(
            Snapshot.public_id,
            Snapshot.on_day,
            Snapshot.frozen_on,
            func.coalesce(User.name, ""),
            Snapshot.sentence,
            Snapshot.sha256,
        )
        .outerjoin(User, User.id == Snapshot.frozen_by_id)
        .order_by(Snapshot.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(SnapshotRow(*row) for row in rows)


def snapshot_with(session: Session, public_id: str) -> Snapshot | None:
    """Return a snapshot with both its texts. 1 query."""
    return session.scalar(
        select(Snapshot)
        .where(Snapshot.public_id == public_id)
        .options(undefer(Snapshot.document), undefer(Snapshot.records))
    )


def frozen_alike(session: Session, on: date, frozen_on: date, version: int) -> tuple[Snapshot, ...]:
    """Return the snapshots of this day, frozen on that one, at this version, oldest first, with documents. 1 query."""
    return tuple(
        session.scalars(
            select(Snapshot)
            .where(
                Snapshot.on_day == on, Snapshot.frozen_on == frozen_on, Snapshot.register_version == version
            )
            .options(undefer(Snapshot.document))
            .order_by(Snapshot.id)
        )
    )


def asked_of(document: dict[str, Any]) -> Asked | None:
    """Return what was asked to be frozen; None of a snapshot from before scenes were part of one."""
    if not has_story(document):
        return None
    on, since = (date.fromisoformat(document[name]) for name in ("on", "since"))
    filters = narrowing_in(document).filters
    return Asked(on, since, document["title"], document["classification"], filters=filters)


def frozen_by(session: Session, snapshot: Snapshot) -> str:
    """Return the name of who froze it, "" where it came by command. 1 query."""
    return session.scalar(select(User.name).where(User.id == snapshot.frozen_by_id)) or ""


def document_of(snapshot: Snapshot) -> dict[str, Any]:
    """Return what a snapshot says, read from its bytes."""
    found: dict[str, Any] = json.loads(snapshot.document)
    return found


def records_of(snapshot: Snapshot) -> Records:
    """Return the facts behind a snapshot, read from its bytes once while it is looked at."""
    return _records(snapshot.records)


@lru_cache(maxsize=2)
def _records(data: bytes) -> Records:
    plain = json.loads(data)
    names = {
        kind: {id_: Named(*each) for id_, each in found.items()} for kind, found in plain["names"].items()
    }
    return Records(frozen_portfolio(plain["facts"]), names)


def said_in(document: dict[str, Any], records: Records) -> dict[str, Said]:
    """Return every figure of a snapshot by its receipt: of the day, the months, the picture, the scenes, the film."""
    found = [*said_of_day(document), *(each for month in said_of_months(document) for each in month)]
    external = {each.public_id: id_ for id_, each in records.names["departments"].items()}
    for tie in document["track"]["ties"]:
        if "receipt" in tie:
            pair = pair_of(external[tie["a"]], external[tie["b"]])
            figure = Figure("strength", date.fromisoformat(document["on"]), pair=pair)
            found.append(Said(tie["receipt"], figure, tie["value"]))
    if has_story(document):
        found += [each for month in said_of_months(document, "later") for each in month]
        found += [each for scene in document["scenes"] for each in said_of_scene(scene)]
        found += _said_of_moments(document, records)
    return {each.receipt: each for each in _of_part(document, found)}


def _of_part(document: dict[str, Any], found: Iterable[Said]) -> list[Said]:
    """Return figures as they are counted in the part that a snapshot tells."""
    within = narrowing_in(document).wanted
    return [replace(each, figure=told_within(each.figure, within)) for each in found]


def said_of_day(document: dict[str, Any]) -> list[Said]:
    """Return the figures of the day itself."""
    figures = (Said(each["receipt"], _figure(each), each["value"]) for each in document["figures"])
    return _of_part(document, figures)


def said_of_months(document: dict[str, Any], key: str = "months") -> Iterator[list[Said]]:
    """Yield the figures of each month, oldest first: those until the day, or those ``later`` than it."""
    for month in document[key]:
        on, since = date.fromisoformat(month["on"]), date.fromisoformat(month["since"])
        figures = (
            Said(each["receipt"], month_figure(each["name"], on, since), each["value"])
            for each in month["figures"]
        )
        yield _of_part(document, figures)


def said_of_scene(scene: dict[str, Any]) -> Iterator[Said]:
    """Yield what a scene counts: its numbers, those that they are a part of, and what stands behind its pages."""
    wholes = (each["whole"] for each in scene["figures"] if "whole" in each)
    told = (*scene["figures"], *wholes, *scene["numbers"])
    for each in (*told, *(each for each in scene["sources"] if "counts" in each)):
        yield Said(each["receipt"], _figure(each["counts"]), each["value"], tuple(each.get("names", ())))


def _said_of_moments(document: dict[str, Any], records: Records) -> Iterator[Said]:
    """Yield the moments that the film tells."""
    external = {each.public_id: id_ for id_, each in records.names["moments"].items()}
    for month in document["film"]["months"]:
        for each in month["told"]:
            figure = Figure("moment", date.fromisoformat(each["on"]), of=external[each["id"]])
            yield Said(each["receipt"], figure, each["value"])


def _figure(plain: dict[str, Any]) -> Figure:
    return Figure(
        plain["name"],
        date.fromisoformat(plain["on"]),
        date.fromisoformat(plain["since"]) if "since" in plain else None,
        pair_of(*plain["pair"]) if "pair" in plain else None,
        plain.get("of", ""),
    )
