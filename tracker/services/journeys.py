"""Draw, edit and bin journeys: ordered steps, each owned by a department."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tracker.models.departments import Department
from tracker.models.journeys import Journey, Step
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.bin import known_to, set_binned
from tracker.services.checking import Checks, can_be_kept
from tracker.services.errors import InvalidInput
from tracker.services.writing import check_version, open_write

NAME_LIMIT = 120
SOURCE_LIMIT = 200
MOST_STEPS = 40
MOST_VOLUME = 1_000_000_000
IMPORTANCES = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class StepPlan:
    """A step as a form brings it; ``volume`` counts hand-offs a month to the next step."""

    department: str
    name: str = ""
    channel: str = ""
    customer_group: str = ""
    product: str = ""
    volume: int | None = None
    volume_source: str = ""
    volume_on: date | None = None


@dataclass(frozen=True, slots=True)
class JourneyPlan:
    """A journey as a form brings it. The message for a field of the second step is under ``step-1-`` and its name."""

    name: str
    importance: int = 1
    valid_from: date | None = None
    valid_to: date | None = None
    steps: tuple[StepPlan, ...] = ()


def find_journey(session: Session, actor: Actor, public_id: str) -> Journey:
    """Return the journey with its steps and their departments, if this person may know of it. 3 queries.

    Raises
    ------
    NotFound
        When there is none, or it is in the bin and the actor may not open the bin.
    """
    policies.require(actor, "read")
    found = session.scalar(
        select(Journey)
        .options(selectinload(Journey.steps).selectinload(Step.department))
        .where(Journey.public_id == public_id)
    )
    return known_to(actor, found, "There is no such journey.")


def add_journey(session: Session, *, actor: Actor, plan: JourneyPlan) -> Journey:
    """Draw a journey; from its first day on its crossings are the pairs that count.

    Raises
    ------
    InvalidInput
        With a message for each field that cannot be saved.
    """
    policies.require(actor, "shape")
    checked = check_journey(plan)
    open_write(session, actor)
    departments = _departments(session, checked)
    journey = Journey(
        name=checked.name,
        importance=checked.importance,
        valid_from=checked.valid_from,
        valid_to=checked.valid_to,
        steps=[Step(position=at) for at in range(len(checked.steps))],
    )
    _fill(journey, checked, departments)
    session.add(journey)
    session.flush()  # the caller needs its public id
    return journey


def edit_journey(
    session: Session, *, actor: Actor, public_id: str, version: int, plan: JourneyPlan
) -> Journey:
    """Save a journey whole, unless somebody saved it after the form was opened."""
    policies.require(actor, "shape")
    checked = check_journey(plan)
    open_write(session, actor)
    journey = find_journey(session, actor, public_id)
    check_version(journey, version, {"version": str(journey.version)})
    departments = _departments(session, checked)
    journey.name = checked.name
    journey.importance = checked.importance
    journey.valid_from = checked.valid_from
    journey.valid_to = checked.valid_to
    _resize(session, journey, len(checked.steps))
    _fill(journey, checked, departments)
    journey.version += 1  # a form opened before knows other steps
    session.flush()  # so that a conflict is found here, under the write lock
    return journey


def bin_journey(session: Session, *, actor: Actor, public_id: str) -> Journey:
    """Put a journey into the bin; its crossings count no longer, on any day, until it is brought back."""
    return set_binned(session, actor=actor, find=find_journey, public_id=public_id, binned=True)


def restore_journey(session: Session, *, actor: Actor, public_id: str) -> Journey:
    """Bring a journey back from the bin."""
    return set_binned(session, actor=actor, find=find_journey, public_id=public_id, binned=False)


def check_journey(plan: JourneyPlan) -> JourneyPlan:
    """Return the plan with its texts trimmed, or refuse it with a message for each field."""
    checks = Checks()
    name = checks.text("name", "The name", plan.name, limit=NAME_LIMIT, required=True)
    if plan.importance not in IMPORTANCES:
        checks.refuse("importance", "Choose 1, 2 or 3.")
    checks.day("valid_from", "The first day", plan.valid_from)
    checks.day("valid_to", "The last day", plan.valid_to)
    checks.order("valid_to", "It cannot end before it begins.", plan.valid_from, plan.valid_to)
    if len(plan.steps) < 2:
        checks.refuse("steps", "A journey has at least two steps: customers cross from one to the next.")
    if len(plan.steps) > MOST_STEPS:
        checks.refuse("steps", f"A journey can have {MOST_STEPS} steps. Divide it into two.")
    steps = tuple(_checked_step(checks, at, each) for at, each in enumerate(plan.steps))
    checks.done()
    return replace(plan, name=name, steps=steps)


def _checked_step(checks: Checks, at: int, step: StepPlan) -> StepPlan:
    def text(field: str, label: str, value: str, limit: int = NAME_LIMIT) -> str:
        return checks.text(f"step-{at}-{field}", label, value, limit=limit)

    if not step.department:
        checks.refuse(f"step-{at}-department", f"Step {at + 1} needs its department.")
    checks.day(f"step-{at}-volume_on", "The day of the count", step.volume_on)
    if step.volume is not None and not 0 <= step.volume <= MOST_VOLUME:
        checks.refuse(f"step-{at}-volume", f"The hand-offs must be a number from 0 to {MOST_VOLUME:,}.")
    return replace(
        step,
        name=text("name", "The name of the step", step.name),
        channel=text("channel", "The channel", step.channel),
        customer_group=text("customer_group", "The customer group", step.customer_group),
        product=text("product", "The product", step.product),
        volume_source=text("volume_source", "The source", step.volume_source, SOURCE_LIMIT),
    )


def _departments(session: Session, plan: JourneyPlan) -> dict[str, int]:
    """Return the row ids of the departments that own the steps. 1 query."""
    wanted = {each.department for each in plan.steps}
    kept = [each for each in wanted if can_be_kept(each)]
    rows = session.execute(
        select(Department.public_id, Department.id).where(
            Department.public_id.in_(kept), Department.binned_at.is_(None)
        )
    )
    known = {public_id: int(id_) for public_id, id_ in rows}
    errors = {
        f"step-{at}-department": "Choose a department of the register; this one is not in it."
        for at, each in enumerate(plan.steps)
        if each.department not in known
    }
    if errors:
        raise InvalidInput(errors)
    return known


def _resize(session: Session, journey: Journey, size: int) -> None:
    """Give the journey as many steps as it needs, numbered 0, 1, 2 and so on without a gap."""
    steps = sorted(journey.steps, key=lambda each: each.position)
    if [each.position for each in steps] != list(range(len(steps))):
        for at, each in enumerate(steps):
            each.position = -1 - at
        session.flush()  # the places are unique: all are left before any is taken
        for at, each in enumerate(steps):
            each.position = at
    for each in steps[size:]:
        session.delete(each)  # an orphan would go without its line in the audit
    journey.steps = [*steps[:size], *(Step(position=at) for at in range(len(steps), size))]


def _fill(journey: Journey, plan: JourneyPlan, departments: dict[str, int]) -> None:
    for step, planned in zip(journey.steps, plan.steps, strict=True):
        step.department_id = departments[planned.department]
        step.name = planned.name
        step.channel = planned.channel
        step.customer_group = planned.customer_group
        step.product = planned.product
        step.volume = planned.volume
        step.volume_source = planned.volume_source
        step.volume_on = planned.volume_on


def standing_journey(journey: Journey) -> JourneyPlan:
    """Return the journey as a form shows it."""
    return JourneyPlan(
        name=journey.name,
        importance=journey.importance,
        valid_from=journey.valid_from,
        valid_to=journey.valid_to,
        steps=tuple(map(_standing_step, sorted(journey.steps, key=lambda each: each.position))),
    )


def _standing_step(step: Step) -> StepPlan:
    return StepPlan(
        department=step.department.public_id,
        name=step.name,
        channel=step.channel,
        customer_group=step.customer_group,
        product=step.product,
        volume=step.volume,
        volume_source=step.volume_source,
        volume_on=step.volume_on,
    )
