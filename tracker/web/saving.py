"""How a view saves: one commit at the edge, and a refused form comes back with its messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from werkzeug.exceptions import BadRequest

from tracker.extensions import db
from tracker.services.errors import InvalidInput
from tracker.web.forms import FormReader

T = TypeVar("T")


def save(form: FormReader, action: Callable[[], T]) -> T | None:
    """Run the service and commit, or keep its messages in the form and return None.

    A form that could not even be read saves nothing. A service that refuses may have opened the write
    transaction, so it is ended here: the page that shows the messages only reads.
    """
    if form.errors:
        return None
    try:
        result = action()
    except InvalidInput as refused:
        db.session.rollback()
        form.add(refused.errors)
        return None
    db.session.commit()
    return result


def needed(value: date | None) -> date:
    """Return a day that the form had to bring; a form without it never gets so far."""
    if value is None:
        raise BadRequest("A day is missing.")
    return value
