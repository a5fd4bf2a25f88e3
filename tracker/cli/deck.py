"""``flask deck``: the story of a day as a file: PowerPoint, PDF, a picture, or one file that plays."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError
from werkzeug.routing import MapAdapter

from tracker import clock
from tracker.cli.exporting import write_file
from tracker.cli.options import DAY
from tracker.exchange.picture import picture
from tracker.exchange.story_pages import story_pdf
from tracker.exchange.typesetting import png
from tracker.extensions import db
from tracker.models.initiatives import KINDS
from tracker.queries.narrowing import Filters, filters_called
from tracker.queries.scenes import Source
from tracker.queries.stories import Story, ended
from tracker.services.decks import powerpoint, story_to_give, usual_since
from tracker.services.errors import InvalidInput
from tracker.web.one_file import one_file

#: The ends of names that say what a file is; PowerPoint alone takes a template.
POWERPOINT, OTHERS = ".pptx", (".pdf", ".png", ".svg", ".html")


@click.command("deck")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--on", "on", type=DAY, required=True, help="The day that is told, as 2026-06-30.")
@click.option(
    "--since", "since", type=DAY, help="What came after this day is told; three months when left out."
)
@click.option(
    "--division",
    "division",
    metavar="NAME",
    default="",
    help="Only this division: its own pairs, wins and momentum.",
)
@click.option("--theme", "theme", metavar="NAME", default="", help="Only by the initiatives of this theme.")
@click.option(
    "--kind", "kind", metavar="KIND", type=click.Choice(KINDS), help="Only by initiatives of this kind."
)
@click.option(
    "--template",
    "template",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A company's .pptx or .potx, whose layouts are filled; our plain one when left out.",
)
@click.option("--classification", "classification", default="", help="A line at the foot of every page.")
@click.option(
    "--address",
    "address",
    default="http://127.0.0.1:8000",
    help="Where the tracker answers, for the links; http://127.0.0.1:8000 when left out.",
)
@with_appcontext
def deck(
    *,
    file: Path,
    on: date,
    since: date | None,
    division: str,
    theme: str,
    kind: str | None,
    template: Path | None,
    classification: str,
    address: str,
) -> None:
    """Write the story of a day to FILE, as the end of its name says: .pptx, .pdf, .png, .svg, or .html that plays alone."""
    suffix = file.suffix.lower()
    if suffix not in (POWERPOINT, *OTHERS):
        known = ", ".join((POWERPOINT, *OTHERS))
        raise click.BadParameter(f"Let its name end in one of these: {known}.", param_hint="FILE")
    if template and suffix != POWERPOINT:
        raise click.BadParameter("Only a .pptx is made in a template.", param_hint="--template")
    pages = _pages_at(address)
    try:
        story = story_to_give(
            db.session,
            on=on,
            since=since or usual_since(on),
            today=clock.today(),
            classification=classification,
            filters=_filters(division, theme, kind or ""),
        )
        data = _made(suffix, story, pages, template.read_bytes() if template else None)
    except (OperationalError, ProgrammingError) as error:
        raise click.ClickException(
            "The register could not be read. If it is new, run flask db upgrade first; flask doctor says what is wrong."
        ) from error
    except InvalidInput as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{template} cannot be read: {error.strerror}.") from error
    write_file(file, data)


def _made(suffix: str, story: Story, pages: MapAdapter, template: bytes | None) -> bytes:
    """Return the file that the end of its name asks for; its links lead to the pages."""

    def page_at(endpoint: str, **values: object) -> str:
        return pages.build(endpoint, values, force_external=True)

    def address(source: Source) -> str:
        return page_at(source.page, **dict(source.values))

    story = ended(story)
    if suffix == ".pdf":
        return story_pdf(story, address)
    if suffix == ".png":
        return png(picture(story, address, has_font=False))
    if suffix == ".svg":
        return picture(story, address)
    if suffix == ".html":
        return one_file(story, page_at)
    return powerpoint(story, address=address, template=template)


def _filters(division: str, theme: str, kind: str) -> Filters:
    """Return the filters that the names ask for, or say which of them nobody knows."""
    filters, wrong = filters_called(db.session, division, theme, kind)
    for name, message in wrong.items():
        raise click.BadParameter(message, param_hint=f"--{name}")
    return filters


def _pages_at(address: str) -> MapAdapter:
    """Return the addresses of the pages under the tracker's own, which need not be one it answers to from here."""
    try:
        found = urlsplit(address)
        port = found.port
    except ValueError:
        found, port = urlsplit(""), None
    if found.scheme not in ("http", "https") or not found.hostname or found.query or found.fragment:
        raise click.BadParameter("Write it as https://tracker.example.org.", param_hint="--address")
    host = found.hostname if port is None else f"{found.hostname}:{port}"
    return current_app.url_map.bind(host, found.path.rstrip("/") + "/", url_scheme=found.scheme)
