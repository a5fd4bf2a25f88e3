"""What a receipt tells of one number: the records behind it, what is known otherwise of them, and their names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.graph.differences import ABOUT, Difference, MomentKind
from tracker.graph.facts import Portfolio
from tracker.graph.figures import Value
from tracker.graph.succession import index
from tracker.graph.ties import Band
from tracker.graph.verdicts import Verdict
from tracker.graph.wording import listed
from tracker.models.initiatives import Initiative
from tracker.models.moments import Moment
from tracker.queries.named import Named
from tracker.queries.places import initiatives_named, places
from tracker.queries.snapshots import Records, Said
from tracker.queries.why import journeys_named


@dataclass(frozen=True, slots=True)
class PairBehind:
    """A pair behind a number: its band as it was known then, and as it is known now; None where it is not counted."""

    a: Named
    b: Named
    then: Band | None
    now: Band | None


@dataclass(frozen=True, slots=True)
class MomentBehind:
    """A moment behind a number: what it counted then and counts now, in points; ``why`` where that differs.

    ``feature`` says whose page opens: its own, or that of the initiative that used a lesson. ``adds`` is what it
    adds to the momentum of the day, as it was known then.
    """

    feature: str
    record: Named
    kind: str
    on: date
    then: float | None
    now: float | None
    why: MomentKind | None
    adds: float


@dataclass(frozen=True, slots=True)
class WorkBehind:
    """An initiative that holds a pair, and the share of attention that it gives it."""

    record: Named
    share: str


@dataclass(frozen=True, slots=True)
class NameBehind:
    """A department, a sponsor or an initiative behind a number, and whether it was counted then and is now.

    ``feature`` says whose page opens, "" for none.
    """

    feature: str
    record: Named
    then: bool
    now: bool


@dataclass(frozen=True, slots=True)
class CauseSince:
    """What is known otherwise since, with the record it opens; ``other`` is what a merged department went on as."""

    difference: Difference
    about: str
    record: Named
    other: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """One number of a snapshot, what is behind it, and what is known of it now.

    ``pairs``, ``moments``, ``work`` and ``names`` are one page of the ``total`` records behind it, as it was frozen.
    ``other_pairs``, ``other_moments``, ``other_names`` and ``causes`` are known otherwise now, at most `MOST_NAMED`
    of each;
    ``others`` counts the records that are, ``more`` what is not named of the longest of them.
    """

    said: Said
    now: Value
    total: int = 0
    pairs: tuple[PairBehind, ...] = ()
    moments: tuple[MomentBehind, ...] = ()
    work: tuple[WorkBehind, ...] = ()
    names: tuple[NameBehind, ...] = ()
    others: int = 0
    other_pairs: tuple[PairBehind, ...] = ()
    other_moments: tuple[MomentBehind, ...] = ()
    other_names: tuple[NameBehind, ...] = ()
    causes: tuple[CauseSince, ...] = ()
    more: int = 0

    @property
    def is_same(self) -> bool:
        """Say whether today's knowledge gives the very same number."""
        return self.now == self.said.value

    @property
    def is_true(self) -> bool:
        """Say whether the number stands, and so does what is behind it."""
        return self.is_same and not self.others


class Names:
    """Records by name: as they were called when frozen, else as they are now; a link only where there is a page."""

    def __init__(
        self,
        session: Session,
        records: Records,
        now: Portfolio,
        *,
        initiatives: Collection[str] = (),
        moments: Collection[str] = (),
    ) -> None:
        self.then, self.known = records.names, index(now)
        self.places = {id_: Named(each.public_id, each.name) for id_, each in places(session).items()}
        self.initiatives = initiatives_named(session, initiatives)
        self.moments = _moments_named(session, moments) if moments else {}
        self.session = session

    def department(self, id_: str) -> Named:
        """Return a department."""
        return self._named("departments", id_, self.places, there=id_ in self.places)

    def group(self, ids: Iterable[str]) -> Named:
        """Return departments together; no page is of all of them."""
        return Named("", listed([self.department(id_).name for id_ in ids]))

    def initiative(self, id_: str) -> Named:
        """Return an initiative."""
        return self._named("initiatives", id_, self.initiatives, there=id_ in self.known.initiatives)

    def moment(self, verdict: Verdict) -> Named:
        """Return a moment, which is called as its initiative where it has no title."""
        there = verdict.event in self.known.events
        found = self._named("moments", verdict.event, self.moments, there=there)
        return found if found.name else Named(found.public_id, self.initiative(verdict.initiative).name)

    def causes(self, found: list[Difference]) -> tuple[CauseSince, ...]:
        """Return differences with their records. 1 query."""
        journeys = journeys_named(
            self.session, {each.subject for each in found if ABOUT[each.kind] == "journey"}
        )
        told = []
        for each in found:
            about = ABOUT[each.kind]
            if about == "initiative":
                record = self.initiative(each.subject)
            elif about == "journey":
                record = self._named("journeys", each.subject, journeys, there=each.subject in journeys)
            else:
                record = self.department(each.subject) if about else Named("", "")
            other = self.department(each.department).name if each.department else ""
            told.append(CauseSince(each, about, record, other))
        return tuple(told)

    def _named(self, kind: str, id_: str, now: dict[str, Named], *, there: bool) -> Named:
        was, is_ = self.then[kind].get(id_), now.get(id_)
        name = (was.name if was else "") or (is_.name if is_ else "")
        public_id = (is_ or was or Named("", "")).public_id
        return Named(public_id if there else "", name)


def _moments_named(session: Session, external_ids: Collection[str]) -> dict[str, Named]:
    """Return moments as links, by external id; one without a title is called as its initiative. 1 query."""
    rows = session.execute(
        select(
            Moment.external_id,
            Moment.public_id,
            func.coalesce(func.nullif(Moment.title, ""), Initiative.title),
        )
        .join(Initiative, Initiative.id == Moment.initiative_id)
        .where(Moment.external_id.in_(external_ids))
    )
    return {id_: Named(public_id, name) for id_, public_id, name in rows}
