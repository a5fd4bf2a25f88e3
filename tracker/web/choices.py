"""What forms offer to choose from, as (public id, words) or (public id, words, other names) for their macros."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tracker.extensions import db
from tracker.queries.named import Named, department_choices, person_choices, theme_choices


def department_options(today: date) -> list[tuple[str, str, str]]:
    """Return the departments by name, with their other names for the type-ahead. 2 queries."""
    return [(each.public_id, each.name, each.also) for each in department_choices(db.session, today)]


def person_options() -> list[tuple[str, str]]:
    """Return the sponsors by name. 1 query."""
    return options_of(person_choices(db.session))


def theme_options() -> list[tuple[str, str]]:
    """Return the themes by name. 1 query."""
    return options_of(theme_choices(db.session))


def options_of(named: Iterable[Named]) -> list[tuple[str, str]]:
    """Return records as the options of a select."""
    return [(each.public_id, each.name) for each in named]
