"""Two records of one sponsor become one: everything that names the one names the other from now on."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models.accounts import User
from tracker.models.base import utc_now
from tracker.models.departments import Department
from tracker.models.initiatives import RoutineOwner, Sponsorship, Update
from tracker.models.moments import Confirmation
from tracker.models.people import Person, PersonAlias
from tracker.services.errors import InvalidInput
from tracker.services.merging_parts import (
    SPONSORED,
    Moves,
    fill,
    hand_over,
    move_views,
    names_to_keep,
    number_anew,
    repoint,
)


def merge_people(session: Session, gone: Person, stays: Person) -> Moves:
    """Let one person take over everything of another; inside the write transaction.

    Raises
    ------
    InvalidInput
        When both have an account.
    """
    moves = Moves()
    _move_account(session, gone, stays, moves)
    _move_sponsorships(session, gone, stays, moves)
    owned = repoint(session, RoutineOwner.person_id, gone.id, stays.id)
    moves.counts["routine"] += len(owned)
    moves.initiatives.update(each.initiative_id for each in owned)
    _move_confirmations(session, gone, stays, moves)
    moves.counts["stuck update"] += len(repoint(session, Update.asked_of_id, gone.id, stays.id))
    move_views(session, gone.public_id, stays.public_id, moves)
    _fill(session, gone, stays, moves)
    _keep_names(session, gone, stays)
    number_anew(session, moves)
    stays.version += 1  # a form opened before knows another person
    gone.binned_at = utc_now()
    session.flush()  # so that a conflict is found here, under the write lock
    return moves


def _move_account(session: Session, gone: Person, stays: Person, moves: Moves) -> None:
    accounts = {
        each.person_id: each
        for each in session.scalars(select(User).where(User.person_id.in_([gone.id, stays.id])))
    }
    if len(accounts) > 1:
        ours, theirs = accounts[stays.id], accounts[gone.id]
        raise InvalidInput(
            {
                "into": f"Both have an account: that of {theirs.name} and that of {ours.name}. "
                "Let an administrator take the sponsor off one of the two first."
            }
        )
    if gone.id in accounts:
        account = accounts[gone.id]
        account.person_id = stays.id
        moves.counts["account"] += 1
        moves.notes.append(f"The account of {account.name} goes along: it may do what {stays.name} may do.")


def _move_sponsorships(session: Session, gone: Person, stays: Person, moves: Moves) -> None:
    """Give the sponsorships to the one who stays; those of one initiative and role that touch become one."""
    theirs = session.scalars(
        select(Sponsorship).where(Sponsorship.person_id == gone.id).order_by(Sponsorship.id)
    ).all()
    work = {each.initiative_id for each in theirs}
    own: dict[int, list[Any]] = defaultdict(list)
    shared = select(Sponsorship.initiative_id).where(Sponsorship.person_id == gone.id)
    for row in session.scalars(
        select(Sponsorship)
        .where(Sponsorship.person_id == stays.id, Sponsorship.initiative_id.in_(shared))
        .order_by(Sponsorship.id)
    ):
        own[row.initiative_id].append(row)
    twice = len(own)
    for each in theirs:
        rows = own[each.initiative_id]
        hand_over(
            session, [each], rows, "person_id", stays.id, SPONSORED, lambda a, b: bool(a.role == b.role)
        )
        _leave_one_role(session, rows)
    moves.counts["initiative"] += len(work)
    moves.initiatives |= work
    if twice:
        both = "Both stand" if twice == 1 else f"In {twice:,} initiatives both stand"
        where = " behind one initiative" if twice == 1 else " behind the work"
        moves.notes.append(f"{both}{where}: there the days of the two become one.")


def _leave_one_role(session: Session, rows: list[Any]) -> None:
    """Take out what says that somebody stands beside the lead while leading."""
    leading = [each for each in rows if each.role == "lead"]
    for each in [each for each in rows if each.role == "co"]:
        if any(_covers(lead, each) for lead in leading):
            session.flush()  # as for stays that are joined: a row that goes tells the audit what it last was
            session.delete(each)
            rows.remove(each)


def _covers(one: Sponsorship, other: Sponsorship) -> bool:
    begins = one.from_on is None or (other.from_on is not None and one.from_on <= other.from_on)
    return begins and (one.to_on is None or (other.to_on is not None and other.to_on <= one.to_on))


def _move_confirmations(session: Session, gone: Person, stays: Person, moves: Moves) -> None:
    """Let the one who stays have vouched for what either did; for a moment of both, one name stands from now on."""
    theirs = session.scalars(select(Confirmation).where(Confirmation.person_id == gone.id)).all()
    shared = select(Confirmation.moment_id).where(Confirmation.person_id == gone.id)
    own = {
        each.moment_id: each
        for each in session.scalars(
            select(Confirmation).where(Confirmation.person_id == stays.id, Confirmation.moment_id.in_(shared))
        )
    }
    both = 0
    for each in theirs:
        mine = own.get(each.moment_id)
        if mine is None:
            each.person_id = stays.id
            continue
        both += 1
        if each.user_id is not None and mine.user_id is not None:
            each.person_id = None  # the account vouched, and stays named
        elif each.user_id is None:
            session.delete(each)
        else:
            session.delete(mine)
            session.flush()  # one moment has a person once
            each.person_id = stays.id
    moves.counts["confirmation"] += len(theirs)
    if both:
        moments = "1 moment was" if both == 1 else f"{both:,} moments were"
        moves.notes.append(
            f"{moments} vouched for under both names; one name stands there. They still count."
        )


def _fill(session: Session, gone: Person, stays: Person, moves: Moves) -> None:
    if not stays.title:
        fill(stays, "title", gone.title, "Title", moves, str)
    if stays.department_id is None and gone.department_id is not None:
        names = {
            gone.department_id: session.scalar(
                select(Department.name).where(Department.id == gone.department_id)
            )
        }
        fill(
            stays,
            "department_id",
            gone.department_id,
            "Home department",
            moves,
            lambda id_: names.get(id_) or "",
        )


def _keep_names(session: Session, gone: Person, stays: Person) -> None:
    known = session.scalars(select(PersonAlias).where(PersonAlias.person_id.in_([gone.id, stays.id]))).all()
    own = [each.name for each in known if each.person_id == stays.id]
    theirs = {each.name: each for each in known if each.person_id == gone.id}
    for name in names_to_keep((gone.name, *theirs), stays.name, own):
        if name in theirs:
            theirs[name].person_id = stays.id
        else:
            session.add(PersonAlias(person_id=stays.id, name=name))
