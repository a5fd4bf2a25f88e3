"""What an empty register asks for first."""

from __future__ import annotations

from flask import url_for

from tracker.services.actors import Actor
from tracker.services.policies import may


def first_steps(actor: Actor) -> list[tuple[str, str]]:
    """Return the first steps with their addresses, as far as the reader may take them."""
    steps = []
    if may(actor, "import"):
        steps.append(("Bring a spreadsheet", url_for("importing.show")))
    if may(actor, "shape"):
        steps.append(("Add a department", url_for("departments.new")))
    return steps
