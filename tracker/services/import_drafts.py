"""Files between their dry run and their import: kept for a day, for whoever brought them, planned as often as looked at."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import unicodedata
from collections import OrderedDict
from dataclasses import replace
from datetime import date, timedelta
from threading import Lock

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.exchange.choices import Choices, choices_of
from tracker.exchange.reading import ENDINGS
from tracker.models.base import utc_now
from tracker.models.import_drafts import ImportDraft
from tracker.queries.facts import current_portfolio, current_version
from tracker.services import policies
from tracker.services.actors import Actor
from tracker.services.checking import Checks
from tracker.services.errors import NotFound
from tracker.services.import_mappings import choices_for
from tracker.services.imports import ImportPlan, apply_import, plan_import
from tracker.services.imports_effect import effect_of, last_day
from tracker.services.imports_kept import plan_of, text_of
from tracker.services.progress import Progress, unheard
from tracker.services.sessions import hash_of
from tracker.services.writing import open_write

#: A register of 50,000 rows has about this size.
LARGEST = 20 * 1024 * 1024
KEPT_FOR = timedelta(hours=24)
#: Files of one person that wait at the same time; the oldest make room.
MOST_WAITING = 4
NAME_LIMIT = 120
#: Files up to this size are read while whoever brought them waits: two thousand rows. A workbook holds so many times
#: its size.
READ_AT_ONCE, PACKED = 256 * 1024, 5
#: Every choice is another dry run, so its key holds all of them.
Key = tuple[str, int, date, str]

#: Dry runs kept per process, so that leafing through ten thousand rows does not compare them anew for each page.
PLANS_KEPT = 4
_plans: OrderedDict[Key, ImportPlan] = OrderedDict()
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
        checks.refuse(
            "file", "A register comes as a .csv, .tsv, .xlsx or .json file. Save it as one of these."
        )
    elif not data:
        checks.refuse("file", "This file is empty.")
    elif len(data) > LARGEST:
        checks.refuse(
            "file", f"A file can have {LARGEST // 1024 // 1024} MB. Split it, by years or by departments."
        )
    checks.done()
    token, sha256 = secrets.token_urlsafe(32), hashlib.sha256(data).hexdigest()
    version, plan = current_version(session), None
    choices = choices_for(session, name=plain, data=data)
    if is_short(plain, len(data)):
        plan = plan_import(
            session, name=plain, data=data, as_of=as_of, today=today, choices=choices, need_title=False
        )
        plan = _with_effect(session, plan, today)
    open_write(session, actor)
    _make_room(session, actor)
    draft = ImportDraft(
        token_hash=hash_of(token),
        user_id=actor.user_id,
        name=plain,
        as_of=as_of,
        sha256=sha256,
        size=len(data),
        data=data,
        choices=choices.document() or None,
    )
    session.add(draft)
    if plan is not None:
        _remember(_key(draft, version, today), plan)
    return token


def is_short(name: str, size: int) -> bool:
    """Say whether a file is read while whoever brought it waits."""
    return size * (PACKED if name.lower().endswith(".xlsx") else 1) <= READ_AT_ONCE


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


def kept_plan(session: Session, draft: ImportDraft, today: date) -> tuple[int, ImportPlan | None]:
    """Return the version of the register, and the dry run of the file at it where this process knows it. 1 query."""
    version = current_version(session)
    key = _key(draft, version, today)
    with _lock:
        if key in _plans:
            _plans.move_to_end(key)
            return version, _plans[key]
    return version, None


def plan_text(session: Session, draft: ImportDraft, today: date, progress: Progress = unheard) -> bytes:
    """Return what importing the file would do as a text, from which `take_over_plan` knows it in another process."""
    version, plan = plan_draft(session, draft, today, progress)
    return text_of(plan, _mark(_key(draft, version, today)))


def take_over_plan(
    session: Session, draft: ImportDraft, today: date, text: bytes
) -> tuple[int, ImportPlan | None]:
    """Return what `kept_plan` does, and know from now on what another process read, if it still holds. 1 query."""
    version = current_version(session)
    key = _key(draft, version, today)
    plan = plan_of(text, _mark(key))
    if plan is not None:
        _remember(key, plan)
    return version, plan


def plan_draft(
    session: Session, draft: ImportDraft, today: date, progress: Progress = unheard
) -> tuple[int, ImportPlan]:
    """Return the version of the register and what importing the file would do to it."""
    version, plan = kept_plan(session, draft, today)
    if plan is not None:
        return version, plan
    plan = plan_import(
        session,
        name=draft.name,
        data=draft.data,
        as_of=draft.as_of,
        today=today,
        choices=choices_of(draft.choices),
        need_title=False,
        progress=progress,
    )
    progress("Working out both numbers", 0, 1)
    plan = _with_effect(session, plan, today)
    _remember(_key(draft, version, today), plan)
    return version, plan


def _with_effect(session: Session, plan: ImportPlan, today: date) -> ImportPlan:
    """Return a plan with what it does to the numbers, as long as it does anything."""
    if not plan.created and not plan.updated:
        return plan
    _, portfolio = current_portfolio(session)
    on = last_day(plan.as_of, is_table=plan.how is not None, today=today)
    return replace(plan, effect=effect_of(portfolio, plan.draft, on))


def choose(session: Session, *, actor: Actor, token: str, choices: Choices) -> ImportDraft:
    """Keep what somebody chose about a file that waits: how it is read, what its words mean, what is left out."""
    find_draft(session, actor=actor, token=token)
    open_write(session, actor)
    draft = find_draft(session, actor=actor, token=token)
    draft.choices = choices.document() or None
    return draft


def import_draft(
    session: Session,
    *,
    actor: Actor,
    token: str,
    version: int,
    skip_refused: bool,
    today: date,
    progress: Progress = unheard,
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
    now, shown = plan_draft(session, draft, today, progress)
    if now != version:
        raise RegisterChanged
    plan = apply_import(
        session,
        actor=actor,
        name=draft.name,
        data=draft.data,
        as_of=draft.as_of,
        today=today,
        skip_refused=skip_refused,
        choices=choices_of(draft.choices),
        token_hash=hash_of(token),
        progress=progress,
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


def _key(draft: ImportDraft, version: int, today: date) -> Key:
    return draft.token_hash, version, today, json.dumps(draft.choices, sort_keys=True)


def _mark(key: Key) -> str:
    return json.dumps([*key[:2], key[2].isoformat(), key[3]])


def _remember(key: Key, plan: ImportPlan) -> None:
    with _lock:
        _plans[key] = plan
        while len(_plans) > PLANS_KEPT:
            _plans.popitem(last=False)
