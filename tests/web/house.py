"""A house with one of everything, six people at its door, and its database as it was before each of them knocks."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests import databases
from tests.factories import Register
from tests.serving import COOKIE
from tests.signing import sign_in
from tracker.app import create_app
from tracker.extensions import db
from tracker.models import engines
from tracker.models.accounts import OneTimeLink
from tracker.models.audit import AuditEntry
from tracker.models.bulk_changes import BulkChange
from tracker.models.displays import Display
from tracker.models.feeds import Feed
from tracker.models.import_drafts import ImportDraft
from tracker.models.imports import ImportBatch, ImportMapping
from tracker.models.merges import Merge
from tracker.models.people import Person
from tracker.models.recording import RecordingSession
from tracker.models.share_links import ShareLink
from tracker.models.views import SavedView
from tracker.queries import facts
from tracker.services.sessions import hash_of

ACTORS = ("anonymous", "viewer", "member", "sponsor", "office", "admin")
MATRIX = yaml.safe_load((Path(__file__).parents[1] / "authz_matrix.yaml").read_text(encoding="utf-8"))

#: Which record an address asks for, by how it begins; the longest beginning holds.
PLACES = {
    "/initiatives/": "initiative",
    "/moments/": "moment",
    "/departments/": "department",
    "/departments/divisions/": "division",
    "/sponsors/": "person",
    "/journeys/": "journey",
    "/themes/": "theme",
    "/administration/accounts/": "account",
    "/account/sessions/": "session",
    "/link/": "link",
    "/import/": "draft",
    "/imports/": "import",
    "/imports/mappings/": "mapping",
    "/merges/": "merge",
    "/snapshots/": "snapshot",
    "/receipt/": "receipt",
    "/share-links/": "share_link",
    "/administration/displays/": "display",
    "/s/": "share_token",
    "/display/": "display_token",
    "/presentations/": "presentation",
    "/views/": "view",
    "/bulk/": "bulk_change",
    "/round/": "initiative",
}
#: Records that a person of the house made or leads; the others were there before.
OWN = ("initiative", "moment")


@dataclass
class House:
    """The application on an arranged database, and the ids in it; ``own:`` and an actor's name come before some."""

    app: Flask
    engine: Engine
    file: Path
    before: Path
    ids: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    #: The cookie of each of the six, once it was asked for.
    cookies: dict[str, str] = field(default_factory=dict)
    #: How the files of the database stood after it was arranged.
    arranged: tuple[int, ...] = ()

    def restore(self) -> None:
        """Put the database back to how it was arranged, where something was written to it."""
        if self.state() == self.arranged:
            return
        with self.app.app_context():
            db.engine.dispose()
        self.engine.dispose()
        for suffix in ("-wal", "-shm", "-journal"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.before, self.file)
        self.arranged = self.state()
        facts.forget()

    def state(self) -> tuple[int, ...]:
        """Return what every write to the database changes: its size and time, and how long its log of writes is."""
        file, log = self.file.stat(), self.file.with_name(self.file.name + "-wal")
        return file.st_size, file.st_mtime_ns, log.stat().st_size if log.exists() else 0

    def browser(self, actor: str) -> FlaskClient:
        """Return the browser of one of the six, or of a display that nobody is signed in on."""
        client = self.app.test_client()
        if actor == "display":
            client.set_cookie("tracker-display", self.ids["display_token"])
        if actor in self.tokens:
            client.set_cookie(COOKIE, self._cookie(actor))
        return client

    def _cookie(self, actor: str) -> str:
        if actor not in self.cookies:
            client = self.app.test_client()
            with client.session_transaction() as cookie:
                cookie["_user_id"] = self.tokens[actor]
                cookie["_fresh"] = True
            held = client.get_cookie(COOKIE)
            assert held is not None
            self.cookies[actor] = held.value
        return self.cookies[actor]

    def filled(self, value: Any, actor: str, *, own: bool) -> Any:
        """Return a value of the matrix with the names in it replaced by ids."""
        if isinstance(value, list):
            return [self.filled(each, actor, own=own) for each in value]
        return re.sub(r"\{(\w+)\}", lambda found: self.id(found[1], actor, own=own), str(value))

    def id(self, name: str, actor: str, *, own: bool) -> str:
        """Return the id of a record: the actor's own one where asked for, else anybody's."""
        mine = f"own:{name}" if own else name
        return next(self.ids[each] for each in (f"{actor}:{name}", mine, name, "nothing") if each in self.ids)

    def send(self, line: str, actor: str, *, own: bool = False, **headers: str) -> TestResponse:
        """Send the request of a line of the matrix as one of the six."""
        endpoint, method = line.split()
        rule = next(each for each in self.app.url_map.iter_rules(endpoint) if method in (each.methods or ()))
        given = MATRIX["arguments"].get(line, {})
        place = max((each for each in PLACES if rule.rule.startswith(each)), key=len, default="")
        values = {
            name: self.filled(given.get(name, f"{{{PLACES.get(place, 'nothing')}}}"), actor, own=own)
            for name in rule.arguments
        }
        address = self.app.url_map.bind("localhost").build(endpoint, values, method)
        form = {
            name: self.filled(value, actor, own=own) for name, value in MATRIX["forms"].get(line, {}).items()
        }
        answer = self.browser(actor).open(address, method=method, data=form or None, headers=headers or None)
        answer.get_data()
        answer.close()
        return answer

    def trail(self) -> int:
        """Return the number of lines in the audit trail."""
        with Session(self.engine) as session:
            return session.scalar(select(func.count(AuditEntry.id))) or 0


