"""Is this still true? What was said, what is known now, and what made the difference, by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Cast, Register
from tests.services.merging import merged
from tracker import clock
from tracker.graph.figures import Figure
from tracker.queries.receipts import Receipt, known_now, receipt_of
from tracker.queries.snapshots import (
    document_of,
    records_of,
    said_in,
    said_of_day,
    said_of_months,
    said_of_scene,
)
from tracker.services import snapshots
from tracker.services.confirmations import confirm
from tracker.services.initiatives import bin_initiative
from tracker.services.moments import bin_moment

ON = date(2026, 6, 30)


@pytest.fixture
def house(register: Register) -> dict[str, Any]:
    """Claims and Legal work together; a win of theirs counts, and another waits for a second person."""
    claims, legal, sales = register.departments("Claims", "Legal", "Sales")
    desk = register.initiative("Storm desk", claims, legal, start=date(2026, 5, 4))
    win = register.moment(desk, date(2026, 6, 10), title="Refund in one call")
    waits = register.moment(desk, date(2026, 6, 12), title="Waits", confirmed=False)
    return {"claims": claims, "legal": legal, "sales": sales, "desk": desk, "win": win, "waits": waits}


def freeze(session: Session, cast: Cast) -> str:
    """Freeze the day as Alice; return the snapshot's id."""
    made, _ = snapshots.freeze(session, actor=cast.alice, on=ON, today=clock.today())
    session.commit()
    return made.public_id


def asked(session: Session, cast: Cast, public_id: str, name: str, at: int = 0, **more: Any) -> Receipt:
    """Return the receipt of a figure: of the day by its name and place among those, of a pair by "strength"."""
    session.rollback()
    snapshot = snapshots.find_snapshot(session, cast.alice, public_id)
    document, records = document_of(snapshot), records_of(snapshot)
    of_day = {each.receipt for each in said_of_day(document)}
    found = [
        each
        for each in said_in(document, records).values()
        if each.figure.name == name and (name == "strength" or each.receipt in of_day)
    ]
    return receipt_of(session, public_id, found[at], records, **more)


def test_what_nobody_touched_is_still_true(session: Session, cast: Cast, house: dict[str, Any]) -> None:
    public_id = freeze(session, cast)
    for name in ("together", "required", "open", "score", "wins", "moments", "momentum", "strength"):
        found = asked(session, cast, public_id, name)
        assert (found.is_true, found.now) == (True, found.said.value), name
        assert found.causes == ()


def test_the_records_behind_a_count_of_pairs_are_those_pairs(
    session: Session, cast: Cast, house: dict[str, Any]
) -> None:
    public_id = freeze(session, cast)
    found = asked(session, cast, public_id, "together")
    assert [({each.a.name, each.b.name}, each.then) for each in found.pairs] == [
        ({"Claims", "Legal"}, "single")
    ]
    assert found.pairs[0].a.public_id == house["claims"].public_id
    assert asked(session, cast, public_id, "required").total == 3


def test_the_records_behind_a_count_of_wins_are_those_wins(
    session: Session, cast: Cast, house: dict[str, Any]
) -> None:
    found = asked(session, cast, freeze(session, cast), "wins")
    assert [(each.record.name, each.record.public_id, each.then) for each in found.moments] == [
        ("Refund in one call", house["win"].public_id, 3.0)
    ]


def test_the_record_behind_the_strength_of_a_pair_is_what_holds_it(
    session: Session, cast: Cast, house: dict[str, Any]
) -> None:
    found = asked(session, cast, freeze(session, cast), "strength")
    assert [(each.record.name, each.share) for each in found.work] == [("Storm desk", "1")]


def test_a_win_confirmed_later_is_known_now(session: Session, cast: Cast, house: dict[str, Any]) -> None:
    public_id = freeze(session, cast)
    confirm(session, actor=cast.alice, public_id=house["waits"].public_id)
    session.commit()
    found = asked(session, cast, public_id, "wins")
    assert (found.said.value, found.now, found.is_same) == (1, 2, False)
    assert [(each.record.name, each.why) for each in found.other_moments] == [("Waits", "confirmed")]
    pace = asked(session, cast, public_id, "momentum")
    # The second win of the month counts half: 1½ points, 18 days old.
    more = float(str(pace.now)) - float(str(pace.said.value))
    assert more == pytest.approx(0.230161612112 * 1.5 * 2 ** (-18 / 90), abs=2e-6)
    assert [(each.record.name, each.then, each.now) for each in pace.other_moments] == [("Waits", None, 1.5)]


