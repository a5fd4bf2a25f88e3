"""The search: one question to the index, whatever is sought, and what each hit is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.queries.search_sources import GROUPS, SOURCES, entries_of, finds_anything, questions, records_of
from tracker.queries.search_terms import Piece, begun, excerpt, marked, nearest, words_of

#: How many single words are tried when all together find nothing.
OFFERED = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found. ``kind`` is that of an initiative or a moment, ``text`` what was written there."""

    public_id: str
    name: tuple[Piece, ...]
    text: tuple[Piece, ...]
    kind: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind of record, by name first, the newest first; ``has_more``: there are others."""

    name: str
    hits: tuple[Hit, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found. ``instead``: what was searched for in place of mistyped words, "" for nothing else.

    ``also``: other words that were as near, and stood in too. ``offers``, when nothing was found: single words that find something.
    """

    words: tuple[str, ...]
    groups: tuple[Group, ...] = ()
    instead: str = ""
    also: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()


def search(session: Session, text: str, *, group: str = "", limit: int = 6) -> Found:
    """Return what has every word of the text in some form, the last one perhaps only begun. At most 8 queries.

    Only when nothing has them all, the nearest words of the register stand in for mistyped ones. ``group``: records
    of this kind only. What lies in the bin, or belongs to what lies there, is not found.
    """
    words = words_of(text)
    if not words:
        return Found(())
    sought = [*((word,) for word in words[:-1]), begun(session, words[-1])]
    groups = _groups(session, group, sought, limit)
    if groups:
        return Found(words, groups)
    likely = nearest(session, words)
    sought = [likely.get(word) or (word,) for word in words]
    if any(likely.values()):
        groups = _groups(session, group, sought, limit)
    if groups:
        instead = " ".join((likely.get(word) or (word,))[0] for word in words)
        also = tuple(other for word in words for other in likely.get(word, ())[1:])
        return Found(words, groups, instead=instead, also=also)
    return Found(words, offers=_offers(session, group, [each for those in sought for each in those]))


def _offers(session: Session, group: str, words: Sequence[str]) -> tuple[str, ...]:
    """Return those of the words that find something alone. At most 4 queries."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    query = finds_anything(group, is_sqlite=is_sqlite)
    return tuple(
        word
        for word in list(dict.fromkeys(words))[:OFFERED]
        if session.execute(query, questions([(word,)], is_sqlite=is_sqlite)).first()
    )


def _groups(session: Session, group: str, sought: Sequence[Sequence[str]], limit: int) -> tuple[Group, ...]:
    """Return what has a word of each, by kind of record. 2 queries, 1 when there is nothing."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    asked = questions(sought, is_sqlite=is_sqlite)
    entries: dict[int, Any] = {}
    for row in session.execute(entries_of(group, limit + 1, is_sqlite=is_sqlite), asked):
        if row.id not in entries or row.in_title:
            entries[row.id] = row
    query = records_of(list(entries))
    if query is None:
        return ()
    records = {row.id: row for row in session.execute(query)}
    words = [word for those in sought for word in those]
    found: dict[str, dict[str, Hit]] = {name: {} for name in GROUPS}
    for entry in sorted(entries.values(), key=lambda row: (not row.in_title, -row.id)):
        record = records.get(entry.id)
        if record is not None:
            # Several texts may lead to one record: it is named once, with the first of them.
            found[_group_of(entry.id)].setdefault(record.public_id, _hit(record, entry.body, words))
    return tuple(
        Group(name, tuple(hits.values())[:limit], has_more=len(hits) > limit)
        for name, hits in found.items()
        if hits
    )


def _group_of(entry_id: int) -> str:
    return next(each.group for each in SOURCES if each.holds(entry_id))


def _hit(record: Any, body: str, words: Sequence[str]) -> Hit:
    text = " ".join(body.split())
    return Hit(
        public_id=record.public_id,
        name=marked(record.name, words),
        text=() if text == record.name else excerpt(text, words),
        kind=record.kind,
        on=record.day,
    )
