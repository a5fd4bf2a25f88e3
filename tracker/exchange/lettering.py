"""Letters as they stand in pictures: which cut of the typeface, how wide words are, and where a line breaks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import ImageFont

#: The typeface in cuts that stand still, for what draws without a browser; fonts/README.md says how they were made.
FONTS = Path(__file__).parent / "fonts"
#: Letters are measured at this size.
MEASURED = 1_000


@dataclass(frozen=True, slots=True)
class Cut:
    """A cut of the typeface: its weight, its width in percent as CSS calls it, and its file."""

    weight: int
    stretch: str
    file: str


TEXT = Cut(400, "normal", "archivo-400.ttf")
STRONG = Cut(640, "normal", "archivo-640.ttf")
NAME = Cut(600, "semi-condensed", "archivo-600-semi-condensed.ttf")
NUMBER = Cut(780, "semi-expanded", "archivo-780-semi-expanded.ttf")


def width_of(words: str, cut: Cut, size: float) -> float:
    """Return how wide words are at a size.

    >>> width_of("mm", TEXT, 20) == 2 * width_of("m", TEXT, 20)
    True
    """
    return _font(cut.file).getlength(words) * size / MEASURED


def cut_short(words: str, cut: Cut, size: float, width: float) -> str:
    """Return words that fit a width, with "…" where some had to go.

    >>> cut_short("Storm desk for every claim", TEXT, 20, 122)
    'Storm desk…'
    """
    if width_of(words, cut, size) <= width:
        return words
    kept = words
    while kept and width_of(f"{kept}…", cut, size) > width:
        kept = kept[:-1]
    whole = kept.rsplit(" ", 1)[0] if " " in kept and len(kept.rsplit(" ", 1)[0]) > len(kept) / 2 else kept
    return f"{whole.rstrip(' ,;:.')}…"


def broken(words: str, cut: Cut, size: float, width: float, most: int) -> list[str]:
    """Return words in lines of a width, at most so many; the last one is cut short where more is left.

    >>> broken("Claims and Legal work together.", TEXT, 20, 160, 3)
    ['Claims and Legal', 'work together.']
    """
    lines: list[str] = []
    left = words.split()
    while left:
        if len(lines) == most - 1:
            return [*lines, cut_short(" ".join(left), cut, size, width)]
        count = 1
        while count < len(left) and width_of(" ".join(left[: count + 1]), cut, size) <= width:
            count += 1
        lines.append(cut_short(" ".join(left[:count]), cut, size, width))
        left = left[count:]
    return lines


def size_that_fits(words: str, cut: Cut, size: float, width: float) -> float:
    """Return the size at which words fit a width, at most the usual one."""
    return min(size, size * width / max(width_of(words, cut, size), 1e-9))


@cache
def _font(file: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / file, MEASURED, layout_engine=ImageFont.Layout.BASIC)
