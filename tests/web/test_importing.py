"""Bring a register by page: the dry run says everything first, then all of it goes in at once, or nothing."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.counting import counting
from tests.factories import Cast, Register
from tests.web.browsers import PART, browser_of, entries
from tracker import clock
from tracker.models.departments import Department
from tracker.models.engines import WRITE
from tracker.models.import_drafts import ImportDraft
from tracker.models.initiatives import Initiative
from tracker.services.import_drafts import LARGEST, MOST_WAITING

FILE = (Path(__file__).parent.parent / "fixtures" / "register.csv").read_bytes()
HEADER = "external_id,title,started_on,departments,sponsor\n"
GOOD = (HEADER + "a,Night desk,2026-02-02,Library;Museum,Maud Teller\n").encode()


@pytest.fixture
def alice(app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    """Alice's browser: she runs the transformation office."""
    return browser_of(app, engine, cast.alice)


def bring(
    browser: FlaskClient, data: bytes = FILE, name: str = "register.csv", **fields: str
) -> TestResponse:
    """Send a file with today's date, unless told otherwise."""
    form = {"as_of": clock.today().isoformat(), **fields, "file": (io.BytesIO(data), name)}
    answer = browser.post("/import", data=form, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # the test client keeps a large body in a file
    return answer


def dry_run(browser: FlaskClient, data: bytes = FILE, name: str = "register.csv") -> str:
    """Bring a file that can be read; return the address of its dry run."""
    answer = bring(browser, data, name)
    assert answer.status_code == 303, answer.text
    return answer.location


def version_in(page: str) -> str:
    return page.partition('name="version" value="')[2].partition('"')[0]


def commit(browser: FlaskClient, address: str, **fields: str) -> TestResponse:
    """Press the button of a dry run."""
    return browser.post(address, data={"version": version_in(browser.get(address).text), **fields})


def titles(session: Session) -> list[str]:
    found = list(session.scalars(select(Initiative.title).order_by(Initiative.title)))
    session.rollback()
    return found


def test_the_numbers_before_a_file_open_the_records_of_that_day(
    alice: FlaskClient, register: Register
) -> None:
    claims, legal = register.departments("Claims", "Legal")
    register.initiative("Storm desk", claims, legal, start=clock.today() - timedelta(9))
    page = alice.get(dry_run(alice, GOOD)).text
    told = re.search(r'<a href="([^"]+)">(\d+)</a> of <a href="([^"]+)">(\d+)</a></td><td', page)
    assert told is not None
    assert (told[2], told[4]) == ("1", "1")
    for address in (told[1], told[3]):
        assert "Claims and Legal" in alice.get(address.replace("&amp;", "&")).text


def test_the_page_asks_for_a_file_and_its_date(alice: FlaskClient) -> None:
    page = alice.get("/import").text
    assert f'value="{clock.today()}"' in page
    assert 'type="file"' in page
    assert "Up to 20 MB" in page


def test_the_page_explains_the_columns_that_are_read_and_offers_a_template(alice: FlaskClient) -> None:
    from tracker.exchange.tidy import HEADER as READ

    assert 'href="/download/template.xlsx"' in alice.get("/import").text
    assert all(f"<code>{each}</code>" in alice.get("/import").text for each in READ)


def test_the_dry_run_says_what_each_row_would_do(
    alice: FlaskClient, engine: Engine, session: Session
) -> None:
    address = dry_run(alice)
    before = entries(engine)
    page = alice.get(address).text
    assert "Line 3 has this external_id already; line 7 is left out." in page
    assert "The end lies before the start." in page
    assert page.index("One card once more") < page.index("Books to the ward"), "the refused come first"
    assert "<b>1 of 5 rows</b> name one department: recorded, not counted." in page
    assert "The kind “experiment” is not known here" in page
    assert "5 new departments" in page
    assert "Swimming Baths" in page
    assert "@okeke" in page
    assert "Import 5 rows" in page
    assert titles(session) == []
    assert entries(engine) == before


def test_the_import_stops_at_refused_rows_until_they_are_left_out(
    alice: FlaskClient, session: Session
) -> None:
    address = dry_run(alice)
    answer = commit(alice, address)
    assert answer.status_code == 422
    assert "2 rows are refused. Tick this to leave them out, or mend the file." in answer.text
    assert titles(session) == []
    answer = commit(alice, address, skip_refused="yes")
    done = f"/import/done?on={clock.today() - timedelta(days=1)}&import="
    assert answer.location.startswith(done)
    assert len(titles(session)) == 5
    assert "5 new; 2 refused rows left out." in alice.get("/import/done").text


def test_a_file_without_refused_rows_goes_in_at_once(alice: FlaskClient, session: Session) -> None:
    assert commit(alice, dry_run(alice, GOOD)).status_code == 303
    assert titles(session) == ["Night desk"]


def test_sponsors_that_begin_with_an_at_sign_stay_as_they_are(alice: FlaskClient, session: Session) -> None:
    commit(alice, dry_run(alice), skip_refused="yes")
    from tracker.models.people import Person

    assert "@okeke" in session.scalars(select(Person.name)).all()


def test_the_same_file_again_changes_nothing(alice: FlaskClient, engine: Engine) -> None:
    commit(alice, dry_run(alice, GOOD))
    before = entries(engine)
    page = alice.get(dry_run(alice, GOOD)).text
    assert "Nothing to import" in page
    assert "Import 1 row" not in page
    assert entries(engine) == before


def test_a_changed_row_says_what_changes(alice: FlaskClient) -> None:
    commit(alice, dry_run(alice, GOOD))
    page = alice.get(dry_run(alice, GOOD.replace(b"Night desk", b"Night and day"))).text
    assert "title: Night desk → Night and day" in page


def test_a_register_that_changed_meanwhile_is_shown_again(
    alice: FlaskClient, register: Register, session: Session
) -> None:
    address = dry_run(alice, GOOD)
    version = version_in(alice.get(address).text)
    register.department("Library")
    answer = alice.post(address, data={"version": version})
    assert answer.status_code == 409
    assert "The register, or how this file is read, changed while you were looking." in answer.text
    assert titles(session) == []
    assert alice.post(address, data={"version": version_in(answer.text)}).status_code == 303


def test_a_file_is_let_go_of_once_it_is_imported(alice: FlaskClient, session: Session) -> None:
    address = dry_run(alice, GOOD)
    commit(alice, address)
    assert session.scalar(select(func.count(ImportDraft.id))) == 0
    assert alice.get(address).location.startswith("/import/done?"), "its address leads to what it did"
    assert alice.post(address, data={"version": "1"}).status_code == 404


def test_a_file_can_be_let_go_of_without_importing_it(alice: FlaskClient, session: Session) -> None:
    address = dry_run(alice, GOOD)
    assert alice.post(f"{address}/drop").location == "/import"
    assert session.scalar(select(func.count(ImportDraft.id))) == 0


def test_nobody_but_who_brought_a_file_sees_or_imports_it(
    app: Flask, engine: Engine, cast: Cast, alice: FlaskClient, session: Session
) -> None:
    address = dry_run(alice, GOOD)
    ada = browser_of(app, engine, cast.ada)
    assert ada.get(address).status_code == 404
    assert ada.post(address, data={"version": "0"}).status_code == 404
    ada.post(f"{address}/drop")
    assert session.scalar(select(func.count(ImportDraft.id))) == 1


def test_a_file_is_kept_for_a_day(alice: FlaskClient, engine: Engine) -> None:
    address = dry_run(alice, GOOD)
    with Session(engine) as session:
        session.connection(execution_options={WRITE: True})
        session.scalars(select(ImportDraft)).one().created_at -= timedelta(hours=25)
        session.commit()
    assert alice.get(address).status_code == 404
    dry_run(alice, GOOD)
    with Session(engine) as session:
        assert session.scalar(select(func.count(ImportDraft.id))) == 1


def test_the_oldest_files_of_a_person_make_room(alice: FlaskClient, session: Session) -> None:
    addresses = [dry_run(alice, GOOD) for _ in range(MOST_WAITING + 2)]
    assert session.scalar(select(func.count(ImportDraft.id))) == MOST_WAITING
    assert alice.get(addresses[0]).status_code == 404
    assert alice.get(addresses[-1]).status_code == 200


def test_the_address_is_not_in_the_database_and_the_fingerprint_is_shown(
    alice: FlaskClient, session: Session
) -> None:
    import hashlib

    address = dry_run(alice, GOOD)
    draft = session.scalars(select(ImportDraft)).one()
    assert address.rpartition("/")[2] not in (draft.token_hash, draft.sha256)
    assert hashlib.sha256(GOOD).hexdigest() in alice.get(address).text


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "register.csv", "This file is empty."),
        (GOOD, "", "Choose a file first."),
        (GOOD, "register.xls", "A register comes as a .csv, .tsv, .xlsx or .json file."),
        (
            GOOD,
            "register.csv\N{RIGHT-TO-LEFT OVERRIDE}.exe",
            "A register comes as a .csv, .tsv, .xlsx or .json file.",
        ),
        (b"PK\x03\x04" + b"x" * 50, "register.csv", "This workbook is damaged."),
        (b"\x1f\x8b\x08" + b"x" * 50, "register.json", "compressed"),
        (b"<!doctype html><p>register</p>", "register.csv", "This is a web page."),
        (b'{"initiatives": 7}', "register.json", "list of objects"),
        (b'{"initiatives": [', "register.json", "This is no JSON"),
        (HEADER.encode() + b'a,"Night desk', "register.csv", "never closed"),
        (HEADER.encode() + b"a," + b"x" * 200_000, "register.csv", "characters"),
    ],
)
def test_a_file_that_is_no_register_is_refused_in_words(
    alice: FlaskClient, session: Session, data: bytes, name: str, words: str
) -> None:
    answer = bring(alice, data, name)
    assert answer.status_code == 422
    assert words in answer.text
    assert session.scalar(select(func.count(ImportDraft.id))) == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_any_common_encoding_is_read(alice: FlaskClient, encoding: str) -> None:
    file = (HEADER + "a,Nächtlicher Schalter,2026-02-02,Bücherei;Museum,\n").encode(encoding)
    page = alice.get(dry_run(alice, file)).text
    assert "Nächtlicher Schalter" in page
    assert "Bücherei" in page


