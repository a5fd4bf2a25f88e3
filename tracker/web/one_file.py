"""The story of a day as one file: the stage with its film, the scenes and the table, playing without a network.

Styles, scripts, letters and the film stand inside it. Its own policy lets it run these scripts alone, and load nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from urllib.parse import urljoin

from flask import current_app, url_for

from tracker.exchange.flagging import flags_of
from tracker.exchange.looks import Theme, with_fonts
from tracker.exchange.picture import behind
from tracker.exchange.staging import chart_of, track_of
from tracker.queries.scenes import Source
from tracker.queries.stories import Story
from tracker.queries.telling import named_of
from tracker.web.filming import after_number, day_words, document

STYLES = ("tokens", "base", "controls", "records", "stage", "film", "one-file")
#: The stage asks for its poses where they wait, and everything else before it.
SCRIPTS = ("theme", "keys", "pose", "stage")
#: How pose.js is handed over inside a file, where nothing can be imported.
_EXPORT = re.compile(r"^export const (\w+)", re.MULTILINE)
_NOTES = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLANKS = re.compile(r"\n\s*")


def one_file(story: Story, address: Callable[[Source], str], base: str, theme: Theme = "dark") -> bytes:
    """Return the file; ``base`` is where the tracker answers, ``address`` gives the full address of a page.

    Its template is drawn without a request's own values: nothing of who made it is in it.
    """
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
        theme=theme,
        base=base.rstrip("/"),
        address=address,
        behind=behind(story),
        url_for=partial(url_for, _external=True),
    )
    film = _film(story, base)
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


def _film(story: Story, base: str) -> str:
    """Return the film as JSON in which nothing can end its element; its links lead to the tracker."""
    found = document(story.film, story.captions, story.at)
    for month in found["months"]:
        for told in month["told"]:
            told[-1] = urljoin(base, told[-1])
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
