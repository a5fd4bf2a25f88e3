"""From rows to frozen facts: complete, in constant queries, and kept by version."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Register
from tracker.graph import facts as graph
from tracker.models.changelog import ChangeLog
from tracker.models.departments import Department
from tracker.models.initiatives import Initiative, RoutineCheck, Sponsorship
from tracker.models.recording import RecordingSession, open_write, write_version
from tracker.models.settings import MeasureSettings
from tracker.queries import catching_up, facts


def test_an_initiative_arrives_whole(session: Session, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    made = register.initiative(
        "Storm desk",
        claims,
        legal,
        lead=register.person("Priya Raman"),
        external_id="i1",
        ended_on=date(2026, 3, 1),
        declared_until=date(2026, 2, 1),
        routine_from=date(2026, 3, 1),
        theme_id=register.theme().id,
    )
    register.update(made, date(2026, 1, 20))
    register.save(RoutineCheck(initiative_id=made.id, checked_on=date(2026, 8, 1)))
    assert facts.load_portfolio(session).initiatives == (
        graph.Initiative(
            id="i1",
            start=date(2026, 1, 5),
            end=date(2026, 3, 1),
            members=(graph.Member("Claims"), graph.Member("Legal")),
            leads=(graph.Sponsor("Priya Raman"),),
            activity=(date(2026, 1, 20),),
            declared_until=date(2026, 2, 1),
            routine=graph.Routine(date(2026, 3, 1), None, (date(2026, 8, 1),)),
            theme="Storm season",
        ),
    )


def test_a_co_sponsor_does_not_lead(session: Session, register: Register) -> None:
    made = register.initiative("Storm desk")
    register.save(Sponsorship(initiative_id=made.id, person_id=register.person().id, role="co"))
    assert facts.load_portfolio(session).initiatives[0].leads == ()


def test_events_arrive_in_the_order_of_the_repeat_rule(session: Session, register: Register) -> None:
    first, second = register.initiative("Storm desk"), register.initiative("Refunds")
    day = date(2026, 2, 1)
    miss = register.moment(first, day, "near_miss", external_id="e2", lesson="At peak")
    register.moment(first, day, external_id="e1", confirmed=False)
    register.reuse(miss, second, date(2026, 3, 1), external_id="e0")
    events = facts.load_portfolio(session).events
    assert [(event.id, event.kind, event.confirmed, event.of) for event in events] == [
        ("e1", "win", False, None),
        ("e2", "near_miss", True, None),
        ("e0", "reuse", True, "e2"),
    ]


def test_a_near_miss_without_its_lesson_says_so(session: Session, register: Register) -> None:
    register.moment(register.initiative(), date(2026, 2, 1), "near_miss")
    assert facts.load_portfolio(session).events[0].lesson is False


def test_the_bin_keeps_its_records_out_of_the_measures(session: Session, register: Register) -> None:
    binned = datetime(2026, 3, 1, tzinfo=UTC)
    claims = register.department("Claims", binned_at=binned)
    gone = register.initiative("Gone", claims, binned_at=binned)
    register.moment(gone, date(2026, 2, 1))
    register.moment(register.initiative("Kept"), date(2026, 2, 1), binned_at=binned)
    found = facts.load_portfolio(session)
    assert ([each.name for each in found.departments], len(found.initiatives), found.events) == ([], 1, ())


def test_a_journey_lists_the_owners_of_its_steps_in_order(session: Session, register: Register) -> None:
    claims, legal = register.departments("Claims", "Legal")
    register.journey("Making a claim", legal, claims, legal, importance=2)
    assert facts.load_portfolio(session).journeys == (
        graph.Journey("Making a claim", ("Legal", "Claims", "Legal"), importance=2),
    )


def test_the_newest_settings_hold(session: Session, register: Register) -> None:
    register.save(MeasureSettings(quiet_days=60))
    register.save(MeasureSettings(quiet_days=45, together="2/3"))
    assert facts.load_settings(session) == graph.Settings(quiet_days=45, together=Fraction(2, 3))


def test_twice_the_rows_take_the_same_queries(session: Session, engine: Engine, register: Register) -> None:
    def fill() -> int:
        claims = register.department(f"Claims {len(counts)}")
        made = register.initiative("Storm desk", claims, lead=register.person(f"Priya {len(counts)}"))
        register.moment(made, date(2026, 2, 1))
        session.rollback()
        with counting(engine) as sent:
            facts.load_portfolio(session)
        return len(sent)

    counts: list[int] = []
    counts.append(fill())
    counts.append(fill())
    assert counts == [10, 10]


def test_an_unchanged_version_costs_one_query(session: Session, engine: Engine, register: Register) -> None:
    register.initiative()
    before = facts.current_portfolio(session)
    with counting(engine) as sent:
        assert facts.current_portfolio(session) is not before
        assert facts.current_portfolio(session)[1] is before[1]
    assert len(sent) == 2


def test_a_change_is_seen_at_once(session: Session, register: Register) -> None:
    register.department("Claims")
    facts.current_portfolio(session)
    session.rollback()
    register.department("Legal")
    version, portfolio = facts.current_portfolio(session)
    assert (version, [each.name for each in portfolio.departments]) == (2, ["Claims", "Legal"])


def test_what_is_not_committed_is_never_kept(session: Session, register: Register) -> None:
    made = register.initiative("Storm desk")
    open_write(session, actor_id=None, actor_name="Alice", via="test")
    session.get_one(Initiative, made.id).started_on = date(2025, 1, 1)
    session.flush()
    facts.current_portfolio(session)
    session.rollback()
    register.save(Department(name="Legal"))
    assert facts.current_portfolio(session)[1].initiatives[0].start == date(2026, 1, 5)


def test_after_an_edit_only_what_changed_is_read(
    session: Session, engine: Engine, register: Register
) -> None:
    made = [register.initiative(f"Pilot {at}", external_id=f"i{at}") for at in range(3)]
    _, before = facts.current_portfolio(session)
    session.rollback()
    register.update(made[1], date(2026, 2, 1))
    with counting(engine) as sent:
        _, after = facts.current_portfolio(session)
    assert len(sent) == 10
    assert [one is other for one, other in zip(before.initiatives, after.initiatives, strict=True)] == [
        True,
        False,
        True,
    ]


def skip_a_version(register: Register) -> None:
    """Number a version that the log does not tell, as a log that was thinned out has it."""
    open_write(register.session, actor_id=None, actor_name="Alice", via="test")
    write_version(register.session, {1}, structure=False)
    register.session.execute(delete(ChangeLog))
    register.session.commit()


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("departments, journeys or settings changed", lambda register: register.department("Legal")),
        ("does not tell every version", skip_a_version),
        ("more than 2 initiatives changed", lambda register: [register.initiative() for _ in range(3)]),
    ],
)
def test_the_log_says_why_everything_is_read(
    session: Session,
    register: Register,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    reason: str,
    change: Callable[[Register], object],
) -> None:
    monkeypatch.setattr(catching_up, "MOST_CHANGED", 2)
    register.initiative("Storm desk")
    facts.current_portfolio(session)
    session.rollback()
    change(register)
    caplog.clear()
    with caplog.at_level("INFO", "tracker.queries.facts"):
        _, found = facts.current_portfolio(session)
    assert found == facts.load_portfolio(session)
    (line,) = [each.message for each in caplog.records if each.name == "tracker.queries.facts"]
    assert reason in line


def test_threads_that_ask_at_once_read_once(engine: Engine, register: Register) -> None:
    register.initiative("Storm desk")

    def ask(_: int) -> graph.Portfolio:
        with RecordingSession(engine) as session:
            return facts.current_portfolio(session)[1]

    with counting(engine) as sent, ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert len({id(each) for each in found}) == 1
    assert len([each for each in sent if "FROM initiatives LEFT OUTER JOIN themes" in each]) == 1
