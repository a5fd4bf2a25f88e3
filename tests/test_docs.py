"""What the documents promise is what there is: every setting, command and address, and nothing else."""

from __future__ import annotations

import inspect
import re

import click
import pytest
from flask import Flask

from tests.sources import ROOT
from tracker.cli.commands import COMMANDS
from tracker.config import SETTINGS
from tracker.version import VERSION
from tracker.watching import MEANINGS

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def rows(section: str) -> list[list[str]]:
    """Return the cells of the table of a section of the README, its head left out."""
    text = README.split(f"\n## {section}\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("|--")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def first_sentence(text: str | None) -> str:
    """Return the first line of a docstring."""
    return " ".join((text or "").strip().split("\n\n")[0].split())


def test_the_readme_lists_every_setting_with_its_default_and_meaning() -> None:
    expected = [
        [f"`{each.name}`", f"`{each.default}`" if each.default else "–", each.meaning] for each in SETTINGS
    ]
    assert rows("Settings") == expected


def called(command: click.Command) -> str:
    """Return how a command is called: its name, its arguments and its options."""
    parts = [f".venv/bin/flask {command.name}"]
    for each in command.params:
        if isinstance(each, click.Argument):
            parts.append(each.make_metavar(click.Context(command)))
        elif isinstance(each, click.Option):
            value = "" if each.is_flag else f" {each.make_metavar(click.Context(command))}"
            given = f"{each.opts[0]}{value}"
            parts.append(given if each.required else f"[{given}]")
    return " ".join(parts)


def test_the_readme_lists_every_command_with_its_options() -> None:
    listed = {row[0].strip("`"): row[1] for row in rows("Commands")}
    expected = {called(each): first_sentence(each.help).replace("``", "`") for each in COMMANDS}
    assert {name: listed.get(name) for name in expected} == expected
    assert set(listed) - set(expected) == {".venv/bin/flask db upgrade"}


@pytest.mark.only_database("sqlite")
def test_the_readme_lists_every_address_of_the_api(app: Flask) -> None:
    expected = {}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/") or rule.endpoint in ("health.live", "watching.metrics"):
            method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            view = inspect.unwrap(app.view_functions[rule.endpoint])
            expected[f"{method} {rule.rule}"] = first_sentence(view.__doc__).replace("``", "`")
    listed = {row[0].strip("`"): row[1] for row in rows("API")}
    assert set(listed) == set(expected)
    assert {name: listed[name].startswith(words) for name, words in expected.items()} == dict.fromkeys(
        expected, True
    )


def test_the_readme_lists_everything_that_is_counted() -> None:
    assert rows("Watch it") == [[f"`{name}`", meaning] for name, meaning in MEANINGS.items()]


def test_the_readme_shows_the_two_commands_and_a_picture() -> None:
    assert "\n```\npython3 run.py demo\n```\n" in README
    assert "\n```\npython3 run.py serve\n```\n" in README
    picture = re.search(r"!\[[^]]{20,}\]\(([^)]+)\)", README)
    assert picture is not None
    file = ROOT / picture[1]
    assert file.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert file.stat().st_size <= 300_000


@pytest.mark.parametrize(
    "text", [README, CONTRIBUTING, CHANGELOG], ids=["README", "CONTRIBUTING", "CHANGELOG"]
)
def test_every_file_a_document_links_to_is_there(text: str) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert [each for each in links if not (ROOT / each).exists()] == []


def test_every_file_the_recipes_name_is_there() -> None:
    named = re.findall(r"`((?:tracker|templates|tests|migrations|static)/[\w./-]+\.\w+)`", CONTRIBUTING)
    assert named
    assert [each for each in named if not (ROOT / each).exists()] == []


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(r"^## (?:\[)?([\d.]+|Unreleased)", CHANGELOG, flags=re.MULTILINE)
    assert VERSION in versions


def test_every_package_that_runs_it_is_pinned_and_explained() -> None:
    pins = [
        line.split(";")[0].strip()
        for name in ("requirements.txt", "requirements-dev.txt")
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert [each for each in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!_-]+", each)] == []


def test_the_documents_use_the_words_of_the_product() -> None:
    for word in ("silo buster", "stakeholder", "synergy", "KPI"):
        assert word.lower() not in (README + CONTRIBUTING + CHANGELOG).lower()
