"""The form of a journey: its steps as numbered rows that are added, moved and taken out without JavaScript.

A row's fields are ``step-0-department``, ``step-0-name`` and so on. A button that changes the rows sends ``change``
(``add``, ``up-2``, ``down-2``, ``remove-2``): the form comes back changed and nothing is saved.
"""

from __future__ import annotations

from dataclasses import fields

from tracker.services.journeys import (
    IMPORTANCES,
    MOST_STEPS,
    MOST_VOLUME,
    NAME_LIMIT,
    SOURCE_LIMIT,
    JourneyPlan,
    StepPlan,
)
from tracker.web.forms import FormReader
from tracker.web.journey_templates import JourneyTemplate

STEP_FIELDS = tuple(field.name for field in fields(StepPlan))
JOURNEY_FIELDS = ("name", "importance", "valid_from", "valid_to")
#: A new journey opens with so many empty steps.
FIRST_STEPS = 3


def read_journey(form: FormReader) -> JourneyPlan:
    """Read a journey; what cannot be read has its message in the form."""
    return JourneyPlan(
        name=form.text("name", "The name", required=True, limit=NAME_LIMIT),
        importance=form.whole("importance", "The importance", low=1, high=max(IMPORTANCES), required=True)
        or 1,
        valid_from=form.day("valid_from", "The first day"),
        valid_to=form.day("valid_to", "The last day"),
        steps=tuple(_read_step(form, at) for at in range(rows_in(form))),
    )


def rows_in(form: FormReader) -> int:
    """Return how many step rows the form holds; one more than allowed is refused by the service."""
    at = 0
    while at <= MOST_STEPS and form.has(f"step-{at}-department"):
        at += 1
    return at


def showing(plan: JourneyPlan, version: int | None = None) -> FormReader:
    """Return the form of a journey as it stands."""
    values: dict[str, object] = {name: getattr(plan, name) for name in JOURNEY_FIELDS}
    for at, step in enumerate(plan.steps):
        values |= {f"step-{at}-{name}": getattr(step, name) for name in STEP_FIELDS}
    return FormReader.showing({**values, "version": version})


def beginning(template: JourneyTemplate | None) -> FormReader:
    """Return the form of a new journey: a template's steps, or a few empty ones."""
    if template is None:
        return showing(JourneyPlan(name="", steps=(StepPlan(""),) * FIRST_STEPS))
    steps = tuple(StepPlan("", name=name) for name in template.steps)
    return showing(JourneyPlan(template.name, template.importance, None, None, steps))


def changed(form: FormReader) -> FormReader | None:
    """Return the form with its rows changed as its button says; None when the button saves."""
    change = form.value("change")
    if not change:
        return None
    rows = [{name: form.value(f"step-{at}-{name}") for name in STEP_FIELDS} for at in range(rows_in(form))]
    verb, _, place = change.partition("-")
    at = int(place) if place.isascii() and place.isdigit() and len(place) <= 3 else -1
    if verb == "add" and len(rows) < MOST_STEPS:
        rows.append(dict.fromkeys(STEP_FIELDS, ""))
    elif verb == "remove" and 0 <= at < len(rows):
        del rows[at]
    elif verb == "up" and 0 < at < len(rows):
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    elif verb == "down" and 0 <= at < len(rows) - 1:
        rows[at + 1], rows[at] = rows[at], rows[at + 1]
    values: dict[str, object] = {name: form.value(name) for name in (*JOURNEY_FIELDS, "version")}
    for index, row in enumerate(rows):
        values |= {f"step-{index}-{name}": value for name, value in row.items()}
    return FormReader.showing(values)


def _read_step(form: FormReader, at: int) -> StepPlan:
    def text(name: str, label: str, limit: int = NAME_LIMIT) -> str:
        return form.text(f"step-{at}-{name}", label, limit=limit)

    return StepPlan(
        department="".join(form.ids(f"step-{at}-department", f"Step {at + 1}")[:1]),
        name=text("name", "The name of the step"),
        channel=text("channel", "The channel"),
        customer_group=text("customer_group", "The customer group"),
        product=text("product", "The product"),
        volume=form.whole(f"step-{at}-volume", "The hand-offs a month", high=MOST_VOLUME),
        volume_source=text("volume_source", "The source", SOURCE_LIMIT),
        volume_on=form.day(f"step-{at}-volume_on", "The day of the count"),
    )
