"""The Round: whom it asks after, where somebody stands in it, and what it changed in the two numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.graph import captions
from tracker.graph.coverage import coverage
from tracker.graph.momentum import momentum
from tracker.graph.untouched import untouched, without_news
from tracker.models.accounts import User
from tracker.models.initiatives import Initiative, Sponsorship, Update
from tracker.models.rounds import Round, RoundAnswer
from tracker.queries.facts import current_portfolio

#: The outcomes that answer for an initiative: it needs no other answer.
ENDED = ("routine", "scaled", "stopped")
#: A statement names at most so many records; of more, all are read.
MOST_NAMED = 5_000
_STANDING = select(
    Initiative.id,
    Initiative.external_id,
    Initiative.public_id,
    Initiative.title,
    Initiative.outcome,
    Initiative.ended_on,
    Initiative.binned_at,
    Initiative.version,
)
_AUTHORS = (
    select(Update.on_day, Update.text, User.name)
    .outerjoin(User, User.id == Update.author_id)
    .order_by(Update.on_day.desc(), Update.id.desc())
)


@dataclass(frozen=True, slots=True)
class Figures:
    """The two numbers of a day as home says them; points are those of the coverage score, and of momentum."""

    together: int
    required: int
    points: float
    possible: int
    wins: int
    lessons: int
    pace: float
    label: str


@dataclass(frozen=True, slots=True)
class Step:
    """An initiative of a Round and how it stands there.

    ``answer``: moving, stuck, skipped; finished by its outcome, heard when somebody else posted meanwhile, gone
    when it is in the bin, passed when it is not theirs any more; "" while it waits. ``version`` is the
    initiative's, to take back its end.
    """

    id: int
    public_id: str
    title: str
    answer: str
    version: int
    is_undoable: bool


@dataclass(frozen=True, slots=True)
class RoundState:
    """Where somebody stands in their newest Round."""

    id: int
    begun_on: date
    before: Figures
    steps: tuple[Step, ...]

    @property
    def total(self) -> int:
        """Return how many initiatives it asks after."""
        return len(self.steps)

    @property
    def current(self) -> Step | None:
        """Return the first that waits for its answer, None at the end."""
        return next((each for each in self.steps if not each.answer), None)

    @property
    def place(self) -> int:
        """Return which one that is, counted from 1."""
        return next((at for at, each in enumerate(self.steps, 1) if not each.answer), self.total)

    @property
    def is_open(self) -> bool:
        """Say whether an answer is still wanted."""
        return self.current is not None

    def counted(self, *answers: str) -> int:
        """Return how many have one of these answers."""
        return sum(each.answer in answers for each in self.steps)


@dataclass(frozen=True, slots=True)
class Said:
    """The last update of an initiative: its day, its words ("" for "still moving") and who posted it."""

    on: date
    text: str
    author: str


def figures(session: Session, on: date) -> Figures:
    """Return the two numbers of a day, by the measures of home. 1 query, and those of the facts when they are new."""
    _, portfolio = current_portfolio(session)
    covered, pace = coverage(portfolio, on), momentum(portfolio, on)
    return Figures(
        together=covered.together,
        required=covered.required,
        points=covered.points,
        possible=covered.possible,
        wins=pace.wins,
        lessons=pace.lessons,
        pace=pace.momentum,
        label=captions.label_words(pace),
    )


def kept_figures(found: Figures) -> dict[str, Any]:
    """Return figures as a Round keeps them."""
    return asdict(found)


def stands_behind(session: Session, person_id: int | None, on: date) -> frozenset[str]:
    """Return the external ids of the initiatives that somebody stands behind on a day. 1 query, none for nobody."""
    if person_id is None:
        return frozenset()
    query = (
        select(Initiative.external_id)
        .join(Sponsorship, Sponsorship.initiative_id == Initiative.id)
        .where(
            Sponsorship.person_id == person_id,
            (Sponsorship.from_on.is_(None)) | (Sponsorship.from_on <= on),
            (Sponsorship.to_on.is_(None)) | (Sponsorship.to_on > on),
        )
    )
    return frozenset(session.scalars(query))


def waiting_for_a_word(session: Session, on: date, among: Collection[str] | None = None) -> list[int]:
    """Return the row ids of the initiatives that a Round begun now would ask after, in their order.

    ``among``: only those with these external ids. 2 queries, and those of the facts when their version is new.
    """
    _, portfolio = current_portfolio(session)
    wanted = [each for each in untouched(portfolio, on) if among is None or each in among]
    if not wanted:
        return []
    query = select(Initiative.external_id, Initiative.id).where(Initiative.binned_at.is_(None))
    if len(wanted) <= MOST_NAMED:
        query = query.where(Initiative.external_id.in_(wanted))
    ids = {row.external_id: row.id for row in session.execute(query)}
    return [ids[each] for each in wanted if each in ids]


def count_without_news(session: Session, on: date, among: Collection[str] | None = None) -> int:
    """Return how many initiatives a Round begun now would ask after. 1 query, and those of the facts as above."""
    found = without_news(current_portfolio(session)[1], on)
    return len(found if among is None else found.intersection(among))


def newest_round(session: Session, user_id: int | None) -> Round | None:
    """Return the Round that somebody began last. 1 query."""
    query = select(Round).where(Round.user_id == user_id).order_by(Round.id.desc()).limit(1)
    return session.scalar(query) if user_id is not None else None


def round_of(
    session: Session, user_id: int | None, on: date, among: Collection[str] | None = None
) -> RoundState | None:
    """Return where somebody stands in their newest Round, None before the first.

    ``among``: the external ids of the initiatives that are theirs to answer for, all without it. 4 queries, and those of the facts when their version is new.
    """
    found = newest_round(session, user_id)
    if found is None:
        return None
    _, portfolio = current_portfolio(session)
    quiet = without_news(portfolio, on)
    answers = {
        row.initiative_id: row.answer
        for row in session.execute(
            select(RoundAnswer.initiative_id, RoundAnswer.answer).where(RoundAnswer.round_id == found.id)
        )
    }
    query = _STANDING
    if len(found.queue) <= MOST_NAMED:
        query = query.where(Initiative.id.in_(found.queue))
    known = {row.id: row for row in session.execute(query)}
    steps = (
        _step(
            known[id_],
            answers.get(id_),
            is_quiet=known[id_].external_id in quiet,
            is_theirs=among is None or known[id_].external_id in among,
        )
        for id_ in found.queue
        if id_ in known
    )
    return RoundState(found.id, found.begun_on, Figures(**found.before), tuple(steps))


def _step(row: Any, answer: str | None, *, is_quiet: bool, is_theirs: bool) -> Step:
    finished = answer is None and row.outcome in ENDED and row.ended_on is not None
    if row.binned_at is not None:
        told = "gone"
    elif answer or finished:
        told = answer or "finished"
    elif not is_theirs:
        told = "passed"
    else:
        told = "" if is_quiet else "heard"
    undoable = is_theirs and told in ("moving", "stuck", "skipped", "finished")
    return Step(row.id, row.public_id, row.title, told, row.version, undoable)


def last_said(session: Session, initiative_id: int, limit: int) -> tuple[Said, ...]:
    """Return the last updates of an initiative, the newest first. 1 query."""
    from_account = _AUTHORS.where(Update.initiative_id == initiative_id).limit(limit)
    return tuple(Said(on, text, name or "") for on, text, name in session.execute(from_account))


def silent_running(said: Sequence[Said]) -> int:
    """Return how many of the last updates, one after the other, said "still moving" without a sentence."""
    count = 0
    for each in said:
        if each.text:
            break
        count += 1
    return count
