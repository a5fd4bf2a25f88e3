"""The address of a record that was merged into another leads to that one."""

from __future__ import annotations

from typing import TypeVar

from flask import request, url_for
from werkzeug.wrappers import Response

from tracker.extensions import db
from tracker.models.base import Binned
from tracker.queries.merges import survivor_of
from tracker.services.errors import NotFound
from tracker.web.fragments import go_to

R = TypeVar("R", bound=Binned)

#: By which page a record that can be merged opens.
PAGES = {
    "department": "departments.show",
    "person": "sponsors.show",
    "initiative": "initiatives.show",
}


def standing(found: R, kind: str, public_id: str) -> R:
    """Return a record, unless it lies in the bin because it went into another. 1 query for what is in the bin.

    Raises
    ------
    NotFound
        For one that went into another: `way_on` knows the way.
    """
    if found.binned_at is not None and survivor_of(db.session, kind, public_id):
        raise NotFound("It was merged into another record.")
    return found


def way_on(kind: str, public_id: str, missing: NotFound) -> Response:
    """Lead to the record that one went into; not for good (302), since a merge can be taken back. At most 2 queries.

    Raises
    ------
    NotFound
        ``missing``, when it went nowhere.
    """
    survivor = survivor_of(db.session, kind, public_id)
    if not survivor:
        raise missing
    return go_to(url_for(PAGES[kind], public_id=survivor, **request.args.to_dict()), code=302)
