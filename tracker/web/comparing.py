"""Said then, known now, with its links: to the receipt of what was shown, and to the pairs of that day as known now."""

from __future__ import annotations

from flask import url_for

from tracker.queries.narrowing import EVERYTHING, Filters
from tracker.queries.showings import Compared


def compared_parts(compared: Compared, filters: Filters = EVERYTHING) -> list[tuple[str, str]]:
    """Return the pieces of the sentence, each with the page that it opens; "" for the words around the numbers."""
    on = compared.on.isoformat()
    pages = {
        "": "",
        "shown": url_for("receipts.show", receipt=compared.receipt),
        "known": url_for("pairs.index", band="together", on=on, **filters.asked),
    }
    return [(each.words, pages[each.which]) for each in compared.parts]
