"""Pages of a list, with the state of the list in its address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import request

T = TypeVar("T")

PAGE_SIZE = 50
MAX_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The part of a list that was asked for."""

    number: int = 1
    size: int = PAGE_SIZE

    @property
    def offset(self) -> int:
        """Return how many rows come before this page."""
        return (self.number - 1) * self.size


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list and where it stands in the whole."""

    items: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """Return the number of pages, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Return the place of the first item shown, counted from one; 0 when none is shown."""
        return (self.number - 1) * self.size + 1 if self.items else 0

    @property
    def last(self) -> int:
        """Return the place of the last item shown."""
        return (self.number - 1) * self.size + len(self.items) if self.items else 0

    def window(self) -> list[int | None]:
        """Return the page numbers to link: the ends and the neighbours, None for a gap."""
        near = {1, self.pages, *range(max(1, self.number - 1), min(self.pages, self.number + 1) + 1)}
        numbers: list[int | None] = []
        for number in sorted(near):
            if numbers and numbers[-1] is not None and number - numbers[-1] > 1:
                numbers.append(number - 1 if number - numbers[-1] == 2 else None)
            numbers.append(number)
        return numbers


def page_request(args: Mapping[str, str], *, size: int = PAGE_SIZE) -> PageRequest:
    """Read ``page`` from the query; anything that is no page number is the first page."""
    text = args.get("page", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 1
    return PageRequest(min(max(number, 1), MAX_PAGE), size)


def read_sort(args: Mapping[str, str], allowed: Sequence[str], default: str) -> str:
    """Read ``sort`` from the query: one of ``allowed``, after "-" for descending, else ``default``."""
    sort = args.get("sort", "")
    return sort if sort.removeprefix("-") in allowed and not sort.startswith("--") else default


def url_with(**changes: Any) -> str:
    """Return the address of this list with some of its state changed; what is empty or None is left out."""
    state: dict[str, list[str]] = {
        name: values for name, values in request.args.lists() if name not in changes
    }
    for name, value in changes.items():
        if value is not None:
            state[name] = [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
    query = urlencode({name: [one for one in values if one] for name, values in state.items()}, doseq=True)
    return f"{request.path}?{query}" if query else request.path
