"""Text on slides: what can be written, how large it fits its box, and the links behind it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx.oxml.ns import qn
from pptx.util import Pt

#: Characters that no XML can hold.
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: Sizes that text is made smaller to, in points; how wide a letter is and how high a line, in sizes of the type.
SIZES = (54, 44, 40, 36, 32, 28, 24, 20, 18, 16, 14, 12, 11, 10)
LETTER, LINE, BETWEEN = 0.54, 1.2, 0.45
#: The styles of a master by the kind of a placeholder.
STYLES = {"title": "p:titleStyle", "body": "p:bodyStyle", "ftr": "p:otherStyle"}
#: English Metric Units of a point; what a placeholder is taken to have where neither it nor its master says.
POINT, USUAL = 12_700, 18.0


@dataclass(frozen=True, slots=True)
class Link:
    """Words of a line and the address they open, "" for plain words."""

    words: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: its parts, and its size as a share of the text around it; ``is_strong`` for a large number."""

    parts: tuple[Link, ...]
    size: float = 1.0
    is_strong: bool = False

    @property
    def words(self) -> str:
        """Return the words of all parts."""
        return "".join(part.words for part in self.parts)


def readable(text: str) -> str:
    r"""Return text without what no XML can hold.

    >>> readable("Storm\x0b desk")
    'Storm desk'
    """
    return UNREADABLE.sub("", text)


def fitting(lines: Sequence[Line], width: int, height: int, usual: float) -> float:
    """Return the largest size in points, at most the usual one, at which lines fit a box; the smallest if none does.

    >>> fitting([Line((Link("Short"),))], 9_000_000, 900_000, 32.0)
    32.0
    >>> fitting([Line((Link("word " * 60),))], 9_000_000, 900_000, 32.0)
    12.0
    """
    for size in (usual, *(float(each) for each in SIZES if each < usual)):
        if _height(lines, width, size) <= height:
            return size
    return min(usual, float(SIZES[-1]))


def _height(lines: Sequence[Line], width: int, size: float) -> float:
    """Estimate how high lines are at a size, from letters of a middle width."""
    high = 0.0
    for line in lines:
        own = size * line.size
        across = max(1.0, width / (own * LETTER * POINT))
        high += own * (max(1, math.ceil(len(line.words) / across)) * LINE + BETWEEN)
    return high * POINT


def inherited_size(placeholder: Any, layout: Any, kind: str) -> float:
    """Return the size in points that a title, body or ftr has at its first level from its layout or its master."""
    found = (placeholder._element, *_same_kind(layout.slide_master, kind))  # noqa: SLF001 (styles are not in the library's reach)
    for element in found:
        said = element.find(f"{qn('p:txBody')}/{qn('a:lstStyle')}/{qn('a:lvl1pPr')}/{qn('a:defRPr')}")
        if said is not None and said.get("sz"):
            return int(said.get("sz")) / 100
    styles = layout.slide_master._element.find(qn("p:txStyles"))  # noqa: SLF001 (as above)
    said = None if styles is None else styles.find(f"{qn(STYLES[kind])}/{qn('a:lvl1pPr')}/{qn('a:defRPr')}")
    return int(said.get("sz")) / 100 if said is not None and said.get("sz") else USUAL


def _same_kind(master: Any, kind: str) -> list[Any]:
    return [each._element for each in master.placeholders if each._element.ph.get("type") == kind]  # noqa: SLF001 (as above)


def write(frame: Any, lines: Sequence[Line], usual: float, size: float, *, marks: bool = True) -> None:
    """Write paragraphs into a text frame; sizes are said only where they are not the usual one.

    ``marks``: keep the bullets that the layout gives.
    """
    for at, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if not at else frame.add_paragraph()
        if not marks:
            properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 (bullets are not in the library's reach)
            properties.set("marL", "0")
            properties.set("indent", "0")
            properties.insert(0, properties.makeelement(qn("a:buNone"), {}))
        for part in line.parts:
            run = paragraph.add_run()
            run.text = readable(part.words)
            if size * line.size != usual:
                run.font.size = Pt(round(size * line.size, 1))
            if line.is_strong:
                run.font.bold = True
            if part.address:
                run.hyperlink.address = part.address
