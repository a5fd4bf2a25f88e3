"""How files with a header were read, kept under a name: the next file with that header is read so at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.exchange.choices import Choices
from tracker.exchange.columns import fingerprint
from tracker.exchange.content import Unreadable
from tracker.exchange.reading import looks_like_json, table_in
from tracker.exchange.workbooks import is_workbook
from tracker.models.base import utc_now
from tracker.models.imports import ImportMapping
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.checking import Checks
from tracker.services.errors import InvalidInput, NotFound
from tracker.services.writing import open_write

NAME_LIMIT = 120


def remembered_for(session: Session, header: Sequence[str]) -> Choices:
    """Return the choices that are remembered for a header, the newest where there are several; none for no header."""
    if not header:
        return Choices()
    found = session.scalar(
        select(ImportMapping)
        .where(ImportMapping.fingerprint == fingerprint(header))
        .order_by(ImportMapping.kept_at.desc(), ImportMapping.id.desc())
        .limit(1)
    )
    return Choices().following(found.document, found.name) if found else Choices()


def choices_for(session: Session, *, name: str, data: bytes, mapping: str = "") -> Choices:
    """Return how a file is read: by the mapping of that name, else by the one that is remembered for its header.

    Raises
    ------
    InvalidInput
        For ``file``, when it cannot be read at all; for ``mapping``, when nothing is kept under that name.
    """
    try:
        if not is_workbook(data) and looks_like_json(name, data):
            return Choices()
        header = table_in(data, Choices()).header
    except Unreadable as error:
        raise InvalidInput({"file": str(error)}) from error
    if not mapping:
        return remembered_for(session, header)
    found = session.scalar(select(ImportMapping).where(ImportMapping.name == mapping))
    if found is None:
        raise InvalidInput({"mapping": f"No way of reading files is kept under the name “{mapping}”."})
    return Choices().following(found.document, found.name)


def list_mappings(session: Session) -> Sequence[ImportMapping]:
    """Return the mappings that are remembered, by name."""
    return session.scalars(select(ImportMapping).order_by(ImportMapping.name)).all()


def named_mapping(session: Session, public_id: str) -> ImportMapping:
    """Return a mapping that is remembered.

    Raises
    ------
    NotFound
        When there is none any more.
    """
    found = session.scalar(select(ImportMapping).where(ImportMapping.public_id == public_id))
    if found is None:
        raise NotFound("This way of reading files is not kept any more.")
    return found


def remember(
    session: Session, *, actor: Actor, name: str, header: Sequence[str], choices: Choices
) -> Choices:
    """Keep how a file is read under a name, for files with the same header; return the choices that say so."""
    policies.require(actor, "import")
    checks = Checks()
    plain = checks.text("mapping", "The name", name, limit=NAME_LIMIT, required=True)
    checks.done()
    open_write(session, actor)
    found = session.scalar(select(ImportMapping).where(ImportMapping.name == plain))
    if found is None:
        found = ImportMapping(name=plain)
        session.add(found)
    found.fingerprint = fingerprint(header)
    found.document = choices.remembered()
    found.kept_at = utc_now()
    return replace(choices, mapping=plain)


def forget_mapping(session: Session, *, actor: Actor, public_id: str) -> str:
    """Keep a way of reading files no longer; return its name."""
    policies.require(actor, "import")
    open_write(session, actor)
    found = named_mapping(session, public_id)
    name = found.name
    session.delete(found)
    return name
