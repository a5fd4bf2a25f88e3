"""Put presentations together, change them, copy them, and put them into the bin."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models.departments import Division
from tracker.models.initiatives import Theme
from tracker.models.moments import Moment
from tracker.models.presentations import Presentation
from tracker.models.snapshots import Snapshot
from tracker.queries.film import LONGEST_FLAG, MOST_FLAGS
from tracker.queries.presentations import (
    KINDS,
    TOLD_KINDS,
    Choice,
    ChosenFlag,
    ChosenScene,
    choice_of,
    rows_of,
)
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.bin import known_to, set_binned
from tracker.services.checking import Checks, can_be_kept
from tracker.services.decks import CLASSIFICATION_LIMIT
from tracker.services.progress import Progress, unheard
from tracker.services.snapshots import TITLE_LIMIT, freeze
from tracker.services.writing import check_version, open_write

SCENE_TITLE_LIMIT, WORDS_LIMIT, NOTES_LIMIT = 200, 1_000, 4_000
MOST_SCENES = 20
MOST_MONTHS = 36
INITIATIVE_KINDS = ("pilot", "quick_win", "near_miss")


def find_presentation(session: Session, actor: Actor, public_id: str) -> Presentation:
    """Return a presentation, if this person may know of it. 1 query.

    Raises
    ------
    NotFound
        When there is none, or it is in the bin and the actor may not open the bin.
    """
    policies.require(actor, "read")
    found = session.scalar(select(Presentation).where(Presentation.public_id == public_id))
    return known_to(actor, found, "There is no such presentation.")


def add_presentation(session: Session, *, actor: Actor, choice: Choice, today: date) -> Presentation:
    """Save a new presentation.

    Raises
    ------
    InvalidInput
        With a message for each field that cannot be saved.
    """
    policies.require(actor, "present")
    checked = check_choice(session, choice, today)
    open_write(session, actor)
    made = Presentation(created_by_id=actor.user_id)
    _fill(made, checked)
    session.add(made)
    session.flush()  # the caller needs its public id
    return made


def edit_presentation(
    session: Session, *, actor: Actor, public_id: str, version: int, choice: Choice, today: date
) -> Presentation:
    """Save a presentation whole, unless somebody saved it after the form was opened."""
    policies.require(actor, "present")
    checked = check_choice(session, choice, today)
    open_write(session, actor)
    found = find_presentation(session, actor, public_id)
    check_version(found, version, {"version": str(found.version)})
    _fill(found, checked)
    session.flush()  # so that a conflict is found here, under the write lock
    return found


def copy_presentation(session: Session, *, actor: Actor, public_id: str) -> Presentation:
    """Save a copy of a presentation under a title of its own."""
    policies.require(actor, "present")
    open_write(session, actor)
    choice = choice_of(find_presentation(session, actor, public_id))
    made = Presentation(created_by_id=actor.user_id)
    _fill(made, replace(choice, title=f"Copy of {choice.title}"[:TITLE_LIMIT]))
    session.add(made)
    session.flush()  # the caller needs its public id
    return made


def bin_presentation(session: Session, *, actor: Actor, public_id: str) -> Presentation:
    """Put a presentation into the bin; snapshots of it stay."""
    return set_binned(session, actor=actor, find=find_presentation, public_id=public_id, binned=True)


def restore_presentation(session: Session, *, actor: Actor, public_id: str) -> Presentation:
    """Bring a presentation back from the bin."""
    return set_binned(session, actor=actor, find=find_presentation, public_id=public_id, binned=False)


def freeze_presentation(
    session: Session, *, actor: Actor, public_id: str, today: date, progress: Progress = unheard
) -> tuple[Snapshot, bool]:
    """Freeze the story of a presentation as it is known now, and say whether that made a new snapshot."""
    choice = choice_of(find_presentation(session, actor, public_id))
    since, on = choice.period(today)
    return freeze(
        session,
        actor=actor,
        on=on,
        today=today,
        since=since,
        title=choice.title,
        classification=choice.classification,
        choice=choice,
        progress=progress,
    )


def check_choice(session: Session, choice: Choice, today: date) -> Choice:
    """Return a choice with its texts trimmed, or refuse it with a message for each field. At most 3 queries."""
    checks = Checks()
    title = checks.text("title", "The title", choice.title, limit=TITLE_LIMIT, required=True)
    classification = checks.text(
        "classification", "The classification", choice.classification, limit=CLASSIFICATION_LIMIT
    )
    _check_period(checks, choice, today)
    _check_filters(checks, session, choice)
    if not any(each.shown for each in choice.scenes):
        checks.refuse("scenes", "Show at least one scene.")
    if len(choice.scenes) > MOST_SCENES:
        checks.refuse("scenes", f"A presentation can have {MOST_SCENES} scenes.")
    if len(choice.flags) > MOST_FLAGS:
        checks.refuse("flags", f"At most {MOST_FLAGS} flags fit over the film.")
    known = _known_moments(session, choice.moments)
    scenes = tuple(_checked_scene(checks, at, each, known) for at, each in enumerate(choice.scenes))
    flags = tuple(_checked_flag(checks, at, each, known) for at, each in enumerate(choice.flags))
    checks.done()
    return replace(choice, title=title, classification=classification, scenes=scenes, flags=flags)


def _check_period(checks: Checks, choice: Choice, today: date) -> None:
    if choice.months is not None:
        if not 1 <= choice.months <= MOST_MONTHS:
            checks.refuse("months", f"Choose 1 to {MOST_MONTHS} months.")
        return
    checks.day("since", "The day before", choice.since, required=True)
    checks.day("on", "The last day", choice.on, required=True, latest=today)
    if choice.since and choice.on and choice.since >= choice.on:
        checks.refuse("since", "Choose a day before the last day.")


def _check_filters(checks: Checks, session: Session, choice: Choice) -> None:
    for field, label, value, model in (
        ("division", "division", choice.division, Division),
        ("theme", "theme", choice.theme, Theme),
    ):
        if value and not (
            can_be_kept(value) and session.scalar(select(model.id).where(model.public_id == value))
        ):
            checks.refuse(field, f"Choose a {label} of the register; this one is not in it.")
    if choice.kind and choice.kind not in INITIATIVE_KINDS:
        checks.refuse("kind", "Choose one of the kinds offered.")


def _known_moments(session: Session, public_ids: set[str]) -> dict[str, str]:
    """Return the kind of those of the moments that may be told, by public id. 1 query, none for none."""
    kept = [each for each in public_ids if can_be_kept(each)]
    if not kept:
        return {}
    rows = session.execute(
        select(Moment.public_id, Moment.kind).where(
            Moment.public_id.in_(kept),
            Moment.binned_at.is_(None),
            (Moment.kind != "near_miss") | Moment.ok_to_show,
        )
    )
    return {public_id: "near_miss" if kind == "near_miss" else "win" for public_id, kind in rows}


def _checked_scene(checks: Checks, at: int, scene: ChosenScene, known: dict[str, str]) -> ChosenScene:
    field = f"scene-{at}-"
    if scene.kind not in KINDS:
        checks.refuse("scenes", "Choose the scenes among those offered.")
    if scene.moment and (scene.kind not in TOLD_KINDS or known.get(scene.moment) != scene.kind):
        checks.refuse(f"{field}moment", "Choose a moment that is offered; this one cannot be told here.")
    return replace(
        scene,
        title=checks.text(f"{field}title", "The title", scene.title, limit=SCENE_TITLE_LIMIT),
        words=checks.text(f"{field}words", "The text", scene.words, limit=WORDS_LIMIT),
        notes=checks.text(f"{field}notes", "The notes", scene.notes, limit=NOTES_LIMIT),
    )


def _checked_flag(checks: Checks, at: int, flag: ChosenFlag, known: dict[str, str]) -> ChosenFlag:
    words = checks.text(f"flag-{at}-words", "The flag", flag.words, limit=LONGEST_FLAG, required=True)
    if bool(flag.moment) == bool(flag.month) or (flag.moment and flag.moment not in known):
        checks.refuse(f"flag-{at}-over", "Choose the month or the moment that the flag stands over.")
    return replace(flag, words=words)


def _fill(presentation: Presentation, choice: Choice) -> None:
    has_months = choice.months is not None
    presentation.title = choice.title
    presentation.classification = choice.classification
    presentation.months = choice.months
    presentation.since = None if has_months else choice.since
    presentation.on_day = None if has_months else choice.on
    presentation.division = choice.division
    presentation.theme = choice.theme
    presentation.kind = choice.kind
    presentation.scenes, presentation.flags = rows_of(choice)
