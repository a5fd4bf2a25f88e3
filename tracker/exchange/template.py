"""The template of a register: the tidy header to fill, an example, and what each column means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tracker.exchange.sheets import Cell, Sheet
from tracker.exchange.tidy import HEADER


class Explained(NamedTuple):
    """A column of the tidy form: what stands in it, and two examples."""

    meaning: str
    first: Cell
    second: Cell


#: Without these a row is refused.
NEEDED = ("external_id", "title")
#: In the order of the tidy header.
COLUMNS: dict[str, Explained] = {
    "external_id": Explained(
        "Your own number or name of the row. It stays the same in every later file, so that the row is found again.",
        "CX-014",
        "CX-015",
    ),
    "title": Explained(
        "What two departments try together, in a few words.", "One storm-claim handler", "Refund in one call"
    ),
    "kind": Explained(
        "pilot, quick win or near miss. Empty means pilot for a new row.", "pilot", "quick win"
    ),
    "status": Explained(
        "Only paused is read. Everything else follows from the two dates.", "live", "finished"
    ),
    "started_on": Explained("The first day.", date(2026, 2, 2), date(2026, 3, 9)),
    "ended_on": Explained("The last day; empty while it runs.", None, date(2026, 5, 1)),
    "lead_department": Explained("The department that leads, if one does.", "Claims", ""),
    "departments": Explained(
        "All others that take part, with a semicolon between them.",
        "Legal; Contact Centre",
        "Claims; Billing",
    ),
    "sponsor": Explained(
        "Who stands behind it. The first leads, others stand beside, with a semicolon between them.",
        "Priya Raman",
        "Priya Raman; Tom Adeyemi",
    ),
    "owner": Explained("Whom to ask about it.", "Ines Aubry", ""),
    "url": Explained("A link to more: https://, http:// or mailto:.", "https://intranet.example/storm", ""),
    "summary": Explained(
        "A few sentences about it.",
        "One person takes a storm claim from the call to the payment.",
        "Billing refunds while Claims is still on the line.",
    ),
}


def template_sheets() -> Sequence[Sheet]:
    """Return the sheets of the template: an empty one to fill, then the same with two rows and the explanations."""
    example: list[Sequence[Cell]] = [
        tuple(each.first for each in COLUMNS.values()),
        tuple(each.second for each in COLUMNS.values()),
    ]
    explained: list[Sequence[Cell]] = [
        (name, each.meaning, "needed" if name in NEEDED else "") for name, each in COLUMNS.items()
    ]
    return (
        Sheet("Initiatives", HEADER, ()),
        Sheet("Example", HEADER, example),
        Sheet("What each column means", ("Column", "What stands in it", "Needed"), explained),
    )
