"""How what is taken along looks: the colours and the typeface of the pages, read from their design tokens."""

from __future__ import annotations

import base64
import re
from functools import cache
from pathlib import Path
from typing import Literal

Theme = Literal["light", "dark"]
#: Design tokens are the only place with colours, and name the files of the typeface.
STATIC = Path(__file__).parents[2] / "static"
TOKENS = STATIC / "css" / "tokens.css"
FAMILY = "Archivo"
#: What stands in for the typeface where it cannot be read.
FALLBACK = f"{FAMILY}, Arial, Helvetica, sans-serif"

_BLOCKS: dict[Theme, str] = {"light": ":root {", "dark": ':root[data-theme="dark"] {'}
_COLOUR = re.compile(r"--([a-z0-9-]+): (#[0-9a-f]{6});")
_FACE = re.compile(r"@font-face \{[^}]*\}")
_FILE = re.compile(r'url\("\.\./([^"]+)"\)')
_RANGE = re.compile(r"unicode-range: ([^;]+);")


@cache
def colours(theme: Theme) -> dict[str, str]:
    """Return the colours of a theme by the names of their tokens.

    >>> colours("light")["bg"], colours("dark")["bg"]
    ('#f3f6f7', '#07161d')
    """
    block = _tokens().split(_BLOCKS[theme], 1)[1].split("}", 1)[0]
    return dict(_COLOUR.findall(block))


def with_fonts(style: str, text: str) -> str:
    """Return a style sheet of the pages with the files of the typeface inside, as far as a text needs them.

    >>> "data:font/woff2;base64," in with_fonts('@font-face { src: url("../fonts/a.woff2"); unicode-range: U+400; }', "a")
    False
    """

    def inside(face: re.Match[str]) -> str:
        covered = _RANGE.search(face[0])
        needed = covered is None or any(_is_in(ord(letter), covered[1]) for letter in set(text))
        return _FILE.sub(lambda file: f"url({_data(file[1])})", face[0]) if needed else ""

    return _FACE.sub(inside, style)


def font_faces(text: str) -> str:
    """Return the rules that bring the typeface along for a text, each with its file inside."""
    return with_fonts("\n".join(_FACE.findall(_tokens())), text)


def _is_in(letter: int, ranges: str) -> bool:
    """Say whether a letter is in a list such as ``U+0000-00FF, U+0131``."""
    for each in ranges.split(","):
        first, _, last = each.strip().removeprefix("U+").partition("-")
        if int(first, 16) <= letter <= int(last or first, 16):
            return True
    return False


@cache
def _tokens() -> str:
    return TOKENS.read_text(encoding="utf-8")


@cache
def _data(name: str) -> str:
    """Return a file of the typeface as an address that holds it."""
    return f"data:font/woff2;base64,{base64.b64encode((STATIC / name).read_bytes()).decode('ascii')}"
