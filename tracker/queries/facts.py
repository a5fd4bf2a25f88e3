"""The one bridge from SQL to the graph's frozen facts: one portfolio per version, kept in this process."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import watching
from tracker.graph import facts
from tracker.graph.keeping import at_rest
from tracker.graph.succession import events_in_order, initiatives_in_order
from tracker.models.changelog import ChangeCounter
from tracker.queries.catching_up import CannotFollow, changed_since, follow
from tracker.queries.fact_rows import (
    load_departments,
    load_events,
    load_initiatives,
    load_journeys,
    load_settings,
)

__all__ = [
    "current_portfolio",
    "current_version",
    "forget",
    "load_portfolio",
    "load_settings",
]

log = logging.getLogger(__name__)

#: Databases that a process keeps facts of (a server has one, a test run many), and versions of each: a reader
#: may have read its version just before the newest was written.
KEPT_DATABASES, KEPT_VERSIONS = 4, 3
#: How often catching up begins again because somebody saved meanwhile.
ATTEMPTS = 4


class _Kept:
    """The facts of one database at its newest versions, and the lock under which one thread at a time reads more."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.versions: dict[int, facts.Portfolio] = {}

    def keep(self, version: int, portfolio: facts.Portfolio) -> None:
        """Keep a version; those that are not older than it belong to another past."""
        older = sorted(each for each in self.versions if each < version)[1 - KEPT_VERSIONS :]
        self.versions = {**{each: self.versions[each] for each in older}, version: portfolio}


_kept: OrderedDict[str, _Kept] = OrderedDict()
_lock = Lock()


def current_version(session: Session) -> int:
    """Return the newest version of the register, 0 before the first change. 1 query."""
    return session.scalar(select(ChangeCounter.version).where(ChangeCounter.id == 1)) or 0


def current_portfolio(session: Session) -> tuple[int, facts.Portfolio]:
    """Return the newest version and its facts, kept in this process.

    1 query. When the version is new, 10: only the initiatives that changed since the one kept are read, and all
    else is shared with it; or 11 or 12, when that cannot be and everything is read.

    The version is read first and the rows after: seeing newer rows than the version says is harmless, the
    reverse would keep old numbers under a new version. Inside a write transaction nothing is kept, since
    its version may never be committed.
    """
    begun = time.perf_counter()
    version = current_version(session)
    kept = _kept_of(str(session.get_bind().engine.url))
    found = kept.versions.get(version)
    if found is not None:
        watching.count_read("unchanged", time.perf_counter() - begun)
        return version, found
    if session.info.get("writing"):
        return _read(session, version, kept.versions)
    with kept.lock:
        found = kept.versions.get(version)  # another thread may have read it while this one waited
        if found is None:
            version, found = _read(session, version, kept.versions)
            kept.keep(version, found)
            watching.note_kept(version, found)
        else:
            watching.count_read("waited", time.perf_counter() - begun)
    return version, found


def forget() -> None:
    """Forget what was kept: a restored backup counts its versions anew."""
    with _lock:
        _kept.clear()


def load_portfolio(session: Session) -> facts.Portfolio:
    """Read the whole register as frozen facts, records in the bin left out. 10 queries."""
    initiatives = (row.initiative for row in load_initiatives(session) if row.initiative)
    return facts.Portfolio(
        departments=load_departments(session),
        journeys=load_journeys(session),
        initiatives=initiatives_in_order(initiatives),
        events=events_in_order(load_events(session)),
        settings=load_settings(session),
    )


def _kept_of(database: str) -> _Kept:
    with _lock:
        found = _kept.setdefault(database, _Kept())
        _kept.move_to_end(database)
        while len(_kept) > KEPT_DATABASES:
            _kept.popitem(last=False)
    return found


def _read(session: Session, version: int, kept: dict[int, facts.Portfolio]) -> tuple[int, facts.Portfolio]:
    """Return the newest version and its facts: by what changed since the newest that is kept, or all anew."""
    begun = time.perf_counter()
    try:
        newest, portfolio = _followed(session, version, kept)
        took = time.perf_counter() - begun
        watching.count_read("caught_up", took)
        log.debug("Caught up with version %d in %.1f ms.", newest, took * 1000)
    except CannotFollow as reason:
        portfolio = at_rest(lambda: load_portfolio(session))
        took = time.perf_counter() - begun
        watching.count_read("rebuilt", took)
        log.info(
            "Read the whole register at version %d, since %s: %d initiatives and %d events in %.0f ms.",
            version,
            reason,
            len(portfolio.initiatives),
            len(portfolio.events),
            took * 1000,
        )
        return version, portfolio
    return newest, portfolio


def _followed(
    session: Session, version: int, kept: dict[int, facts.Portfolio]
) -> tuple[int, facts.Portfolio]:
    """Return the newest version and its facts, from the newest version that is kept.

    Where rows are read by several statements that do not see the same state, what one of them missed may have
    been saved meanwhile: then a newer version says so, and all of it is read again.
    """
    if not kept:
        raise CannotFollow("none is kept yet")
    known = max((each for each in kept if each < version), default=None)
    if known is None:
        raise CannotFollow(f"the versions that are kept, up to {max(kept)}, are newer")
    for _ in range(ATTEMPTS):
        found = follow(session, kept[known], changed_since(session, known, version))
        newest = current_version(session)
        if newest == version:
            return version, found
        version = newest
    raise CannotFollow("somebody saves all the time")
