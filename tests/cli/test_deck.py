"""``flask deck``: a day's story as a file from the command line, its links under the tracker's own address."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.databases import config_for
from tests.exchange.making_decks import arrange, company_template, opened, texts
from tests.factories import Register
from tracker.app import create_app


def run(app: Flask, *args: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["deck", *(str(each) for each in args)])


@pytest.fixture
def file(register: Register, tmp_path: Path) -> Path:
    """Where the deck goes; the register is arranged."""
    arrange(register)
    return tmp_path / "all-hands.pptx"


def test_it_writes_the_scenes_of_a_day(app: Flask, file: Path) -> None:
    result = run(app, "--on", "2026-06-30", "--since", "2026-04-30", "--classification", "Internal", file)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"Wrote {file}.\n")
    slides = opened(file.read_bytes()).slides
    said = [each.shapes.title.text for each in slides]
    assert said[0] == "4 of 6 department pairs work together."
    assert "What changed since 30 April" in said
    assert "Internal · 30 June 2026" in texts(slides[0])


def test_three_months_are_told_unless_another_day_is_named(app: Flask, file: Path) -> None:
    run(app, "--on", "2026-06-30", file)
    assert "What changed since 31 March" in [
        each.shapes.title.text for each in opened(file.read_bytes()).slides
    ]


@pytest.mark.parametrize(
    "address", ["https://tracker.example.org/pilots", "https://tracker.example.org:8443", ""]
)
def test_links_lead_to_the_tracker_s_own_address(app: Flask, file: Path, address: str) -> None:
    run(app, "--on", "2026-06-30", *(("--address", address) if address else ()), file)
    notes = opened(file.read_bytes()).slides[0].notes_slide.notes_text_frame.text
    begin = address or "http://127.0.0.1:8000"
    assert f"The pairs that work together: {begin}/pairs?band=together&on=2026-06-30" in notes.splitlines()


@pytest.mark.parametrize(
    "address", ["tracker.example.org", "ftp://tracker", "https://", "https://a:b:c", "https://a?b"]
)
def test_what_is_no_address_is_refused(app: Flask, file: Path, address: str) -> None:
    result = run(app, "--on", "2026-06-30", "--address", address, file)
    assert result.exit_code == 2
    assert "Write it as https://tracker.example.org." in result.stderr
    assert not file.exists()


def test_a_template_is_filled(app: Flask, file: Path, tmp_path: Path) -> None:
    template = tmp_path / "company.pptx"
    template.write_bytes(company_template())
    assert run(app, "--on", "2026-06-30", "--template", template, file).exit_code == 0
    assert opened(file.read_bytes()).slides[0].slide_layout.name == "Company Two Content"


@pytest.mark.parametrize(
    ("suffix", "begin"),
    [
        (".pdf", b"%PDF-"),
        (".png", b"\x89PNG"),
        (".svg", b"<?xml"),
        (".html", b"<!doctype html>"),
        (".PDF", b"%PDF-"),
    ],
)
def test_the_end_of_the_name_says_what_the_file_is(app: Flask, file: Path, suffix: str, begin: bytes) -> None:
    file = file.with_suffix(suffix)
    result = run(app, "--on", "2026-06-30", "--address", "https://tracker.example.org/pilots", file)
    assert (result.exit_code, result.stderr) == (0, f"Wrote {file}.\n")
    data = file.read_bytes()
    assert data.startswith(begin)
    if suffix in (".svg", ".html"):
        addresses = set(re.findall(rb'href="(http[^"]+)"', data))
        assert addresses
        assert {
            each for each in addresses if not each.startswith(b"https://tracker.example.org/pilots/")
        } == set()


def test_a_name_that_says_nothing_and_a_template_for_another_file_are_refused(
    app: Flask, file: Path, tmp_path: Path
) -> None:
    (tmp_path / "company.pptx").write_bytes(company_template())
    nothing = run(app, "--on", "2026-06-30", tmp_path / "story.docx")
    other = run(app, "--on", "2026-06-30", "--template", tmp_path / "company.pptx", tmp_path / "story.pdf")
    assert (nothing.exit_code, other.exit_code) == (2, 2)
    assert "Let its name end in one of these: .pptx, .pdf, .png, .svg, .html." in nothing.stderr
    assert "Only a .pptx is made in a template." in other.stderr
    assert not (tmp_path / "story.pdf").exists()


def test_a_part_is_told_by_name(app: Flask, file: Path, register: Register) -> None:
    storm = register.theme("Storm season")
    register.initiative(
        "Storm desk", *register.departments("North", "South"), start=date(2026, 5, 4), theme_id=storm.id
    )
    register.division("Unused")
    assert run(app, "--on", "2026-06-30", "--theme", "storm season", "--kind", "pilot", file).exit_code == 0
    title = opened(file.read_bytes()).slides[0].shapes.title.text
    assert title.endswith("works together by pilots of the theme “Storm season”.")
    for option, value, words in (
        ("--theme", "Storms", "There is no theme “Storms”. There are: Storm season."),
        ("--division", "Nowhere", "There is no division “Nowhere”. There are: Unused."),
        ("--kind", "plot", "'plot' is not one of 'pilot', 'quick_win', 'near_miss'."),
    ):
        refused = run(app, "--on", "2026-06-30", option, value, file)
        assert refused.exit_code == 2
        assert words in refused.stderr
    empty = run(app, "--on", "2026-06-30", "--division", "Unused", file)
    assert (empty.exit_code, "has no department" in empty.stderr) == (1, True)


def test_a_file_that_is_no_template_leaves_nothing_behind(app: Flask, file: Path, tmp_path: Path) -> None:
    template = tmp_path / "notes.txt"
    template.write_text("nothing")
    result = run(app, "--on", "2026-06-30", "--template", template, file)
    assert result.exit_code == 1
    assert result.stderr == "Error: This is no PowerPoint file. Bring a .pptx or a .potx.\n"
    assert not file.exists()


def test_a_day_to_come_and_a_period_that_ends_before_it_begins_are_refused(app: Flask, file: Path) -> None:
    assert "Choose today or a day before it" in run(app, "--on", "2199-01-01", file).stderr
    backwards = run(app, "--on", "2026-06-30", "--since", "2026-07-01", file)
    assert "Choose a day before the day that is told." in backwards.stderr
    assert run(app, file).exit_code == 2
    assert run(app, "--on", "30 June", file).exit_code == 2


def test_a_place_that_cannot_be_written_to_is_said(app: Flask, file: Path, tmp_path: Path) -> None:
    result = run(app, "--on", "2026-06-30", tmp_path / "nowhere" / "a.pptx")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


@pytest.mark.only_database("sqlite")
def test_a_database_without_tables_is_told_what_to_do(database: str, tmp_path: Path, file: Path) -> None:
    app = create_app(config_for(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path))
    result = run(app, "--on", date(2026, 6, 30).isoformat(), file)
    assert result.exit_code == 1
    assert "run flask db upgrade first" in result.stderr