@pytest.mark.parametrize("name", ["../../etc/register.csv", "C:\\files\\register.csv", "a" * 300 + ".csv"])
def test_a_name_is_kept_without_its_folders_and_no_longer_than_needed(
    alice: FlaskClient, session: Session, name: str
) -> None:
    dry_run(alice, GOOD, name)
    kept = session.scalars(select(ImportDraft.name)).one()
    assert kept.endswith(".csv")
    assert len(kept) <= 120
    assert not set("/\\") & set(kept)


@pytest.mark.parametrize("as_of", ["", "yesterday", "1899-12-31", "9999-01-01", "2200-12-31"])
def test_a_date_that_a_file_cannot_have_is_refused(alice: FlaskClient, as_of: str) -> None:
    answer = bring(alice, GOOD, as_of=as_of)
    assert answer.status_code == 422
    assert 'id="as_of-wrong"' in answer.text


def test_a_form_without_a_file_or_a_version_is_refused(alice: FlaskClient) -> None:
    answer = alice.post("/import", data={"as_of": clock.today().isoformat()})
    assert (answer.status_code, "Choose a file first." in answer.text) == (422, True)
    assert alice.post(dry_run(alice, GOOD), data={}).status_code == 422


def test_a_larger_file_than_any_register_is_told_what_to_do(alice: FlaskClient) -> None:
    answer = bring(alice, b"x" * (LARGEST + 1))
    assert answer.status_code == 422
    answer = bring(alice, b"x" * (LARGEST + 100_000))
    assert answer.status_code == 413
    assert "A file can have 20 MB. Split it by years" in answer.text


