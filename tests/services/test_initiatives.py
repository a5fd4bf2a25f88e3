"""What launching, editing, pausing and updating an initiative does, and what they refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tracker.models.audit import AuditEntry
from tracker.models.initiatives import Initiative, Sponsorship, Update
from tracker.services import initiatives
from tracker.services.errors import Forbidden, InvalidInput, NotFound, Stale
from tracker.services.initiatives import Plan, find_initiative

TODAY = date(2026, 6, 30)
START = date(2026, 5, 1)
PLAN = Plan("One storm-claim handler", started_on=START)


def launch(session: Session, cast: Cast, register: Register, **values: object) -> Initiative:
    claims, pricing = register.departments("Claims", "Pricing")
    given = {"plan": PLAN, "departments": [claims.public_id, pricing.public_id], "today": TODAY, **values}
    made = initiatives.launch(session, actor=cast.alice, **given)  # type: ignore[arg-type]  # checked at run time
    session.commit()
    return made


def test_a_launched_initiative_is_live_and_to_be_decided_ninety_days_after_its_start(
    session: Session, register: Register, cast: Cast
) -> None:
    made = launch(session, cast, register)
    assert (made.status, made.decide_by) == ("live", START + timedelta(days=90))


def test_an_initiative_that_starts_tomorrow_is_proposed(
    session: Session, register: Register, cast: Cast
) -> None:
    made = launch(session, cast, register, plan=replace(PLAN, started_on=TODAY + timedelta(days=1)))
    assert made.status == "proposed"


def test_a_launch_names_departments_sponsors_and_what_it_builds_on(
    session: Session, register: Register, cast: Cast
) -> None:
    earlier = register.initiative("Night referrals")
    lead, beside = register.person("Priya Raman"), register.person("Amara Osei")
    made = launch(
        session,
        cast,
        register,
        lead=lead.public_id,
        co_sponsors=[beside.public_id],
        builds_on=[earlier.public_id],
    )
    found = find_initiative(session, cast.alice, made.public_id)
    assert {(each.person_id, each.role) for each in found.sponsorships} == {
        (lead.id, "lead"),
        (beside.id, "co"),
    }
    assert len(found.involvements) == 2
    session.refresh(found, ["builds_on"])
    assert [each.earlier_id for each in found.builds_on] == [earlier.id]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"title": "a\ud800b"}, "title"),
        ({"description": "x" * 5001}, "description"),
        ({"kind": "party"}, "kind"),
        ({"started_on": date(1899, 12, 31)}, "started_on"),
        ({"started_on": date(2201, 1, 1)}, "started_on"),
        ({"decide_by": START - timedelta(days=1)}, "decide_by"),
        ({"ended_on": START - timedelta(days=1)}, "ended_on"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": " java\tscript:alert(1)"}, "link"),
        ({"link": "data:text/html,x"}, "link"),
        ({"theme": "nothing"}, "theme"),
    ],
)
def test_a_plan_that_cannot_be_kept_is_refused_at_its_field(
    session: Session, register: Register, cast: Cast, change: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        launch(session, cast, register, plan=replace(PLAN, **change))  # type: ignore[arg-type]  # the point of the test
    assert field in refused.value.errors
    session.rollback()
    assert session.scalars(select(Initiative)).all() == []


def test_an_end_on_the_day_of_the_start_is_allowed(session: Session, register: Register, cast: Cast) -> None:
    made = launch(session, cast, register, plan=replace(PLAN, ended_on=START))
    assert (made.ended_on, made.status, made.decide_by) == (START, "finished", None)


@pytest.mark.parametrize("link", ["https://example.org/x", "http://example.org", "mailto:storm@example.org"])
def test_links_to_the_web_and_to_mailboxes_are_kept(
    session: Session, register: Register, cast: Cast, link: str
) -> None:
    assert launch(session, cast, register, plan=replace(PLAN, link=link)).link == link


def test_unknown_repeated_and_missing_departments_are_refused(
    session: Session, register: Register, cast: Cast
) -> None:
    claims = register.department("Legal").public_id
    for departments in ([], [claims, claims], [claims, "nobody"], ["a\0b"]):
        with pytest.raises(InvalidInput) as refused:
            initiatives.launch(session, actor=cast.alice, plan=PLAN, departments=departments, today=TODAY)
        assert "departments" in refused.value.errors
        session.rollback()


def test_a_viewer_launches_nothing(session: Session, register: Register, cast: Cast) -> None:
    claims = register.department("Legal").public_id
    with pytest.raises(Forbidden):
        initiatives.launch(session, actor=cast.charlie, plan=PLAN, departments=[claims], today=TODAY)


def test_an_edit_saves_and_says_who_changed_what(session: Session, register: Register, cast: Cast) -> None:
    made = launch(session, cast, register)
    plan = replace(PLAN, title="One handler for each storm claim", decide_by=date(2026, 9, 1))
    initiatives.edit(
        session, actor=cast.alice, public_id=made.public_id, version=made.version, plan=plan, today=TODAY
    )
    session.commit()
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert last.actor_name == "Alice Office"
    assert last.changes["title"] == ["One storm-claim handler", "One handler for each storm claim"]


def test_a_stale_edit_changes_nothing_and_returns_what_stands(
    session: Session, register: Register, cast: Cast
) -> None:
    made = launch(session, cast, register)
    for title in ("Hers", "His"):
        edit = {"actor": cast.alice, "public_id": made.public_id, "version": 1, "today": TODAY}
        if title == "Hers":
            initiatives.edit(session, plan=replace(PLAN, title=title), **edit)  # type: ignore[arg-type]  # shared by both
            session.commit()
            continue
        with pytest.raises(Stale) as stale:
            initiatives.edit(session, plan=replace(PLAN, title=title), **edit)  # type: ignore[arg-type]  # shared by both
    assert (stale.value.current["title"], stale.value.current["version"]) == ("Hers", "2")
    session.rollback()
    assert session.scalar(select(Initiative.title)) == "Hers"


def test_an_edit_neither_ends_an_initiative_nor_takes_its_end_back(
    session: Session, register: Register, cast: Cast
) -> None:
    running = register.initiative("Running", start=START)
    ended = register.initiative("Ended", start=START, ended_on=TODAY)
    saved = initiatives.edit(
        session,
        actor=cast.alice,
        public_id=running.public_id,
        version=1,
        plan=replace(PLAN, ended_on=TODAY),
        today=TODAY,
    )
    assert saved.ended_on is None
    session.commit()
    with pytest.raises(InvalidInput) as refused:
        initiatives.edit(
            session, actor=cast.alice, public_id=ended.public_id, version=1, plan=PLAN, today=TODAY
        )
    assert "ended_on" in refused.value.errors


def test_the_start_of_a_routine_moves_with_its_corrected_end(
    session: Session, register: Register, cast: Cast
) -> None:
    day = date(2026, 6, 1)
    routine = register.initiative("Routine", start=START, ended_on=day, routine_from=day, outcome="routine")
    later = date(2026, 6, 10)
    saved = initiatives.edit(
        session,
        actor=cast.alice,
        public_id=routine.public_id,
        version=1,
        plan=replace(PLAN, ended_on=later),
        today=TODAY,
    )
    assert (saved.ended_on, saved.routine_from) == (later, later)


def test_members_edit_their_own_and_no_others(session: Session, register: Register, cast: Cast) -> None:
    own = register.initiative("Own", start=START, created_by_id=cast.dora.user_id)
    other = register.initiative("Other", start=START)
    edit = {"actor": cast.dora, "version": 1, "plan": PLAN, "today": TODAY}
    initiatives.edit(session, public_id=own.public_id, **edit)  # type: ignore[arg-type]  # shared by both
    session.commit()
    with pytest.raises(Forbidden):
        initiatives.edit(session, public_id=other.public_id, **edit)  # type: ignore[arg-type]  # shared by both


def test_sponsors_edit_what_they_stand_behind_until_they_step_back(
    session: Session, register: Register, cast: Cast
) -> None:
    mine = register.initiative("Mine", start=START)
    assert cast.bob.person_id is not None
    register.save(Sponsorship(initiative_id=mine.id, person_id=cast.bob.person_id, role="lead"))
    past = register.initiative("Past", start=START)
    register.save(Sponsorship(initiative_id=past.id, person_id=cast.bob.person_id, role="lead", to_on=TODAY))
    assert initiatives.editable(session, cast.bob, mine.public_id, TODAY).id == mine.id
    with pytest.raises(Forbidden):
        initiatives.editable(session, cast.bob, past.public_id, TODAY)


def test_a_paused_initiative_resumes_and_a_member_does_neither(
    session: Session, register: Register, cast: Cast
) -> None:
    running = register.initiative("Running", start=START)
    call = {"public_id": running.public_id, "today": TODAY}
    paused = initiatives.pause(session, actor=cast.alice, version=1, **call)  # type: ignore[arg-type]  # shared by all
    session.commit()
    assert paused.status == "paused"
    resumed = initiatives.resume(session, actor=cast.alice, version=2, **call)  # type: ignore[arg-type]  # shared by all
    session.commit()
    assert resumed.status == "live"
    with pytest.raises(Forbidden):
        initiatives.pause(session, actor=cast.dora, version=3, **call)  # type: ignore[arg-type]  # shared by all


def test_still_moving_without_a_sentence_counts_twice_running(
    session: Session, register: Register, cast: Cast
) -> None:
    running = register.initiative("Running", start=START)

    def say(text: str) -> None:
        initiatives.post_update(
            session, actor=cast.alice, public_id=running.public_id, text=text, on=TODAY, today=TODAY
        )
        session.commit()

    say("")
    say("  ")
    with pytest.raises(InvalidInput) as refused:
        say("")
    assert "text" in refused.value.errors
    session.rollback()
    say("Twenty calls today.")
    say("")
    assert len(session.scalars(select(Update)).all()) == 4


@pytest.mark.parametrize("on", [START - timedelta(days=1), TODAY + timedelta(days=1), date(1899, 1, 1)])
def test_an_update_lies_between_the_start_and_today(
    session: Session, register: Register, cast: Cast, on: date
) -> None:
    running = register.initiative("Running", start=START)
    with pytest.raises(InvalidInput) as refused:
        initiatives.post_update(
            session, actor=cast.alice, public_id=running.public_id, text="x", on=on, today=TODAY
        )
    assert "on" in refused.value.errors


def test_what_is_in_the_bin_is_gone_for_all_but_the_office(
    session: Session, register: Register, cast: Cast
) -> None:
    made = register.initiative("Running", start=START)
    with pytest.raises(Forbidden):
        initiatives.bin_initiative(session, actor=cast.dora, public_id=made.public_id)
    initiatives.bin_initiative(session, actor=cast.alice, public_id=made.public_id)
    session.commit()
    with pytest.raises(NotFound):
        find_initiative(session, cast.bob, made.public_id)
    initiatives.restore_initiative(session, actor=cast.alice, public_id=made.public_id)
    session.commit()
    assert find_initiative(session, cast.bob, made.public_id).binned_at is None


def test_nobody_finds_an_initiative_that_is_not_there(session: Session, cast: Cast) -> None:
    with pytest.raises(NotFound):
        find_initiative(session, cast.alice, "nothing")