def test_a_win_in_the_bin_is_named_and_no_longer_linked(
    session: Session, cast: Cast, house: dict[str, Any]
) -> None:
    public_id = freeze(session, cast)
    bin_moment(session, actor=cast.alice, public_id=house["win"].public_id)
    session.commit()
    found = asked(session, cast, public_id, "wins")
    assert (found.said.value, found.now) == (1, 0)
    assert [(each.record.name, each.record.public_id, each.why) for each in found.moments] == [
        ("Refund in one call", "", "gone")
    ]


def test_an_initiative_in_the_bin_is_the_cause_by_name(
    session: Session, cast: Cast, house: dict[str, Any]
) -> None:
    public_id = freeze(session, cast)
    bin_initiative(session, actor=cast.alice, public_id=house["desk"].public_id)
    session.commit()
    found = asked(session, cast, public_id, "together")
    assert (found.said.value, found.now) == (1, 0)
    (cause,) = found.causes
    assert (cause.difference.kind, cause.record.name, cause.record.public_id) == ("gone", "Storm desk", "")
    assert cause.difference.together == -1
    assert [(each.then, each.now) for each in found.other_pairs] == [("single", "open")]


def test_a_band_names_only_what_holds_its_pairs(
    session: Session, cast: Cast, register: Register, house: dict[str, Any]
) -> None:
    risk, care = register.departments("Risk", "Care")
    other = register.initiative("Care desk", risk, care, start=date(2026, 6, 1))
    public_id = freeze(session, cast)
    for each in (other, house["desk"]):
        bin_initiative(session, actor=cast.alice, public_id=each.public_id)
    session.commit()
    register.initiative("Claims again", house["claims"], house["legal"], start=date(2026, 1, 5))
    found = asked(session, cast, public_id, "quiet")
    assert (found.said.value, found.now) == (0, 1)
    assert {each.record.name for each in found.causes} == {"Storm desk", "Claims again"}


def test_an_initiative_recorded_later_for_that_day_is_the_cause_by_name(
    session: Session, cast: Cast, register: Register, house: dict[str, Any]
) -> None:
    public_id = freeze(session, cast)
    late = register.initiative("Late desk", house["legal"], house["sales"], start=date(2026, 6, 1))
    found = asked(session, cast, public_id, "together")
    assert (found.said.value, found.now) == (1, 2)
    (cause,) = found.causes
    assert (cause.difference.kind, cause.record.public_id) == ("recorded", late.public_id)
    assert asked(session, cast, public_id, "required").is_true


def test_a_department_merged_by_that_day_is_one_cause_with_the_one_it_went_on_as(
    session: Session, cast: Cast, register: Register, house: dict[str, Any]
) -> None:
    double = register.department("Old Claims")
    register.initiative("Sunday desk", double, house["sales"], start=date(2026, 6, 1))
    public_id = freeze(session, cast)
    merged(
        session,
        cast.alice,
        "department",
        double.public_id,
        house["claims"].public_id,
        way="day",
        on=date(2026, 6, 15),
    )
    found = asked(session, cast, public_id, "required")
    assert (found.said.value, found.now) == (6, 3)
    (cause,) = found.causes
    assert (cause.difference.kind, cause.record.name, cause.other) == ("merged", "Old Claims", "Claims")
    assert cause.difference.required == -3
    together = asked(session, cast, public_id, "together")
    assert (together.said.value, together.now, together.is_same, together.is_true) == (2, 2, True, False)
    assert [({each.a.name, each.b.name}, each.then, each.now) for each in together.other_pairs] == [
        ({"Claims", "Sales"}, "open", "single"),
        ({"Old Claims", "Sales"}, "single", None),
    ]


def scene(session: Session, cast: Cast, public_id: str, name: str, of: str = "") -> Receipt:
    """Return the receipt of a number that only the scenes tell."""
    session.rollback()
    snapshot = snapshots.find_snapshot(session, cast.alice, public_id)
    records = records_of(snapshot)
    told = [each for scene in document_of(snapshot)["scenes"] for each in said_of_scene(scene)]
    said = next(each for each in told if each.figure.name == name and of in ("", each.figure.of))
    return receipt_of(session, public_id, said, records)


