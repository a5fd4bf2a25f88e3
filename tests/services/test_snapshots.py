"""A snapshot is written once: what it holds, its SHA-256, and that nothing changes it afterwards."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tracker import clock
from tracker.models.audit import AuditEntry
from tracker.models.engines import WRITE
from tracker.models.recording import open_write
from tracker.models.settings import Organisation
from tracker.models.snapshots import FrozenForGood, Snapshot
from tracker.services import bin as bins
from tracker.services import snapshots
from tracker.services.errors import Forbidden, InvalidInput, NotFound

ON = date(2026, 6, 30)


@pytest.fixture
def house(register: Register) -> dict[str, Any]:
    """Three departments: Claims and Legal work together, Claims and Sales have begun with two others."""
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    priya = register.person("Priya Raman")
    desk = register.initiative("Storm desk", claims, legal, start=date(2026, 5, 4), lead=priya)
    win = register.moment(desk, date(2026, 6, 10), title="Refund in one call")
    miss = register.moment(
        desk, date(2026, 6, 12), "near_miss", "Upload broke at noon", lesson="Test at noon"
    )
    return {
        "claims": claims, "legal": legal, "sales": sales, "priya": priya, "desk": desk, "win": win, "miss": miss
    }  # fmt: skip


def freeze(session: Session, cast: Cast, on: date = ON) -> Snapshot:
    """Freeze a day as Alice, and save it."""
    made, _ = snapshots.freeze(session, actor=cast.alice, on=on, today=clock.today())
    session.commit()
    return made


def says(session: Session, cast: Cast, snapshot: Snapshot) -> dict[str, Any]:
    """Return what a snapshot says, read anew."""
    found: dict[str, Any] = json.loads(
        snapshots.find_snapshot(session, cast.alice, snapshot.public_id).document
    )
    return found


def values(document: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the figures of the day in order, by name."""
    return [(each["name"], each["value"]) for each in document["figures"]]


def test_every_figure_of_the_day_is_as_worked_by_hand(
    session: Session, cast: Cast, house: dict[str, Any]
) -> None:
    document = says(session, cast, freeze(session, cast))
    # One initiative of two: its pair has one share of three pairs. A win of 20 days ago: 3 points, and a lesson of
    # 18 days ago: 1 point, 0.230161612 each on its day; half is left after 90 days.
    momentum = 0.230161612112 * (3 * 2 ** (-20 / 90) + 2 ** (-18 / 90))
    assert values(document) == [
        ("together", 1), ("required", 3),
        ("backed", 0), ("single", 1), ("begun", 0), ("quiet", 0), ("open", 2),
        ("score", "1/3"),
        ("wins", 1), ("lessons", 1), ("wins", 0), ("lessons", 0),
        ("moments", 2), ("momentum", f"{momentum:.6f}"),
    ]  # fmt: skip
    assert document["sentences"]["headline"] == "1 of 3 department pairs works together."
    assert [(each["on"], [part["value"] for part in each["figures"]]) for each in document["months"]] == [
        ("2026-05-31", [1, 3, 0, 0, "0.000000"]),
        ("2026-06-30", [1, 3, 1, 1, f"{momentum:.6f}"]),
    ]


def test_each_number_has_a_receipt_of_its_own(session: Session, cast: Cast, house: dict[str, Any]) -> None:
    snapshot = freeze(session, cast)
    document = says(session, cast, snapshot)
    given = [each["receipt"] for each in document["figures"]]
    given += [part["receipt"] for each in document["months"] for part in each["figures"]]
    given += [each["receipt"] for each in document["track"]["ties"] if "receipt" in each]
    given += [part["receipt"] for each in document["later"] for part in each["figures"]]
    rest = [each for each in receipts_in([document["scenes"], document["film"]]) if each not in given]
    given += sorted(set(rest), key=lambda each: int(each.rpartition("-")[2]))
    assert given == [f"{snapshot.public_id}-{number}" for number in range(1, len(given) + 1)]


def receipts_in(value: Any) -> list[str]:
    """Return every receipt in a value."""
    if isinstance(value, dict):
        here = [value["receipt"]] if "receipt" in value else []
        return here + [each for part in value.values() for each in receipts_in(part)]
    return [each for part in value for each in receipts_in(part)] if isinstance(value, list) else []


