"""Two records of one initiative become one: its moments, updates, departments and sponsors go over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from tracker.models.base import utc_now
from tracker.models.initiatives import (
    BuildsOn,
    Initiative,
    Involvement,
    OtherTitle,
    RoutineCheck,
    RoutineOwner,
    Sponsorship,
    Update,
)
from tracker.models.moments import LessonReuse, Moment
from tracker.models.people import Person
from tracker.models.rounds import RoundAnswer
from tracker.queries.merges import day_said
from tracker.services.errors import InvalidInput
from tracker.services.merging_fields import fill_initiative
from tracker.services.merging_parts import (
    INVOLVED,
    SPONSORED,
    Days,
    Moves,
    Twin,
    hand_over,
    move_views,
    names_to_keep,
    repoint,
)


def merge_initiatives(
    session: Session, gone: Initiative, stays: Initiative, *, one_of_twins: bool, today: date
) -> Moves:
    """Let one initiative take over everything of another; inside the write transaction.

    Of moments that say the same of the same day both go on, unless ``one_of_twins``: then one goes to the bin.

    Raises
    ------
    InvalidInput
        When one of the two was scaled into the other: then they are not the same.
    """
    if gone.scaled_into_id == stays.id or stays.scaled_into_id == gone.id:
        raise InvalidInput(
            {"into": "One of the two was scaled into the other, so they are not the same. Both stay."}
        )
    moves = Moves()
    _warn_of_end(gone, stays, moves)
    _move_stays(session, gone, stays, moves)
    _move_moments(session, gone, stays, moves, one_of_twins=one_of_twins)
    _move_reuses(session, gone, stays, moves)
    moves.counts["update"] += len(repoint(session, Update.initiative_id, gone.id, stays.id))
    _move_routine(session, gone, stays, moves)
    _move_links(session, gone, stays, moves)
    _move_answers(session, gone, stays)
    move_views(session, gone.public_id, stays.public_id, moves)
    fill_initiative(session, gone, stays, moves, today=today)
    _keep_titles(session, gone, stays)
    stays.version += 1  # a form opened before knows another initiative
    gone.binned_at = utc_now()
    session.flush()  # so that a conflict is found here, under the write lock
    return moves


def _move_stays(session: Session, gone: Initiative, stays: Initiative, moves: Moves) -> None:
    """Give departments and sponsors to the one that stays; each keeps the days on which it was recorded."""
    for kind, model, owner, days in (
        ("department", Involvement, "department_id", INVOLVED),
        ("sponsor", Sponsorship, "person_id", SPONSORED),
    ):
        known: Any = model
        theirs = _rows(session, known, gone.id)
        own = _rows(session, known, stays.id)
        _bound(gone, theirs, stays, days, of_gone=True)
        _bound(stays, own, gone, days, of_gone=False)
        moves.counts[kind] += len({getattr(each, owner) for each in theirs})
        is_sponsor = kind == "sponsor"
        if is_sponsor:
            theirs = _beside_the_lead(session, theirs, own, stays, moves)
        hand_over(
            session,
            theirs,
            own,
            "initiative_id",
            stays.id,
            days,
            lambda a, b, owner=owner, is_sponsor=is_sponsor: bool(  # type: ignore[misc]  # bound now
                getattr(a, owner) == getattr(b, owner) and (not is_sponsor or a.role == b.role)
            ),
        )


def _beside_the_lead(
    session: Session, theirs: list[Any], own: Sequence[Any], stays: Initiative, moves: Moves
) -> list[Any]:
    """Let whoever led the one that goes stand beside the lead of the one that stays, on the days that it has one."""
    found = list(theirs)
    beside = set()
    for row in [each for each in theirs if each.role == "lead"]:
        led = [(each.from_on, each.to_on) for each in own if each.role == "lead"]
        if any(each.person_id == row.person_id for each in own if each.role == "lead"):
            continue
        pieces = _split((row.from_on, row.to_on), led)
        if all(role == "lead" for role, _, _ in pieces):
            continue
        beside.add(row.person_id)
        (row.role, row.from_on, row.to_on), *rest = pieces
        for role, first, last in rest:
            piece = Sponsorship(
                initiative_id=row.initiative_id, person_id=row.person_id, role=role, from_on=first, to_on=last
            )
            session.add(piece)
            found.append(piece)
    session.flush()  # pieces are rows of the one that goes before they go over
    if beside:
        names = session.scalars(select(Person.name).where(Person.id.in_(beside)).order_by(Person.name)).all()
        moves.notes.append(
            f"An initiative has one lead: where “{stays.title}” has one, {', '.join(names)} "
            f"{'stands' if len(names) == 1 else 'stand'} beside."
        )
    return found


def _split(
    span: tuple[date | None, date | None], led: Sequence[tuple[date | None, date | None]]
) -> list[tuple[str, date | None, date | None]]:
    """Cut a span where others begin and cease to lead: "co" where one leads, "lead" elsewhere."""
    first, last = span
    low, high = first or date.min, last or date.max
    cuts = {day for one in led for day in one if day is not None and low < day < high}
    days = [low, *sorted(cuts), high]
    found: list[tuple[str, date | None, date | None]] = []
    for since, until in pairwise(days):
        inside = any((a or date.min) <= since and until <= (b or date.max) for a, b in led)
        role = "co" if inside else "lead"
        begins = None if since == date.min else since
        ends = None if until == date.max else until
        if found and found[-1][0] == role:
            found[-1] = (role, found[-1][1], ends)
        else:
            found.append((role, begins, ends))
    return found or [("lead", first, last)]


def _rows(session: Session, model: Any, initiative_id: int) -> list[Any]:
    return list(session.scalars(select(model).where(model.initiative_id == initiative_id).order_by(model.id)))


def _bound(
    initiative: Initiative, rows: Sequence[Any], other: Initiative, days: Days, *, of_gone: bool
) -> None:
    """Write down the first and last days of stays that said only "from its start" or "for good".

    The one that stays begins with the earlier of the two, and ends as it did.
    """
    first, last = days
    own_start, others_start = initiative.started_on, other.started_on
    end = _end_of(initiative)
    for row in rows:
        begins_later = own_start is not None and others_start is not None and others_start < own_start
        if getattr(row, first) is None and begins_later and _fits(own_start, getattr(row, last)):
            setattr(row, first, own_start)
        ends_earlier = of_gone and end is not None and (_end_of(other) is None or _end_of(other) > end)  # type: ignore[operator]  # it is a day
        if getattr(row, last) is None and ends_earlier and _fits(getattr(row, first), end):
            setattr(row, last, end)


def _warn_of_end(gone: Initiative, stays: Initiative, moves: Moves) -> None:
    """Say that days count no more when the one that stays ended while the other went on."""
    end, others = _end_of(stays), _end_of(gone)
    if end is not None and (others is None or others > end):
        moves.notes.append(
            f"“{stays.title}” ended on {day_said(end)}, and the other went on. "
            "Days after that count no more, unless the other one stays or the end is changed first."
        )


def _fits(first: date | None, last: date | None) -> bool:
    return first is None or last is None or first <= last


def _end_of(initiative: Initiative) -> date | None:
    return initiative.routine_until if initiative.routine_from is not None else initiative.ended_on


def _move_moments(
    session: Session, gone: Initiative, stays: Initiative, moves: Moves, *, one_of_twins: bool
) -> None:
    moments = session.scalars(
        select(Moment)
        .options(selectinload(Moment.lesson), selectinload(Moment.reuses))
        .where(Moment.initiative_id.in_([gone.id, stays.id]))
        .order_by(Moment.id)
    ).all()
    origins = {each.of_id for each in moments}
    own: dict[tuple[Any, ...], list[Moment]] = defaultdict(list)
    for each in moments:
        if each.initiative_id == stays.id and each.binned_at is None:
            own[_told(each)].append(each)
    for each in [each for each in moments if each.initiative_id == gone.id]:
        each.initiative_id = stays.id
        moves.counts["moment"] += 1
        twins = own.get(_told(each), [])
        if each.binned_at is not None or not twins:
            continue
        twin = twins.pop(0)
        moves.twins.append(Twin(each.title or twin.title, each.kind, each.on_day))
        if one_of_twins:
            less = min((each, twin), key=lambda one: (one.id in origins, *_worth(one), one is twin))
            less.binned_at = utc_now()


def _told(moment: Moment) -> tuple[Any, ...]:
    return moment.on_day, moment.kind, moment.title.casefold(), moment.of_id


def _worth(moment: Moment) -> tuple[bool, int, bool]:
    return moment.is_confirmed, len(moment.reuses), moment.lesson is not None


def _move_reuses(session: Session, gone: Initiative, stays: Initiative, moves: Moves) -> None:
    """Let the one that stays have used the lessons that either used, each once and none of its own.

    A reuse that says no more than another stays with the one that goes, in the bin.
    """
    session.flush()  # the moments are those of the one that stays by now
    rows = session.execute(
        select(LessonReuse, Moment.initiative_id)
        .join(Moment, Moment.id == LessonReuse.moment_id)
        .where(LessonReuse.initiative_id.in_([gone.id, stays.id]))
        .order_by(LessonReuse.id)
    ).all()
    used = {reuse.moment_id for reuse, home in rows if reuse.initiative_id == stays.id and home != stays.id}
    own = 0
    for reuse, home in rows:
        if home == stays.id:
            own += 1
            reuse.initiative_id = gone.id
        elif reuse.initiative_id == gone.id and reuse.moment_id not in used:
            used.add(reuse.moment_id)
            reuse.initiative_id = stays.id
            moves.counts["reused lesson"] += 1
    if own:
        moves.notes.append(
            "One of the two used a lesson of the other. A lesson of its own is no reuse, so that counts no more."
        )


def _move_routine(session: Session, gone: Initiative, stays: Initiative, moves: Moves) -> None:
    """Give checks and owners of a routine to the one that stays, each day and each department once."""
    checked = set(
        session.scalars(select(RoutineCheck.checked_on).where(RoutineCheck.initiative_id == stays.id))
    )
    for check in _rows(session, RoutineCheck, gone.id):
        if check.checked_on in checked:
            session.delete(check)
        else:
            check.initiative_id = stays.id
            moves.counts["routine check"] += 1
    owning = set(
        session.scalars(select(RoutineOwner.department_id).where(RoutineOwner.initiative_id == stays.id))
    )
    for owner in _rows(session, RoutineOwner, gone.id):
        if owner.department_id in owning:
            session.delete(owner)
        else:
            owner.initiative_id = stays.id
            moves.counts["routine owner"] += 1


def _move_links(session: Session, gone: Initiative, stays: Initiative, moves: Moves) -> None:
    """Let the one that stays build on what either built on, and be what others build on or were scaled into."""
    both = (gone.id, stays.id)
    links = session.scalars(
        select(BuildsOn)
        .where(or_(BuildsOn.initiative_id.in_(both), BuildsOn.earlier_id.in_(both)))
        .order_by(BuildsOn.initiative_id != stays.id, BuildsOn.earlier_id != stays.id, BuildsOn.id)
    ).all()
    known: set[tuple[int, int]] = set()
    for link in links:
        ends = tuple(stays.id if each == gone.id else each for each in (link.initiative_id, link.earlier_id))
        if ends[0] == ends[1] or ends in known:
            session.delete(link)
            continue
        known.add((ends[0], ends[1]))
        if ends != (link.initiative_id, link.earlier_id):
            link.initiative_id, link.earlier_id = ends
            moves.counts["link"] += 1
    scaled = repoint(session, Initiative.scaled_into_id, gone.id, stays.id)
    for each in scaled:
        moves.initiatives.add(each.id)
    moves.counts["link"] += len(scaled)


def _move_answers(session: Session, gone: Initiative, stays: Initiative) -> None:
    """Give the answers of Rounds to the one that stays; a Round that asked after both keeps both answers."""
    asked = set(session.scalars(select(RoundAnswer.round_id).where(RoundAnswer.initiative_id == stays.id)))
    for answer in session.scalars(select(RoundAnswer).where(RoundAnswer.initiative_id == gone.id)):
        if answer.round_id not in asked:
            answer.initiative_id = stays.id


def _keep_titles(session: Session, gone: Initiative, stays: Initiative) -> None:
    known = session.scalars(select(OtherTitle).where(OtherTitle.initiative_id.in_([gone.id, stays.id]))).all()
    own = [each.title for each in known if each.initiative_id == stays.id]
    theirs = {each.title: each for each in known if each.initiative_id == gone.id}
    for title in names_to_keep((gone.title, *theirs), stays.title, own):
        if title in theirs:
            theirs[title].initiative_id = stays.id
        else:
            session.add(OtherTitle(initiative_id=stays.id, title=title))
