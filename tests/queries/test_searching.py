"""The search: every kind of record, in any form of a word, mistyped or begun, and nothing that lies in the bin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine, delete, text, update
from sqlalchemy.orm import Session

from tests.counting import counting
from tests.factories import Register
from tracker.models.base import utc_now
from tracker.models.bulk import insert_rows
from tracker.models.departments import DepartmentAlias
from tracker.models.engines import WRITE
from tracker.models.initiatives import Initiative
from tracker.models.moments import Moment
from tracker.models.recording import open_write
from tracker.models.searching import first_id, last_id
from tracker.queries import search_sources
from tracker.queries.searching import Hit, search

DAY = date(2026, 3, 2)


def name_of(hit: Hit) -> str:
    return "".join(piece.text for piece in hit.name)


def names(session: Session, text: str) -> dict[str, list[str]]:
    """Return the names that a search finds, by kind of record."""
    session.rollback()
    return {group.name: [name_of(hit) for hit in group.hits] for group in search(session, text).groups}


def test_every_kind_of_record_is_found_by_its_name_or_by_a_text_of_it(
    session: Session, register: Register
) -> None:
    claims = register.department("Zebra claims")
    register.save(DepartmentAlias(department_id=claims.id, name="The zebras"))
    register.division("Zebra division")
    register.person("Ann Zebra", title="Director")
    register.journey("Zebra renewal", claims)
    register.theme("Zebra season")
    register.presentation("Zebra town hall")
    pilot = register.initiative("Striped desk", claims, description="Where a zebra calls first.")
    register.update(pilot, DAY, "The zebra line is open.")
    register.moment(pilot, DAY, "near_miss", "Zebra refund", lesson="We called the zebra too late.")
    assert names(session, "zebra") == {
        "initiatives": ["Striped desk"],
        "moments": ["Zebra refund"],
        "lessons": ["Zebra refund"],
        "departments": ["Zebra claims"],
        "divisions": ["Zebra division"],
        "sponsors": ["Ann Zebra"],
        "journeys": ["Zebra renewal"],
        "themes": ["Zebra season"],
        "presentations": ["Zebra town hall"],
    }


@pytest.mark.parametrize(
    "text",
    [
        "handlers",  # another form
        "claiming storms",  # both in another form
        "HANDLER, storm-claim!",  # capitals and signs
        "storm han",  # the last one begun
        "handlre",  # two letters changed places
        "stom handler",  # a letter too few
        "torm jandler",  # the first letter too few, and wrong
        "hhandler ocne tsorm",  # a letter too many, and twice changed places
        "Stórm Händler",  # accents too many
    ],
)
def test_word_forms_and_slips_are_forgiven(session: Session, register: Register, text: str) -> None:
    register.initiative("One storm-claim handler", description="All at once.")
    register.initiative("Quicker onboarding")
    assert names(session, text) == {"initiatives": ["One storm-claim handler"]}


def test_a_name_comes_before_a_text_and_the_newest_first(session: Session, register: Register) -> None:
    register.initiative("Refunds by phone")
    register.initiative("Desk", description="All about the refund.")
    register.initiative("Refund in one call")
    assert names(session, "refund") == {"initiatives": ["Refund in one call", "Refunds by phone", "Desk"]}


def test_every_word_has_to_be_there(session: Session, register: Register) -> None:
    register.initiative("Refund in one call")
    register.initiative("Refund by letter")
    assert names(session, "refund call") == {"initiatives": ["Refund in one call"]}
    found = search(session, "letter call")
    assert (found.groups, found.offers) == ((), ("letter", "call"))


def test_a_mistyped_search_says_what_it_looked_for_instead(session: Session, register: Register) -> None:
    register.initiative("Refund in one call")
    assert search(session, "refnud").instead == "refund"
    assert search(session, "refund").instead == ""
    assert search(session, "xylophone").offers == ()


def test_words_that_are_as_near_are_all_named(session: Session, register: Register) -> None:
    register.initiative("Event stream")
    register.initiative("Storm desk")
    found = search(session, "stromm")
    assert {found.instead, *found.also} == {"storm", "stream"}
    assert len(found.groups[0].hits) == 2


def in_bin(register: Register, record: Initiative | Moment) -> None:
    open_write(register.session, actor_id=None, actor_name="The arranger", via="test")
    record.binned_at = utc_now()
    register.session.commit()


def test_what_lies_in_the_bin_is_not_found_nor_what_belongs_to_it_nor_offered(
    session: Session, register: Register
) -> None:
    pilot = register.initiative("Giraffe desk", description="Okapi")
    register.update(pilot, DAY, "The giraffe line is open.")
    moment = register.moment(pilot, DAY, "near_miss", "Giraffe refund", lesson="Tell the giraffe.")
    in_bin(register, moment)
    assert names(session, "giraffe") == {"initiatives": ["Giraffe desk"]}
    in_bin(register, pilot)
    assert names(session, "giraffe") == {}
    assert search(session, "girafe okapi").offers == ()
    open_write(register.session, actor_id=None, actor_name="The arranger", via="test")
    pilot.binned_at = None
    register.session.commit()
    assert names(session, "okapi") == {"initiatives": ["Giraffe desk"]}


def write_many(session: Session) -> None:
    open_write(session, actor_id=None, actor_name="The arranger", via="test")
    insert_rows(session, Initiative, [{"title": "Okapi desk", "external_id": "o"}])
    session.commit()


def write_past_the_session(session: Session) -> None:
    session.rollback()
    connection = session.connection(execution_options={WRITE: True})
    connection.execute(update(Initiative).values(title="Okapi desk"))
    session.commit()


@pytest.mark.parametrize("write", [write_many, write_past_the_session])
def test_rows_written_past_a_flush_are_found_at_once(
    session: Session, register: Register, write: Callable[[Session], None]
) -> None:
    register.initiative("Giraffe desk")
    write(session)
    assert names(session, "okapi") == {"initiatives": ["Okapi desk"]}


def test_a_change_that_is_taken_back_leaves_no_trace(session: Session, register: Register) -> None:
    pilot = register.initiative("Giraffe desk")
    open_write(session, actor_id=None, actor_name="The arranger", via="test")
    session.get_one(Initiative, pilot.id).title = "Okapi desk"
    session.flush()
    session.rollback()
    assert names(session, "okapi") == {}
    assert names(session, "giraffe") == {"initiatives": ["Giraffe desk"]}


def test_what_the_database_deletes_along_is_not_found(session: Session, register: Register) -> None:
    pilot = register.initiative("Giraffe desk")
    register.moment(pilot, DAY, "near_miss", "Giraffe refund", lesson="Tell the giraffe.")
    session.rollback()
    session.connection(execution_options={WRITE: True}).execute(delete(Initiative))
    session.commit()
    assert names(session, "giraffe") == {}


def test_a_search_asks_as_often_however_much_it_finds(
    session: Session, engine: Engine, register: Register
) -> None:
    def asked(text: str) -> int:
        session.rollback()
        with counting(engine) as sent:
            search(session, text)
        return len(sent)

    def fill(round_: int) -> list[int]:
        for at in range(8):
            pilot = register.initiative(f"Giraffe desk {round_}-{at}")
            register.moment(pilot, DAY, title=f"Giraffe refund {round_}-{at}")
        return [asked("giraffe"), asked("girafe"), asked("giraffe xylophone")]

    assert fill(1) == fill(2) == [3, 5, 5]


def test_only_the_nearest_words_stand_in_for_a_slip(session: Session, register: Register) -> None:
    register.initiative("Claims by phone")
    register.initiative("Calls at night")
    assert names(session, "calims") == {"initiatives": ["Claims by phone"]}


def test_the_text_shown_is_the_part_that_says_it(session: Session, register: Register) -> None:
    before, after = "Long before that. " * 30, "Long after that. " * 30
    register.initiative("Desk", description=f"{before}The giraffe called. {after}")
    (hit,) = search(session, "giraffes").groups[0].hits
    shown = "".join(piece.text for piece in hit.text)
    assert [piece.text for piece in hit.text if piece.is_marked] == ["giraffe"]
    assert len(shown) < 200
    assert (shown[:2], shown[-2:]) == ("… ", " …")


@pytest.mark.only_database("postgresql")
def test_old_entries_are_found_as_the_newest_ones_are(
    session: Session, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = register.department("Claims")
    for at in range(12):
        pilot = register.initiative(f"Zebra desk {at:02}", claims)
        register.moment(
            pilot, DAY, title=f"Zebra call {at:02}", lesson=f"Zebra lesson {at:02}", kind="near_miss"
        )
    everything = names(session, "zebra")
    assert [len(each) for each in everything.values()] == [6, 6, 6]
    for near in (1, 3, 8):
        monkeypatch.setattr(search_sources, "NEAR", near)
        search_sources.entries_of.cache_clear()
        assert names(session, "zebra") == everything
        assert names(session, "zebra 02")["initiatives"] == ["Zebra desk 02"]
    search_sources.entries_of.cache_clear()


@pytest.mark.only_database("postgresql")
def test_every_table_that_is_searched_has_its_indexes_with_its_bounds(session: Session) -> None:
    query = text("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'search_entries'")
    found = {row.indexname: row.indexdef for row in session.execute(query)}
    expected = {
        f"search_{kind}_{source.name}": (kind, source.name)
        for source in search_sources.SOURCES
        for kind, has_one in (("titles", source.has_title), ("texts", source.has_text))
        if has_one
    }
    assert set(found) == {*expected, "search_entries_pkey"}
    for name, (kind, table) in expected.items():
        assert ("ts_filter(words" in found[name]) is (kind == "titles")
        assert all(str(edge) in found[name] for edge in (first_id(table), last_id(table)))
