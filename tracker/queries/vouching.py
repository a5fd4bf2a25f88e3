"""Who may vouch for a moment: accounts other than the one that recorded it, the nearest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models.accounts import User
from tracker.models.initiatives import Involvement, Sponsorship

SUGGESTED = 2


@dataclass(frozen=True, slots=True)
class _Account:
    id: int
    name: str
    role: str
    person_id: int | None
    department_id: int | None


@dataclass(frozen=True, slots=True)
class Vouchers:
    """The accounts that may vouch, and the departments and sponsors of the initiatives asked for."""

    accounts: tuple[_Account, ...]
    departments: dict[int, frozenset[int]]
    sponsors: dict[int, frozenset[int]]

    def suggested(self, initiative_id: int, recorded_by_id: int | None) -> tuple[str, ...]:
        """Return two people to ask: somebody of another department that took part, its sponsors, then the office."""
        own = next((each for each in self.accounts if each.id == recorded_by_id), None)
        home = own.department_id if own else None
        members = self.departments.get(initiative_id, frozenset())
        sponsors = self.sponsors.get(initiative_id, frozenset())

        def distance(account: _Account) -> int:
            if account.department_id in members and account.department_id != home:
                return 0
            if account.person_id in sponsors:
                return 1
            return 2 if account.role in ("office", "admin") else 3

        others = sorted(
            (each for each in self.accounts if each.id != recorded_by_id),
            key=lambda each: (distance(each), each.name),
        )
        return tuple(each.name for each in others[:SUGGESTED])


def load_vouchers(session: Session, initiatives: Collection[int]) -> Vouchers:
    """Return who may vouch for the moments of these initiatives. 3 queries, none for no initiative."""
    if not initiatives:
        return Vouchers((), {}, {})
    accounts = session.execute(
        select(User.id, User.name, User.role, User.person_id, User.department_id).where(
            User.is_disabled.is_(False), User.role != "viewer"
        )
    )
    departments: dict[int, set[int]] = defaultdict(set)
    for initiative_id, department_id in session.execute(
        select(Involvement.initiative_id, Involvement.department_id).where(
            Involvement.initiative_id.in_(initiatives)
        )
    ):
        departments[initiative_id].add(department_id)
    sponsors: dict[int, set[int]] = defaultdict(set)
    for initiative_id, person_id in session.execute(
        select(Sponsorship.initiative_id, Sponsorship.person_id).where(
            Sponsorship.initiative_id.in_(initiatives)
        )
    ):
        sponsors[initiative_id].add(person_id)
    return Vouchers(
        tuple(_Account(*row) for row in accounts),
        {id_: frozenset(each) for id_, each in departments.items()},
        {id_: frozenset(each) for id_, each in sponsors.items()},
    )