def test_a_change_is_told_by_the_pairs_that_came_and_its_causes(
    session: Session, cast: Cast, register: Register, house: dict[str, Any]
) -> None:
    public_id = freeze(session, cast)
    found = scene(session, cast, public_id, "change")
    assert (found.said.value, found.now, found.is_true) == (1, 1, True)
    assert [({each.a.name, each.b.name}, each.then) for each in found.pairs] == [
        ({"Claims", "Legal"}, "single")
    ]
    # What moved the earlier day alone moved the change the other way; what holds a pair on both days moved nothing.
    earlier = register.initiative(
        "Old desk", house["claims"], house["legal"], start=date(2026, 3, 2), ended_on=date(2026, 4, 2)
    )
    lasting = register.initiative("Quotes", house["legal"], house["sales"], start=date(2026, 3, 2))
    register.update(lasting, date(2026, 5, 20))
    found = scene(session, cast, public_id, "change")
    assert (found.said.value, found.now, found.is_true) == (1, 0, False)
    (cause,) = found.causes
    assert (cause.record.public_id, cause.difference.together) == (earlier.public_id, -1)
    assert lasting.public_id not in {each.record.public_id for each in found.causes}
    assert [({each.a.name, each.b.name}, each.then, each.now) for each in found.other_pairs] == [
        ({"Claims", "Legal"}, "single", "single")
    ]


def test_what_happened_in_a_period_is_told_by_name(
    session: Session, cast: Cast, register: Register, house: dict[str, Any]
) -> None:
    public_id = freeze(session, cast)
    register.moment(
        register.initiative("Quotes", house["legal"], house["sales"], start=date(2026, 6, 1)),
        date(2026, 6, 5),
    )
    found = scene(session, cast, public_id, "changed", "first_wins")
    assert (found.said.value, found.now) == (1, 2)
    assert [each.record.name for each in found.names] == ["Claims and Legal"]
    assert [(each.record.name, each.then, each.now) for each in found.other_names] == [
        ("Legal and Sales", False, True)
    ]


def test_who_took_part_and_who_works_with_both_is_told_by_name(
    session: Session, cast: Cast, register: Register, house: dict[str, Any]
) -> None:
    register.initiative("Joint form", house["claims"], house["sales"], start=date(2026, 6, 1))
    public_id = freeze(session, cast)
    taking, linking = (scene(session, cast, public_id, name) for name in ("taking_part", "linking"))
    assert [each.record.name for each in taking.names] == ["Claims", "Legal", "Sales"]
    assert (taking.is_true, linking.said.value) == (True, 1)
    assert [(each.record.name, each.now) for each in linking.names] == [("Claims", True)]
    bin_initiative(session, actor=cast.alice, public_id=house["desk"].public_id)
    session.commit()
    taking, linking = (scene(session, cast, public_id, name) for name in ("taking_part", "linking"))
    assert [(each.record.name, each.then, each.now) for each in taking.other_names] == [
        ("Legal", True, False)
    ]
    assert [(each.record.name, each.difference.kind) for each in linking.causes] == [("Storm desk", "gone")]


def test_the_moment_of_a_scene_and_its_initiative_have_receipts_as_frozen(
    session: Session, cast: Cast, house: dict[str, Any]
) -> None:
    public_id = freeze(session, cast)
    win, members = (scene(session, cast, public_id, name) for name in ("moment", "members"))
    assert (win.said.value, [each.record.name for each in win.moments]) == ("3", ["Refund in one call"])
    assert [each.record.name for each in members.names] == ["Claims", "Legal"]
    bin_moment(session, actor=cast.alice, public_id=house["win"].public_id)
    bin_initiative(session, actor=cast.alice, public_id=house["desk"].public_id)
    session.commit()
    win, members = (scene(session, cast, public_id, name) for name in ("moment", "members"))
    assert (win.now, [(each.record.name, each.why) for each in win.moments]) == (
        "0",
        [("Refund in one call", "gone")],
    )
    assert (members.now, [each.record.name for each in members.other_names]) == (0, ["Claims", "Legal"])