def test_only_those_who_may_import_may_send_more_than_a_form_holds(
    app: Flask, engine: Engine, cast: Cast, alice: FlaskClient
) -> None:
    large = HEADER.encode() + b"\n" * 3_000_000
    assert bring(alice, large + b"a,Night desk,,,\n").status_code == 303
    app.config.update(WTF_CSRF_ENABLED=True)  # the form's token is looked for in the body, before any view
    assert bring(browser_of(app, engine, cast.dora), large).status_code == 413
    assert bring(app.test_client(), large).status_code == 413


def test_the_rows_are_shown_in_pages_and_by_what_happens(alice: FlaskClient) -> None:
    rows = "".join(f"r{at},Row {at},2026-02-02,Library;Museum,\n" for at in range(120))
    address = dry_run(alice, (HEADER + rows + "r1,Twice,2026-02-02,Library,\n").encode())
    first = alice.get(address).text
    assert "1–50 of 121 rows" in first
    assert "Row 118" not in first
    assert "Row 118" in alice.get(f"{address}?page=3").text
    refused = alice.get(f"{address}?show=refused").text
    assert "Twice" in refused
    assert "Row 5<" not in refused
    assert alice.get(f"{address}?page=99").status_code == 200
    assert alice.get(f"{address}?show=nonsense&page=x").status_code == 200