def rules(app: Flask) -> list[Rule]:
    """Return every route, with the methods that its views answer."""
    return list(app.url_map.iter_rules())


def routes(app: Flask) -> set[str]:
    """Return "endpoint METHOD" for every route; HEAD and OPTIONS follow from the others."""
    return {
        f"{rule.endpoint} {method}"
        for rule in rules(app)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def build(template: Path, folder: Path) -> House:
    """Open the application on a copy of a migrated database, and arrange it."""
    url = databases.copy_of(template, folder)
    engine = create_engine(url, **engines.engine_options(url))
    engines.prepare(engine)
    app = create_app(databases.config_for(url, folder))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    house = House(app, engine, folder / "register.db", folder / "arranged.db")
    with RecordingSession(engine, expire_on_commit=False) as session:
        arrange(Register(session), house)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    shutil.copyfile(house.file, house.before)
    house.arranged = house.state()
    return house


def arrange(register: Register, house: House) -> None:
    """Make one of everything; the member recorded the records of one's own, the sponsor leads them."""
    bob = register.person("Bob Hale", title="Claims Director")
    people = {
        "viewer": register.account("Charlie Viewer", "viewer"),
        "member": register.account("Dora Member", "member"),
        "sponsor": register.account("Bob Hale", "sponsor", person_id=bob.id),
        "office": register.account("Alice Office", "office"),
        "admin": register.account("Ada Admin", "admin"),
    }
    someone = register.account("Erin Else", "member")
    priya = register.person("Priya Raman")
    division = register.division()
    claims, legal, lone = register.departments("Claims", "Legal", "Alone")
    theirs = register.initiative("Theirs", claims, legal, lead=priya)
    own = register.initiative("Own", claims, legal, lead=bob, created_by_id=people["member"].id)
    gone = register.initiative("Gone", claims, legal, binned_at=datetime(2026, 1, 9, tzinfo=UTC))
    day = date(2026, 1, 20)
    moment = register.moment(theirs, day, kind="near_miss", confirmed=False, lesson="Ask once")
    own_moment = register.moment(
        own,
        day,
        kind="near_miss",
        confirmed=False,
        lesson="Ask once",
        created_by_id=people["member"].id,
    )
    binned = register.moment(theirs, day, binned_at=datetime(2026, 1, 9, tzinfo=UTC))
    sample = register.department("Sample department", is_sample=True)
    house.ids = {
        "nothing": "nothing",
        "initiative": theirs.public_id,
        "own:initiative": own.public_id,
        "binned_initiative": gone.public_id,
        "moment": moment.public_id,
        "own:moment": own_moment.public_id,
        "binned_moment": binned.public_id,
        "department": claims.public_id,
        "other_department": legal.public_id,
        "lone_department": lone.public_id,
        "sample_department": sample.public_id,
        "division": division.public_id,
        "person": priya.public_id,
        "journey": register.journey("Making a claim", claims, legal).public_id,
        "theme": register.theme().public_id,
        "account": someone.public_id,
        "link": "a-link-that-works-once",
    }
    changed = BulkChange(
        action="bin", said="Move to the bin", rows=[{"id": gone.id, "title": "Gone", "was": {}}]
    )
    house.ids["bulk_change"] = register.save(changed).public_id
    snapshot = register.snapshot(date(2026, 1, 31))
    house.ids |= {"snapshot": snapshot.public_id, "receipt": f"{snapshot.public_id}-1"}
    house.ids |= {"presentation": register.presentation("All-hands").public_id}
    house.ids |= _import(register)
    house.ids["merge"] = _merge(register, priya)
    later = datetime.now(UTC) + timedelta(days=1)
    register.save(
        OneTimeLink(
            token_hash=hash_of(house.ids["link"]), purpose="invitation", user_id=someone.id, expires_at=later
        )
    )
    _tokens(register, house, someone.id)
    for actor, user in people.items():
        house.tokens[actor] = sign_in(house.app.test_client(), house.engine, user.id)
        house.ids[f"{actor}:session"] = _second_session(register.session, house, user.id)
        house.ids[f"{actor}:draft"] = _draft(register, actor, user.id)
        view = SavedView(list_name="initiatives", name="Mine", query="status=live", owner_id=user.id)
        house.ids[f"{actor}:view"] = register.save(view).public_id
        register.save(Feed(token_hash=hash_of(f"a-feed-of-{actor}"), kind="wins", user_id=user.id))


def _second_session(session: Session, house: House, user_id: int) -> str:
    from tracker.models.accounts import UserSession

    token = sign_in(house.app.test_client(), house.engine, user_id)
    session.rollback()
    found = session.scalar(select(UserSession.public_id).where(UserSession.token_hash == hash_of(token)))
    assert found is not None
    return found


def _tokens(register: Register, house: House, user_id: int) -> None:
    """Make somebody's share link, a display, and the addresses of feeds."""
    house.ids |= {"share_token": "a-link-that-is-shared", "display_token": "a-screen-in-the-foyer"}
    link = ShareLink(
        token_hash=hash_of(house.ids["share_token"]),
        kind="snapshot",
        target=house.ids["snapshot"],
        created_by_id=user_id,
        expires_at=datetime.now(UTC) + timedelta(days=1),
    )
    display = Display(token_hash=hash_of(house.ids["display_token"]), name="Foyer")
    house.ids["share_link"] = register.save(link).public_id
    house.ids["display"] = register.save(display).public_id
    for kind in ("due", "wins"):
        token = house.ids[f"{kind}_token"] = f"an-address-of-a-feed-{kind}"
        register.save(Feed(token_hash=hash_of(token), kind=kind, user_id=user_id))


def _import(register: Register) -> dict[str, str]:
    batch = register.save(
        ImportBatch(
            name="register.csv",
            kind="table",
            as_of=date(2026, 1, 20),
            sha256="0" * 64,
            size=10,
            counts={"created": 1, "updated": 0, "unchanged": 0, "refused": 0},
            first_line=900_000,
            last_line=900_001,
            made_by="Alice Office",
        )
    )
    mapping = register.save(ImportMapping(name="Our workbook", fingerprint="0" * 64))
    return {"import": batch.public_id, "mapping": mapping.public_id}


def _merge(register: Register, stays: Person) -> str:
    """A merge that was made; there was nothing else to move."""
    gone = register.person("Raman, Priya", binned_at=datetime(2026, 1, 20, tzinfo=UTC))
    none = {"together": 0, "required": 0, "momentum": 0.0, "wins": 0, "lessons": 0}
    merge = Merge(
        kind="person",
        way="twice",
        from_public_id=gone.public_id,
        into_public_id=stays.public_id,
        from_name=gone.name,
        into_name=stays.name,
        moved={"counts": {}, "initiatives": [], "filled": [], "notes": [], "twins": []},
        figures={"on": "2026-01-20", "since": "2025-10-23", "before": none, "after": none},
        first_line=900_010,
        last_line=900_011,
        made_by="Alice Office",
    )
    return register.save(merge).public_id


def _draft(register: Register, actor: str, user_id: int) -> str:
    token = f"a-file-of-{actor}"
    data = b"initiative_id,title,departments\nI-1,A pilot,Claims; Legal\n"
    register.save(
        ImportDraft(
            token_hash=hash_of(token),
            user_id=user_id,
            name="register.csv",
            as_of=date(2026, 1, 20),
            sha256="0" * 64,
            size=len(data),
            data=data,
        )
    )
    return token
