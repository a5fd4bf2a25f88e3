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
#: A picture of so many pixels an inch is as large as it is drawn.
USUAL_PIXELS = 96


def pdf(layout: str, data: dict[str, Any], on: date) -> bytes:
    """Return a layout filled with data as PDF, tagged for reading aloud, the same bytes for the same data.

    ``on``: the day that the file says it was made.
    """
    moment = datetime(on.year, on.month, on.day, tzinfo=UTC)
    return typst.compile(
        LAYOUTS / layout,
        root=LAYOUTS,
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=moment,
    )


def png(svg: bytes, scale: int = 1) -> bytes:
    """Return a picture as PNG, so many times as large as it is drawn."""
    return typst.compile(
        LAYOUTS / "picture.typ",
        root=LAYOUTS,
        font_paths=_fonts(),
        format="png",
        ppi=USUAL_PIXELS * scale,
        sys_inputs={"picture": svg.decode()},
    )


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])
