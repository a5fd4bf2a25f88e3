"""Freeze a day. A snapshot is written once; there is no service that changes one or takes it away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from tracker.exchange.canonical import canonical, sha256_of
from tracker.models.base import new_public_id
from tracker.models.snapshots import Snapshot
from tracker.queries.facts import current_version
from tracker.queries.freezing import Asked, Frozen, freeze_day
from tracker.queries.frozen import NoStory, story_of
from tracker.queries.narrowing import EVERYTHING, Filters
from tracker.queries.presentations import Choice
from tracker.queries.snapshots import asked_of, document_of, frozen_alike, snapshot_with
from tracker.queries.stories import Story
from tracker.services.actors import Actor
from tracker.services.decks import CLASSIFICATION_LIMIT, NOT_THERE, usual_since
from tracker.services.errors import InvalidInput, NotFound
from tracker.services.policies import require
from tracker.services.progress import Progress, unheard
from tracker.services.writing import open_write

#: A title is a line over a stage.
TITLE_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Check:
    """Whether the bytes that are kept are those that were frozen: the document, and the records it names."""

    document: bool
    records: bool

    @property
    def fits(self) -> bool:
        """Say whether nothing was changed outside the tracker."""
        return self.document and self.records


def freeze(
    session: Session,
    *,
    actor: Actor,
    on: date,
    today: date,
    since: date | None = None,
    title: str = "",
    classification: str = "",
    choice: Choice | None = None,
    filters: Filters = EVERYTHING,
    progress: Progress = unheard,
) -> tuple[Snapshot, bool]:
    """Freeze the story of a day as it is known now, and say whether that made a new snapshot.

    ``since``: the scenes tell what came after this day; three months when left out. ``choice``: a presentation whose
    scenes are told, of its own days; without one those that are proposed. A second time, with all that
    was asked the same and nothing recorded or renamed meanwhile, gives the snapshot that is there.
    """
    require(actor, "freeze")
    part = choice.filters if choice else filters
    asked = Asked(on, since or usual_since(on), title.strip(), classification.strip(), choice, part)
    if wrong := _wrong(asked, today):
        raise InvalidInput(wrong)
    try:
        progress("Looking whether it is frozen already", 0, 1)
        if (known := _same(session, asked, today)) is not None:
            return known, False
        public_id = new_public_id()
        progress("Telling the day", 0, 1)
        frozen, records, document = _texts(session, public_id, asked, today)
    except LookupError as error:
        raise InvalidInput({"": NOT_THERE}) from error
    if len(frozen.statement["track"]["nodes"]) < 2:
        raise InvalidInput({"on": "There is no pair to freeze yet. Record two departments first."})
    progress("Putting it away", 0, 1)
    open_write(session, actor)
    snapshot = Snapshot(
        public_id=public_id,
        on_day=on,
        frozen_on=today,
        frozen_by_id=actor.user_id,
        register_version=frozen.version,
        sentence=(f"{asked.title}: {frozen.sentence}" if asked.title else frozen.sentence)[:300],
        sha256=sha256_of(document),
        document=document,
        records=records,
    )
    session.add(snapshot)
    session.flush()  # the database says no before the page says yes
    return snapshot, True


def refuse_freezing(*, on: date, since: date | None, today: date, title: str, classification: str) -> None:
    """Refuse what can be seen to be wrong at once, before a large register is told.

    Raises
    ------
    InvalidInput
        With what is wrong, by the field.
    """
    if wrong := _wrong(Asked(on, since or usual_since(on), title.strip(), classification.strip()), today):
        raise InvalidInput(wrong)


def _wrong(asked: Asked, today: date) -> dict[str, str]:
    found = {}
    if asked.on > today:
        found["on"] = "Choose a day that has come: what is ahead cannot be frozen."
    if asked.since >= asked.on:
        found["since"] = "Choose a day before the day that is frozen."
    if len(asked.title) > TITLE_LIMIT:
        found["title"] = f"A title can have {TITLE_LIMIT} characters."
    if len(asked.classification) > CLASSIFICATION_LIMIT:
        found["classification"] = f"A classification can have {CLASSIFICATION_LIMIT} characters."
    return found


def _same(session: Session, asked: Asked, today: date) -> Snapshot | None:
    """Return the snapshot that says the very same, down to the last name: the day is frozen again and compared."""
    for known in frozen_alike(session, asked.on, today, current_version(session)):
        if asked_of(document_of(known)) == replace(asked, choice=None):
            _, _, document = _texts(session, known.public_id, asked, today)
            if sha256_of(document) == known.sha256:
                return known
    return None


def _texts(session: Session, public_id: str, asked: Asked, today: date) -> tuple[Frozen, bytes, bytes]:
    """Return what is put away of a day, with its records and its document as they are hashed."""
    frozen = freeze_day(session, public_id, asked, today)
    records = canonical(frozen.records)
    named = {"bytes": len(records), "sha256": sha256_of(records)}
    return frozen, records, canonical({**frozen.statement, "records": named})


def find_snapshot(session: Session, actor: Actor, public_id: str) -> Snapshot:
    """Return a snapshot with both its texts, for somebody who may read."""
    require(actor, "read")
    found = snapshot_with(session, public_id)
    if found is None:
        raise NotFound(public_id)
    return found


def find_story(session: Session, actor: Actor, public_id: str) -> Story:
    """Return the story that a snapshot keeps; one from before scenes were part of a snapshot has none to find."""
    try:
        return story_of(find_snapshot(session, actor, public_id))
    except NoStory as error:
        raise NotFound(public_id) from error


def check(snapshot: Snapshot) -> Check:
    """Work out both SHA-256 anew, and compare."""
    is_document = sha256_of(snapshot.document) == snapshot.sha256
    named = f'"sha256":"{sha256_of(snapshot.records)}"'.encode()
    return Check(is_document, named in snapshot.document)
