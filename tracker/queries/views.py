"""Saved views: which of them somebody sees on a list, and what of an address a view keeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracker.models.accounts import User
from tracker.models.views import SavedView

#: What a view of each list keeps of its address: never the day and never the page.
STATE: dict[str, tuple[str, ...]] = {
    "initiatives": (
        "q", "kind", "status", "department", "sponsor", "theme", "attention", "sort", "group", "columns",
    ),
    "moments": ("q", "kind", "department", "sponsor", "period", "waiting", "counted", "since", "until"),
    "pairs": ("q", "band", "scope", "division", "theme", "kind", "between", "sort", "columns"),
    "departments": ("q", "division", "state", "sort", "columns"),
    "sponsors": ("q", "sort", "columns"),
}  # fmt: skip
#: What a list shows when its address says nothing: no view has to keep that.
USUAL: dict[str, dict[str, str]] = {
    "initiatives": {"sort": "-started"},
    "moments": {},
    "pairs": {"scope": "counted", "sort": "-importance"},
    "departments": {"state": "open", "sort": "name"},
    "sponsors": {"sort": "name"},
}
LONGEST_QUERY = 2_000


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A view as a list offers it; ``owner`` is who saved it, ``is_own`` whether the reader did."""

    public_id: str
    list_name: str
    name: str
    query: str
    is_shared: bool
    is_own: bool
    owner: str


def views_for(session: Session, user_id: int | None, list_name: str = "") -> tuple[ViewRow, ...]:
    """Return the views that somebody sees, one's own and the shared ones by name; of all lists without one. 1 query."""
    query = (
        select(
            SavedView.public_id,
            SavedView.list_name,
            SavedView.name,
            SavedView.query,
            SavedView.is_shared,
            SavedView.owner_id,
            User.name.label("owner"),
        )
        .join(User, User.id == SavedView.owner_id)
        .where(or_(SavedView.is_shared, SavedView.owner_id == user_id))
        .order_by(func.lower(SavedView.name), SavedView.id)
    )
    if list_name:
        query = query.where(SavedView.list_name == list_name)
    return tuple(
        ViewRow(
            row.public_id,
            row.list_name,
            row.name,
            row.query,
            row.is_shared,
            row.owner_id == user_id,
            row.owner,
        )
        for row in session.execute(query)
    )


def state_of(list_name: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return what a view keeps of the pairs of an address, in one order, so that two equal states are equal texts. No query.

    >>> state_of("departments", [("page", "2"), ("sort", "-name"), ("state", "open"), ("q", "")])
    'sort=-name'
    """
    usual = USUAL[list_name]
    given = {name: value for name, value in pairs if value and usual.get(name) != value}
    return urlencode([(name, given[name]) for name in STATE[list_name] if name in given])


def state_in(list_name: str, query: str) -> str:
    """Return what a view keeps of the text behind a question mark. No query."""
    return state_of(list_name, parse_qsl(query))