def test_leafing_through_rows_asks_the_database_as_little_for_many_as_for_few(
    alice: FlaskClient, engine: Engine
) -> None:
    def sent(count: int) -> int:
        rows = "".join(f"r{at},Row {at},2026-02-02,Library;Museum,Maud\n" for at in range(count))
        address = dry_run(alice, (HEADER + rows).encode())
        alice.get(address)  # what every page reads once after a change
        with counting(engine) as statements:
            alice.get(f"{address}?page=2")
        return len(statements)

    assert sent(60) == sent(120)


def test_a_register_saved_from_here_comes_back_unchanged(alice: FlaskClient) -> None:
    commit(alice, dry_run(alice), skip_refused="yes")
    saved = alice.get("/export/portfolio.json")
    assert saved.headers["Content-Disposition"].startswith('attachment; filename="portfolio-')
    page = alice.get(dry_run(alice, saved.data, "portfolio.json")).text
    assert "Nothing to import" in page


def test_a_part_of_the_page_comes_without_its_frame(alice: FlaskClient) -> None:
    address = dry_run(alice)
    part = alice.get(address, headers=PART).text
    assert "<html" not in part
    assert 'id="importing-plan"' in part
    wrong = alice.post("/import", data={}, headers=PART)
    assert (wrong.status_code, "<html" in wrong.text) == (422, False)
    done = alice.post(address, data={"version": version_in(part), "skip_refused": "yes"}, headers=PART)
    assert (done.status_code, done.headers["HX-Redirect"][:12]) == (204, "/import/done")


def test_the_sample_is_offered_to_an_empty_register_alone(
    app: Flask, engine: Engine, register: Register
) -> None:
    admin = register.account("Ada Admin", "admin")
    browser = app.test_client()
    from tests.signing import sign_in

    sign_in(browser, engine, admin.id)
    assert "Load the sample" in browser.get("/import").text
    register.department("Depot")
    assert "Load the sample" not in browser.get("/import").text
    assert browser.post("/sample").status_code == 422


def test_the_sample_comes_and_goes_by_page(
    app: Flask, engine: Engine, register: Register, session: Session
) -> None:
    from tests.signing import sign_in

    admin = register.account("Ada Admin", "admin")
    browser = app.test_client()
    sign_in(browser, engine, admin.id)
    assert browser.get("/sample/remove").status_code == 404
    assert browser.post("/sample").location == "/"
    page = browser.get("/sample/remove").text
    assert "62 initiatives, 14 departments, 12 sponsors" in page
    assert "Josie Lindgren" in page
    assert "The name Harbour Mutual" in page
    assert browser.post("/sample/remove").location == "/"
    assert session.scalar(select(func.count(Department.id))) == 0
    assert browser.post("/sample/remove").status_code == 404
