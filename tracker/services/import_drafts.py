"""Files between their dry run and their import: kept for a day, for whoever brought them, planned as often as looked at."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections import OrderedDict
from datetime import date, timedelta
from threading import Lock

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.models.base import utc_now
from tracker.models.import_drafts import ImportDraft
from tracker.queries.facts import current_version
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.checking import Checks
from tracker.services.errors import NotFound
from tracker.services.imports import ImportPlan, apply_import, plan_import
from tracker.services.sessions import hash_of
from tracker.services.writing import open_write

#: A register of 50,000 rows has about this size.
LARGEST = 20 * 1024 * 1024
KEPT_FOR = timedelta(hours=24)
#: Files of one person that wait at the same time; the oldest make room.
MOST_WAITING = 4
NAME_LIMIT = 120
ENDINGS = (".csv", ".json")

#: Dry runs kept per process, so that leafing through ten thousand rows does not compare them anew for each page.
PLANS_KEPT = 4
_plans: OrderedDict[tuple[str, int, date], ImportPlan] = OrderedDict()
_lock = Lock()


class RegisterChanged(Exception):
    """Somebody changed the register after the dry run was shown, so what would happen is to be shown again."""


def keep_draft(session: Session, *, actor: Actor, name: str, data: bytes, as_of: date, today: date) -> str:
    """Read a file and keep it for its dry run; return the token of its address, which nothing else holds.

    Raises
    ------
    InvalidInput
        When there is no file, it cannot be read as a register, or its date lies ahead.
    """
    policies.require(actor, "import")
    plain = plain_name(name)
    checks = Checks()
    checks.day("as_of", "The file's date", as_of, required=True, latest=today)
    if not plain:
        checks.refuse("file", "Choose a file first.")
    elif not plain.lower().endswith(ENDINGS):
        checks.refuse("file", "A register comes as a .csv or a .json file. Save it as one of these.")
    elif not data:
        checks.refuse("file", "This file is empty.")
    elif len(data) > LARGEST:
        checks.refuse(
            "file", f"A file can have {LARGEST // 1024 // 1024} MB. Split it, by years or by departments."
        )
    checks.done()
    token, sha256 = secrets.token_urlsafe(32), hashlib.sha256(data).hexdigest()
    version = current_version(session)
    plan = plan_import(session, name=plain, data=data, as_of=as_of, today=today)
    open_write(session, actor)
    _make_room(session, actor)
    session.add(
        ImportDraft(
            token_hash=hash_of(token),
            user_id=actor.user_id,
            name=plain,
            as_of=as_of,
            sha256=sha256,
            size=len(data),
            data=data,
        )
    )
    _remember((hash_of(token), version, today), plan)
    return token


def find_draft(session: Session, *, actor: Actor, token: str) -> ImportDraft:
    """Return a file that waits, without its bytes, to whoever brought it and nobody else. 1 query.

    Raises
    ------
    NotFound
        When it was imported, is older than a day, or was brought by somebody else.
    """
    policies.require(actor, "import")
    found = session.scalar(
        select(ImportDraft).where(
            ImportDraft.token_hash == hash_of(token),
            ImportDraft.user_id == actor.user_id,
            ImportDraft.created_at > utc_now() - KEPT_FOR,
        )
    )
    if found is None:
        raise NotFound("This file is not kept any more. Bring it again: importing it twice changes nothing.")
    return found


def plan_draft(session: Session, draft: ImportDraft, today: date) -> tuple[int, ImportPlan]:
    """Return the version of the register and what importing the file would do to it."""
    version = current_version(session)
    key = (draft.token_hash, version, today)
    with _lock:
        if key in _plans:
            _plans.move_to_end(key)
            return version, _plans[key]
    plan = plan_import(session, name=draft.name, data=draft.data, as_of=draft.as_of, today=today)
    _remember(key, plan)
    return version, plan


def import_draft(
    session: Session, *, actor: Actor, token: str, version: int, skip_refused: bool, today: date
) -> ImportPlan:
    """Import a file as its dry run at ``version`` showed it, all of it or nothing, and let go of it.

    Raises
    ------
    RegisterChanged
        When the register has another version by now.
    ImportRefused
        When rows are refused that were not to be left out.
    """
    draft = find_draft(session, actor=actor, token=token)
    now, shown = plan_draft(session, draft, today)
    if now != version:
        raise RegisterChanged
    name, data, as_of = draft.name, draft.data, draft.as_of
    plan = apply_import(
        session, actor=actor, name=name, data=data, as_of=as_of, today=today, skip_refused=skip_refused
    )
    if plan.rows != shown.rows:  # somebody saved between the look at the version and the write lock
        raise RegisterChanged
    gone = session.execute(delete(ImportDraft).where(ImportDraft.id == draft.id).returning(ImportDraft.id))
    if gone.one_or_none() is None:
        raise NotFound("This file was imported meanwhile, from another window.")
    return plan


def drop_draft(session: Session, *, actor: Actor, token: str) -> None:
    """Let go of a file without importing it; one that is gone already is no fault."""
    policies.require(actor, "import")
    open_write(session, actor)
    session.execute(
        delete(ImportDraft).where(
            ImportDraft.token_hash == hash_of(token), ImportDraft.user_id == actor.user_id
        )
    )


def plain_name(name: str) -> str:
    """Return a file's name as it may be shown: no folders, no characters that hide or turn others."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(each for each in last if unicodedata.category(each)[0] != "C")
    stem, dot, ending = shown.strip().rpartition(".")
    return stem[: NAME_LIMIT - len(ending) - 1] + dot + ending if len(ending) < 10 else shown[:NAME_LIMIT]


def _make_room(session: Session, actor: Actor) -> None:
    """Delete files older than a day, whoever brought them, and the oldest of this person."""
    session.execute(delete(ImportDraft).where(ImportDraft.created_at <= utc_now() - KEPT_FOR))
    mine = session.scalars(
        select(ImportDraft.id).where(ImportDraft.user_id == actor.user_id).order_by(ImportDraft.id.desc())
    ).all()
    session.execute(delete(ImportDraft).where(ImportDraft.id.in_(mine[MOST_WAITING - 1 :])))


def _remember(key: tuple[str, int, date], plan: ImportPlan) -> None:
    with _lock:
        _plans[key] = plan
        while len(_plans) > PLANS_KEPT:
            _plans.popitem(last=False)
