"""The story of a day as one file: the stage with its film, the scenes and the table, playing without a network.

Styles, scripts, letters and the film stand inside it. Its own policy lets it run these scripts alone, and load nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

from flask import current_app

from tracker.exchange.deck import Telling
from tracker.exchange.flagging import flags_of
from tracker.exchange.looks import with_fonts
from tracker.exchange.picture import behind
from tracker.exchange.staging import chart_of, track_of
from tracker.queries.film import Film
from tracker.queries.scenes import Source
from tracker.queries.stage import Month
from tracker.queries.stories import Story
from tracker.queries.telling import Told, named_of
from tracker.web.filming import after_number, day_words, document
from tracker.web.stage_links import StageLinks

STYLES = ("tokens", "base", "controls", "records", "stage", "film", "one-file")
#: The stage asks for its poses where they wait, and everything else before it.
SCRIPTS = ("theme", "keys", "pose", "stage")
#: How pose.js is handed over inside a file, where nothing can be imported.
_EXPORT = re.compile(r"^export const (\w+)", re.MULTILINE)
_NOTES = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLANKS = re.compile(r"\n\s*")


def one_file(story: Story, page_at: Callable[..., str]) -> bytes:
    """Return the file; ``page_at`` gives the full address of a page by its name and its values, as `url_for` does.

    Its template is drawn without a request's own values: nothing of who made it is in it.
    """

    def address(source: Source) -> str:
        if source.receipt:
            return page_at("receipts.show", receipt=source.receipt)
        return page_at(source.page, **dict(source.values))

    links = FileLinks(story, page_at)
    stage = story.film.still(story.at, story.captions[story.at])
    chart = chart_of(stage)
    page = current_app.jinja_env.get_template("taking/film.html").render(
        story=story,
        film=story.film,
        stage=stage,
        track=track_of(stage, closed=True),
        chart=chart,
        flags=flags_of(story.film.flags, chart),
        named=named_of(stage.told),
        sentence=after_number(story.film, story.at),
        name=day_words(story.film, story.at),
        names=[day_words(story.film, at) for at in range(len(story.film.months))],
        links=links,
        compared=links.compared(story.film, story.at),
        behind=Telling(story, address).behind,
        made_from=(behind(story).words, address(behind(story))),
    )
    film = _film(story, links)
    style, script = _style(page + film), _script()
    # What people typed is escaped, so these comments are the template's own.
    for place, inside in (
        ("policy", f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">'),
        ("style", f"<style>{style}</style>"),
        ("script", f'<script type="module">{script}</script>'),
        ("film", f'<script type="application/json" id="stage-film">{film}</script>'),
    ):
        page = page.replace(f"<!-- {place} -->", inside, 1)
    return page.encode()


class FileLinks(StageLinks):
    """From a file to the tracker: to the pages of the register, out of a snapshot to its receipts."""

    def __init__(self, story: Story, page_at: Callable[..., str]) -> None:
        self.story, self.page_at = story, page_at
        self.part = story.film.narrowing.filters.asked

    def page(self, _on: date | None) -> str:
        """Return no page: the file is all of it."""
        return ""

    def data(self, _on: date) -> str:
        """Return no data: they are in the file."""
        return ""

    def notes(self, _on: date) -> str:
        """Return no notes: they stay with the speaker."""
        return ""

    def month(self, at: int) -> str:
        """Return what stands behind a month of the table."""
        receipt = self.story.receipts.of_month(at)
        on = self.story.film.months[at].on.isoformat()
        return self._receipt(receipt) or self.page_at("momentum.table", on=on, **self.part)

    def number(self, film: Film, at: int) -> str:
        """Return the pairs that work together, or the receipt of their number."""
        receipt, on = self.story.receipts.of_month(at), film.months[at].on.isoformat()
        return self._receipt(receipt) or self.page_at("pairs.index", band="together", on=on, **self.part)

    def moment(self, told: Told) -> str:
        """Return a moment, or its receipt."""
        if self.story.snapshot:
            return self._receipt(self.story.receipts.moments.get(told.public_id, ""))
        return self.page_at("moments.show", public_id=told.public_id)

    def counted(self, month: Month) -> str:
        """Return the list of the moments of a month; a snapshot keeps no receipt of it."""
        if self.story.snapshot:
            return ""
        part = {"work" if name == "kind" else name: value for name, value in self.part.items()}
        days = {"since": month.since.isoformat(), "until": month.on.isoformat()}
        return self.page_at("moments.index", counted="yes", **days, **part)

    def node(self, id_: str, *, is_department: bool) -> str:
        """Return the page of a department."""
        is_live = is_department and not self.story.snapshot
        return self.page_at("departments.show", public_id=id_) if is_live else ""

    def _receipt(self, receipt: str) -> str:
        return self.page_at("receipts.show", receipt=receipt) if receipt else ""


def _film(story: Story, links: StageLinks) -> str:
    """Return the film as JSON in which nothing can end its element."""
    found = document(story.film, story.captions, story.at, links)
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _style(text: str) -> str:
    """Return the styles of the pages with the letters that a text needs, without notes to their readers."""
    sheets = "\n".join(_static(f"css/{name}.css") for name in STYLES)
    return with_fonts(_BLANKS.sub("\n", _NOTES.sub("", sheets)), text)


@cache
def _script() -> str:
    """Return the scripts of the pages as one; nothing is imported, so poses wait under a name of their own."""
    found = []
    for name in SCRIPTS:
        text = _static(f"js/{name}.js")
        if name == "pose":
            poses, names = _EXPORT.sub(r"const \1", text), ", ".join(_EXPORT.findall(text))
            text = f"globalThis.stagePose = (() => {{\n{poses}\nreturn {{ {names} }};\n}})();"
        found.append(text)
    return "\n".join(found)


def _policy(style: str, script: str) -> str:
    """Return what the file may do: run its script, wear its style, and load what stands in it."""
    return (
        f"default-src 'none'; script-src {_mark(script)}; style-src {_mark(style)}; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )


def _mark(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


def _static(name: str) -> str:
    return (Path(current_app.static_folder or "") / name).read_text(encoding="utf-8")
