"""Pages of a list by their edges: a token in the address says after or before which row a page goes on."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

from flask import request

from tracker.queries.keyset import Edge, Key, Part, Value, fits
from tracker.services.checking import can_be_kept
from tracker.web.paging import PAGE_SIZE, page_request

S = TypeVar("S")
T = TypeVar("T")

#: The page that ends with the last row: ``?before=end``.
END = "end"
LONGEST = 2_000
#: What a whole number of the databases can be at most.
MOST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """The part of a list that an address asks for: on from an edge, back from it, or back from the end."""

    edge: Edge | None = None
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class KeyPage(Generic[T]):
    """A page of a list: its rows, how many come before them and how many there are, and the tokens to go on."""

    items: Sequence[T]
    before: int
    total: int
    previous: str = ""
    next: str = ""

    @property
    def first(self) -> int:
        """Return the place of the first row shown, counted from one; 0 when none is shown."""
        return self.before + 1 if self.items else 0

    @property
    def last(self) -> int:
        """Return the place of the last row shown."""
        return self.before + len(self.items) if self.items else 0


def page_between(
    items: Sequence[T], before: int, total: int, first: Edge | None, last: Edge | None
) -> KeyPage[T]:
    """Return a page with the ways on from its edges, where there are rows beyond them."""
    has_next = before + len(items) < total
    return KeyPage(
        items, before, total, token_of(first) if before else "", token_of(last) if has_next else ""
    )


class Pages(Protocol[S]):
    """A list that pages are cut from: one that the database reads, or one that was worked out."""

    @property
    def keys(self) -> Sequence[Key]:
        """Return what it is sorted by."""

    def part(
        self, *, edge: Edge | None = None, backwards: bool = False, limit: int = 50, offset: int = 0
    ) -> Part[S]:
        """Return what comes after an edge, or before it."""

    def before(self, edge: Edge) -> int:
        """Return how many rows come before an edge."""


def read_page(pages: Pages[S], total: int, rows_at: Callable[[Sequence[S]], Sequence[T]]) -> KeyPage[T]:
    """Return the page that the address asks for: by its edge, or by its number as older addresses do."""
    asked = asked_part(request.args, pages.keys)
    by_edge = asked.edge is not None or asked.backwards
    before = 0 if by_edge else page_request(request.args).offset
    part = pages.part(edge=asked.edge, backwards=asked.backwards, limit=PAGE_SIZE, offset=before)
    if by_edge and part.first is not None:
        before = pages.before(part.first)
    items = rows_at(part.items) if part.items else ()
    return page_between(items, before, total, part.first, part.last)


def asked_part(args: Mapping[str, str], keys: Sequence[Key]) -> Asked:
    """Read ``after`` or ``before``; a token that is none, or of another order, asks for the first page."""
    if args.get("before") == END:
        return Asked(backwards=True)
    for name in ("after", "before"):
        edge = _edge_of(args.get(name, ""), keys)
        if edge is not None:
            return Asked(edge, backwards=name == "before")
    return Asked()


def token_of(edge: Edge | None) -> str:
    """Return an edge as an address holds it, "" for none."""
    if edge is None:
        return ""
    plain = [[each.isoformat()] if isinstance(each, date) else each for each in edge.values]
    text = json.dumps([*plain, edge.id], ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _edge_of(token: str, keys: Sequence[Key]) -> Edge | None:
    if not token or len(token) > LONGEST:
        return None
    try:
        plain = json.loads(urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4)))
        *values, id_ = (_value(each) for each in plain)
    except (Error, ValueError, TypeError, RecursionError):
        return None
    if type(id_) is not int or abs(id_) > MOST:
        return None
    edge = Edge(tuple(values), id_)
    return edge if fits(edge, keys) else None


def _value(plain: Any) -> Value:
    """Return a value of an edge; what no edge has raises ValueError."""
    if isinstance(plain, list):
        return date.fromisoformat(plain[0]) if len(plain) == 1 else _none()
    if isinstance(plain, str):
        return plain if can_be_kept(plain) else _none()
    if plain is None or (type(plain) is int and abs(plain) <= MOST):
        return plain
    return _none()


def _none() -> None:
    raise ValueError("No edge has such a value.")
