"""What a story is narrowed to, as addresses and forms say it (``?division=&theme=&kind=``)."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, request

from tracker.extensions import db
from tracker.models.initiatives import KINDS
from tracker.queries.divisions import division_choices
from tracker.queries.narrowing import Filters, Narrowing, narrowing_of
from tracker.services.decks import NOT_THERE
from tracker.services.errors import InvalidInput
from tracker.web.choices import options_of, theme_options
from tracker.web.paging import url_with

#: No id is longer.
LONGEST_ID = 64
#: What the kinds of initiatives are called where one of them is chosen.
KIND_OPTIONS = tuple(zip(KINDS, ("Pilots", "Quick wins", "Near misses"), strict=True))

Choice = tuple[str, str, list[tuple[str, str]]]


def asked_filters(*, kind: str = "kind") -> Filters:
    """Return what the address asks for; ``kind`` is what it calls the kind of initiative there. 404 for no ids."""
    try:
        return read_filters(request.args, kind=kind)
    except InvalidInput:
        abort(404)


def read_filters(values: Mapping[str, str], *, kind: str = "kind") -> Filters:
    """Read what a form or an address asks for.

    Raises
    ------
    InvalidInput
        When it holds what can be no id.
    """
    asked = {"division": "division", "theme": "theme", "kind": kind}
    found = {name: values.get(key, "").strip() for name, key in asked.items()}
    if not all(len(each) <= LONGEST_ID and each.isascii() and each.isprintable() for each in found.values()):
        raise InvalidInput({"": NOT_THERE})
    return Filters(**found)


def asked_narrowing(*, kind: str = "kind") -> Narrowing:
    """Return what the address asks for, with the records it names; 404 where one is not there."""
    found = narrowing_of(db.session, asked_filters(kind=kind))
    if found is None:
        abort(404)
    return found


def choices() -> list[Choice]:
    """Return what a story can be narrowed to: name, label and options; what there is none of is left out. 2 queries."""
    offered: list[Choice] = [
        ("division", "Division", options_of(division_choices(db.session))),
        ("theme", "Theme", theme_options()),
        ("kind", "Work", list(KIND_OPTIONS)),
    ]
    return [each for each in offered if each[2]]


def chips_of(narrowing: Narrowing, *, kind: str = "kind") -> list[tuple[str, str]]:
    """Return the filters in force in words, each with the address without it."""
    division, theme, _ = narrowing.names
    found = [(f"In {division}", "division")] if division else []
    found += [(f"Theme: {theme}", "theme")] if theme else []
    found += [(words, kind) for value, words in KIND_OPTIONS if value == narrowing.filters.kind]
    cut = {"page": None, "after": None, "before": None}
    return [(words, url_with(**{name: None, **cut})) for words, name in found]
