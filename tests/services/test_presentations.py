"""Presentations are put together by those who present, whole and checked, and leave lines in the audit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Cast, Register
from tracker.models.audit import AuditEntry
from tracker.queries.frozen import story_of
from tracker.queries.presentations import Choice, ChosenFlag, ChosenScene, choice_of
from tracker.services import presentations as services
from tracker.services.errors import Forbidden, InvalidInput, NotFound, Stale
from tracker.services.snapshots import find_snapshot

TODAY = date(2026, 6, 30)
PLAIN = Choice("All-hands", months=3, scenes=(ChosenScene("headline"), ChosenScene("thanks", notes="Bow.")))


def refused(session: Session, cast: Cast, choice: Choice) -> dict[str, str]:
    """Return the messages with which a choice is refused."""
    with pytest.raises(InvalidInput) as error:
        services.add_presentation(session, actor=cast.alice, choice=choice, today=TODAY)
    session.rollback()
    return error.value.errors


def test_what_was_saved_comes_back_as_it_was(session: Session, cast: Cast) -> None:
    whole = replace(
        PLAIN, classification="Internal", flags=(ChosenFlag("It began", month="2026-05-31"),), kind="pilot"
    )
    made = services.add_presentation(session, actor=cast.bob, choice=whole, today=TODAY)
    session.commit()
    assert choice_of(services.find_presentation(session, cast.charlie, made.public_id)) == whole
    assert (
        session.scalar(select(AuditEntry.actor_name).where(AuditEntry.kind == "presentation")) == "Bob Hale"
    )


def test_an_edit_replaces_it_whole_and_a_stale_one_is_refused(session: Session, cast: Cast) -> None:
    made = services.add_presentation(session, actor=cast.alice, choice=PLAIN, today=TODAY)
    session.commit()
    version, public_id = made.version, made.public_id
    days = replace(PLAIN, months=None, since=date(2026, 3, 31), on=TODAY, scenes=PLAIN.scenes[:1])

    def edit(choice: Choice) -> None:
        services.edit_presentation(
            session, actor=cast.bob, public_id=public_id, version=version, choice=choice, today=TODAY
        )
        session.commit()

    edit(days)
    assert choice_of(services.find_presentation(session, cast.bob, public_id)) == days
    with pytest.raises(Stale):
        edit(PLAIN)


def test_a_copy_has_a_title_of_its_own_and_all_else_alike(session: Session, cast: Cast) -> None:
    made = services.add_presentation(session, actor=cast.alice, choice=PLAIN, today=TODAY)
    session.commit()
    copy = services.copy_presentation(session, actor=cast.bob, public_id=made.public_id)
    session.commit()
    assert choice_of(copy) == replace(PLAIN, title="Copy of All-hands")
    assert copy.public_id != made.public_id


def test_in_the_bin_it_is_known_to_the_office_alone_and_comes_back(session: Session, cast: Cast) -> None:
    made = services.add_presentation(session, actor=cast.alice, choice=PLAIN, today=TODAY)
    session.commit()
    services.bin_presentation(session, actor=cast.alice, public_id=made.public_id)
    session.commit()
    with pytest.raises(NotFound):
        services.find_presentation(session, cast.bob, made.public_id)
    services.restore_presentation(session, actor=cast.alice, public_id=made.public_id)
    session.commit()
    assert services.find_presentation(session, cast.bob, made.public_id).title == "All-hands"


@pytest.mark.parametrize("way", ["add", "edit", "copy"])
def test_members_and_viewers_may_look_and_not_touch(session: Session, cast: Cast, way: str) -> None:
    made = services.add_presentation(session, actor=cast.alice, choice=PLAIN, today=TODAY)
    session.commit()
    public_id = made.public_id
    ways: dict[str, Callable[[], object]] = {
        "add": lambda: services.add_presentation(session, actor=cast.charlie, choice=PLAIN, today=TODAY),
        "edit": lambda: services.edit_presentation(
            session, actor=cast.dora, public_id=public_id, version=1, choice=PLAIN, today=TODAY
        ),
        "copy": lambda: services.copy_presentation(session, actor=cast.dora, public_id=public_id),
    }
    with pytest.raises(Forbidden):
        ways[way]()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"classification": "x" * 81}, "classification"),
        ({"months": 37}, "months"),
        ({"months": None}, "since"),
        ({"months": None, "since": TODAY, "on": TODAY}, "since"),
        ({"months": None, "since": date(2026, 3, 31), "on": TODAY + timedelta(1)}, "on"),
        ({"division": "nothing"}, "division"),
        ({"theme": "\0"}, "theme"),
        ({"kind": "secret"}, "kind"),
        ({"scenes": (ChosenScene("headline", shown=False),)}, "scenes"),
        ({"scenes": (ChosenScene("headline"),) * 21}, "scenes"),
        ({"scenes": (ChosenScene("song"),)}, "scenes"),
        ({"scenes": (ChosenScene("win", moment="nothing"),)}, "scene-0-moment"),
        ({"scenes": (ChosenScene("thanks", words="x" * 1001),)}, "scene-0-words"),
        ({"flags": (ChosenFlag("A flag of twenty-five let", month="2026-05-31"),)}, "flag-0-words"),
        ({"flags": (ChosenFlag("Over nothing"),)}, "flag-0-over"),
        ({"flags": (ChosenFlag("Flag", month="2026-05-31"),) * 7}, "flags"),
    ],
)
def test_what_cannot_be_told_is_refused_at_its_field(
    session: Session, cast: Cast, change: dict[str, object], field: str
) -> None:
    assert field in refused(session, cast, replace(PLAIN, **change))


def test_a_near_miss_that_its_team_did_not_agree_to_show_cannot_be_chosen(
    session: Session, cast: Cast, register: Register
) -> None:
    desk = register.initiative("Desk", *register.departments("Claims", "Legal"))
    hidden = register.moment(desk, date(2026, 6, 4), "near_miss", lesson="Ask once")
    chosen = replace(PLAIN, scenes=(ChosenScene("near_miss", moment=hidden.public_id),))
    assert "scene-0-moment" in refused(session, cast, chosen)
    flagged = replace(PLAIN, flags=(ChosenFlag("Photos", moment=hidden.public_id),))
    assert "flag-0-over" in refused(session, cast, flagged)


def test_a_part_of_the_work_is_frozen_as_that_part(session: Session, cast: Cast, register: Register) -> None:
    register.departments("Claims", "Legal")
    made = [
        services.add_presentation(session, actor=cast.alice, choice=choice, today=TODAY)
        for choice in (replace(PLAIN, kind="pilot"), PLAIN)
    ]
    session.commit()
    frozen = [
        services.freeze_presentation(session, actor=cast.alice, public_id=each.public_id, today=TODAY)
        for each in made
    ]
    session.commit()
    assert [is_new for _, is_new in frozen] == [True, True]
    kept = [story_of(find_snapshot(session, cast.alice, each.public_id)) for each, _ in frozen]
    assert [each.film.narrowing.filters.kind for each in kept] == ["pilot", ""]
