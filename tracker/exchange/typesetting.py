"""Files for printing and showing, set by Typst: our layout, our letters, and nothing from the network or the machine."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from tracker.exchange.lettering import FONTS

#: Layouts, in a folder of their own: a layout reads nothing outside of it.
LAYOUTS = Path(__file__).parent / "layouts"
#: Typst keeps what it worked out until it has set so many other files. A server has no use for that: nobody asks for
#: the same picture twice, since whoever calls keeps the file, and it would come to hundreds of megabytes.
KEPT_FOR = 11
#: A picture of so many pixels an inch is as large as it is drawn.
USUAL_PIXELS = 96


def pdf(layout: str, data: dict[str, Any], on: date) -> bytes:
    """Return a layout filled with data as PDF, tagged for reading aloud, the same bytes for the same data.

    ``on``: the day that the file says it was made.
    """
    moment = datetime(on.year, on.month, on.day, tzinfo=UTC)
    asked = {"data": json.dumps(data, ensure_ascii=False)}
    return _set(LAYOUTS / layout, format="pdf", sys_inputs=asked, timestamp=moment)


def png(svg: bytes, scale: float = 1) -> bytes:
    """Return a picture as PNG, so many times as large as it is drawn."""
    asked = {"picture": svg.decode()}
    return _set(LAYOUTS / "picture.typ", format="png", ppi=USUAL_PIXELS * scale, sys_inputs=asked)


def _set(layout: Path, **how: Any) -> bytes:
    """Set a file, and let Typst forget it."""
    made: bytes = typst.compile(layout, root=LAYOUTS, font_paths=_fonts(), **how)
    for _ in range(KEPT_FOR):
        typst.compile(b"", font_paths=_fonts(), format="svg")
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])