def test_the_sha256_is_that_of_the_bytes_and_names_those_of_the_records(
    session: Session, cast: Cast, house: dict[str, Any]
) -> None:
    snapshot = freeze(session, cast)
    found = snapshots.find_snapshot(session, cast.alice, snapshot.public_id)
    assert found.sha256 == hashlib.sha256(found.document).hexdigest()
    assert json.loads(found.document)["records"]["sha256"] == hashlib.sha256(found.records).hexdigest()
    assert snapshots.check(found).fits


def test_the_bytes_are_canonical_json(session: Session, cast: Cast, house: dict[str, Any]) -> None:
    found = snapshots.find_snapshot(session, cast.alice, freeze(session, cast).public_id)
    for data in (found.document, found.records):
        again = json.dumps(json.loads(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert again.encode() == data
        assert not any(isinstance(each, float) for each in leaves(json.loads(data)))


def leaves(value: Any) -> list[Any]:
    """Return everything in a value that holds nothing else."""
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return [leaf for part in parts for leaf in leaves(part)]
    return [value]


def test_it_names_the_sponsors_that_its_scenes_thank_and_no_near_miss_that_its_team_keeps_to_itself(
    session: Session, cast: Cast, register: Register, house: dict[str, Any]
) -> None:
    register.person("Tom Kerr")
    found = snapshots.find_snapshot(session, cast.alice, freeze(session, cast).public_id)
    document, records = found.document.decode(), found.records.decode()
    assert "Sponsored by Priya Raman." in document
    assert "Priya" not in records, "what stands behind the numbers names nobody"
    for hidden in ("Alice", "Tom Kerr", "Upload broke at noon"):
        assert hidden not in document + records
    assert "Refund in one call" in document


def test_what_is_recorded_later_leaves_it_as_it_is(
    session: Session, cast: Cast, register: Register, house: dict[str, Any]
) -> None:
    snapshot = freeze(session, cast)
    before = snapshots.find_snapshot(session, cast.alice, snapshot.public_id).document
    register.moment(house["desk"], date(2026, 6, 20), title="Another win")
    assert snapshots.find_snapshot(session, cast.alice, snapshot.public_id).document == before


def test_the_history_says_who_froze_it(session: Session, cast: Cast, house: dict[str, Any]) -> None:
    snapshot = freeze(session, cast)
    line = session.scalars(select(AuditEntry).where(AuditEntry.kind == "snapshot")).one()
    assert (line.action, line.actor_name, line.record_id) == ("created", "Alice Office", snapshot.id)
    assert line.label == "Snapshot of 2026-06-30"
    assert line.changes["sha256"] == [None, snapshot.sha256]
    assert "document" not in line.changes


def test_a_second_time_gives_the_same_snapshot_until_something_is_recorded(
    session: Session, cast: Cast, register: Register, house: dict[str, Any]
) -> None:
    first = freeze(session, cast).public_id
    again, is_new = snapshots.freeze(session, actor=cast.bob, on=ON, today=clock.today())
    assert (again.public_id, is_new) == (first, False)
    session.rollback()
    register.moment(house["desk"], date(2026, 6, 20), title="Another win")
    assert freeze(session, cast).public_id != first


def test_another_name_of_what_is_told_makes_another_snapshot(
    session: Session, cast: Cast, register: Register, house: dict[str, Any]
) -> None:
    """The version of the numbers stays; what stands on the stage does not."""

    def frozen() -> str:
        public_id = freeze(session, cast).public_id
        session.rollback()
        return public_id

    found = [frozen()]
    organisation = register.save(Organisation(id=1, name="Acme"))
    found.append(frozen())
    for record, column, value in (
        (organisation, "name", "Acme & Sons"),
        (house["win"], "title", "Refund in one short call"),
        (house["claims"], "name", "Claims and Care"),
        (house["priya"], "name", "Priya Raman-Lee"),
    ):
        open_write(register.session, actor_id=None, actor_name="The arranger", via="test")
        setattr(record, column, value)
        register.session.commit()
        found.append(frozen())
        assert frozen() == found[-1]
    assert len(set(found)) == len(found)


def test_each_title_classification_and_period_makes_a_snapshot_of_its_own(
    session: Session, cast: Cast, house: dict[str, Any]
) -> None:
    asked: list[dict[str, Any]] = [
        {},
        {"title": "All hands"},
        {"classification": "Internal"},
        {"since": date(2026, 5, 31)},
    ]

    def frozen(more: dict[str, Any]) -> str:
        made, _ = snapshots.freeze(session, actor=cast.alice, on=ON, today=clock.today(), **more)
        session.commit()
        return made.public_id

    first = [frozen(each) for each in asked]
    assert len(set(first)) == len(asked)
    assert [frozen(each) for each in asked] == first
    assert frozen({"since": date(2026, 3, 31), "title": "  "}) == first[0], "three months are told as a rule"


@pytest.mark.parametrize("change", ["UPDATE snapshots SET sentence = 'Other'", "DELETE FROM snapshots"])
def test_the_database_refuses_to_change_or_delete_one(
    session: Session, cast: Cast, engine: Engine, house: dict[str, Any], change: str
) -> None:
    freeze(session, cast)
    with engine.connect().execution_options(**{WRITE: True}) as connection:
        with pytest.raises(DBAPIError, match="A snapshot never changes"):
            connection.execute(text(change))
        connection.rollback()
        assert connection.execute(text("SELECT count(*) FROM snapshots")).scalar_one() == 1


def test_the_session_refuses_it_before_the_database_does(
    session: Session, cast: Cast, house: dict[str, Any]
) -> None:
    public_id = freeze(session, cast).public_id
    for change in (lambda each: setattr(each, "sentence", "Other"), session.delete):
        open_write(session, actor_id=None, actor_name="Somebody", via="test")
        found = session.scalars(select(Snapshot).where(Snapshot.public_id == public_id)).one()
        change(found)
        with pytest.raises(FrozenForGood):
            session.flush()
        session.rollback()


def test_the_bin_does_not_take_one(session: Session, cast: Cast, house: dict[str, Any]) -> None:
    snapshot = freeze(session, cast)
    with pytest.raises(NotFound):
        bins.find_binned(session, cast.ada, "snapshot", snapshot.public_id)


def test_bytes_changed_outside_the_tracker_are_found_out(
    session: Session, cast: Cast, house: dict[str, Any]
) -> None:
    found = snapshots.find_snapshot(session, cast.alice, freeze(session, cast).public_id)
    session.expunge(found)
    found.records = found.records.replace(b"Storm desk", b"Storm disk")
    assert (snapshots.check(found).document, snapshots.check(found).records) == (True, False)
    found.document = found.document.replace(b'"value":1', b'"value":9', 1)
    assert not snapshots.check(found).document


def test_members_and_viewers_may_not_freeze(session: Session, cast: Cast, house: dict[str, Any]) -> None:
    for actor in (cast.dora, cast.charlie):
        with pytest.raises(Forbidden):
            snapshots.freeze(session, actor=actor, on=ON, today=clock.today())


def test_a_day_to_come_and_an_empty_register_are_refused_with_what_to_do(
    session: Session, cast: Cast, register: Register
) -> None:
    today = clock.today()
    with pytest.raises(InvalidInput, match="a day that has come"):
        snapshots.freeze(session, actor=cast.alice, on=today + timedelta(1), today=today)
    with pytest.raises(InvalidInput, match="Record two departments first"):
        snapshots.freeze(session, actor=cast.alice, on=today, today=today)


def test_freezing_asks_the_database_as_often_however_much_there_is(
    session: Session, cast: Cast, register: Register, engine: Engine, house: dict[str, Any]
) -> None:
    freeze(session, cast)
    with counting(engine) as few:
        freeze(session, cast, date(2026, 6, 29))
    for number in range(8):
        desk = register.initiative(f"Desk {number}", house["legal"], house["sales"], start=date(2026, 6, 1))
        register.moment(desk, date(2026, 6, 5), title=f"Win {number}")
    freeze(session, cast)
    with counting(engine) as many:
        freeze(session, cast, date(2026, 6, 29))
    assert len(many) == len(few)