def test_sponsors_are_counted_by_the_names_that_were_thanked(
    session: Session, cast: Cast, register: Register, house: dict[str, Any]
) -> None:
    led = [
        register.initiative("Led", house["claims"], house["sales"], lead=register.person(name))
        for name in ("Priya Raman", "Tom Kerr")
    ]
    public_id = freeze(session, cast)
    bin_initiative(session, actor=cast.alice, public_id=led[1].public_id)
    session.commit()
    found = scene(session, cast, public_id, "supporting")
    assert (found.said.value, found.now) == (2, 1)
    assert [(each.record.name, each.now) for each in found.names] == [
        ("Priya Raman", True),
        ("Tom Kerr", False),
    ]


def test_the_crossings_of_a_journey_are_told_as_pairs(
    session: Session, cast: Cast, register: Register, house: dict[str, Any]
) -> None:
    register.journey("Claiming", house["claims"], house["legal"], house["sales"])
    public_id = freeze(session, cast)
    crossed, crossings = (scene(session, cast, public_id, name) for name in ("crossed", "crossings"))
    assert (crossed.said.value, crossings.said.value, crossings.total) == (1, 2, 2)
    bin_initiative(session, actor=cast.alice, public_id=house["desk"].public_id)
    session.commit()
    crossed = scene(session, cast, public_id, "crossed")
    assert (crossed.now, [each.record.name for each in crossed.causes]) == (0, ["Storm desk"])
    assert scene(session, cast, public_id, "crossings").is_true


def test_the_months_are_asked_by_their_own_receipts(
    session: Session, cast: Cast, register: Register, house: dict[str, Any]
) -> None:
    public_id = freeze(session, cast)
    register.moment(house["desk"], date(2026, 5, 20), title="Late win")
    session.rollback()
    snapshot = snapshots.find_snapshot(session, cast.alice, public_id)
    document, records = document_of(snapshot), records_of(snapshot)
    months = list(said_of_months(document))
    now = known_now(session, said_of_day(document), months)
    may = {each.figure.name: each for each in months[0]}
    assert (may["wins"].value, now[may["wins"].receipt]) == (0, 1)
    assert may["wins"].figure == Figure("wins", date(2026, 5, 31), date(2026, 5, 1))
    found = receipt_of(session, public_id, may["wins"], records)
    assert [(each.record.name, each.why) for each in found.other_moments] == [("Late win", "logged")]


def test_the_page_of_months_and_each_receipt_say_the_same(
    session: Session, cast: Cast, register: Register, house: dict[str, Any]
) -> None:
    public_id = freeze(session, cast)
    register.initiative("Late desk", house["legal"], house["sales"], start=date(2026, 5, 6))
    register.moment(house["desk"], date(2026, 5, 20), title="Late win")
    session.rollback()
    snapshot = snapshots.find_snapshot(session, cast.alice, public_id)
    document, records = document_of(snapshot), records_of(snapshot)
    months = list(said_of_months(document))
    now = known_now(session, said_of_day(document), months)
    for said in said_in(document, records).values():
        if said.receipt in now:
            assert receipt_of(session, public_id, said, records).now == now[said.receipt], said


def test_what_is_behind_a_number_is_read_page_by_page(
    session: Session, cast: Cast, register: Register, house: dict[str, Any]
) -> None:
    for name in ("Buying", "Care", "Risk"):
        register.department(name)
    public_id = freeze(session, cast)
    first = asked(session, cast, public_id, "required", limit=10, offset=0)
    second = asked(session, cast, public_id, "required", limit=10, offset=10)
    assert (first.total, len(first.pairs), len(second.pairs)) == (15, 10, 5)
    assert not {replace(each) for each in first.pairs} & {replace(each) for each in second.pairs}


def test_a_receipt_asks_the_database_as_often_however_much_there_is(
    session: Session, cast: Cast, register: Register, engine: Engine, house: dict[str, Any]
) -> None:
    public_id = freeze(session, cast)
    for number in range(2):
        register.initiative(f"First {number}", house["legal"], house["sales"], start=date(2026, 6, 1))
        register.moment(house["desk"], date(2026, 6, 5), title=f"First {number}")

    def asking(name: str) -> int:
        asked(session, cast, public_id, name)
        with counting(engine) as sent:
            asked(session, cast, public_id, name)
        return len(sent)

    few = [asking(name) for name in ("together", "open", "wins", "momentum", "strength")]
    for number in range(8):
        register.initiative(f"Second {number}", house["legal"], house["sales"], start=date(2026, 6, 1))
        register.moment(house["desk"], date(2026, 6, 5), title=f"Second {number}")
    assert [asking(name) for name in ("together", "open", "wins", "momentum", "strength")] == few
