"""Templates as a tree of tags: Jinja's own marks taken out, so that rules can be asked of the markup."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL)
MACRO = re.compile(r"\{%-?\s*macro\b.*?endmacro\s*-?%\}", re.DOTALL)
VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
#: What stands for a value that a template prints: a word that no rule looks for.
PRINTED = "printed"


@dataclass
class Tag:
    """One element: its name, its attributes, and those around it."""

    name: str
    attributes: dict[str, str]
    parent: Tag | None
    line: int
    children: list[Tag] = field(default_factory=list)

    def around(self) -> list[Tag]:
        """Return the elements around this one, the nearest first."""
        found, here = [], self.parent
        while here is not None:
            found.append(here)
            here = here.parent
        return found


class Reader(HTMLParser):
    """Reads markup into tags; an SVG shape that closes itself is a tag without children."""

    def __init__(self) -> None:
        super().__init__()
        self.roots: list[Tag] = []
        self.every: list[Tag] = []
        self.here: Tag | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        made = Tag(tag, {name: value or "" for name, value in attrs}, self.here, self.getpos()[0])
        (self.here.children if self.here else self.roots).append(made)
        self.every.append(made)
        if tag not in VOID:
            self.here = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open and close an element."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID and self.here is not None:
            self.here = self.here.parent

    def handle_endtag(self, tag: str) -> None:
        """Close the nearest element of this name; one that a condition opened elsewhere is let go."""
        here = self.here
        while here is not None and here.name != tag:
            here = here.parent
        if here is not None:
            self.here = here.parent


def plain(text: str) -> str:
    """Return the markup of a template without Jinja's statements, its values replaced by a word."""
    kept = JINJA.sub(lambda found: "\n" * found[0].count("\n"), text)
    return VALUE.sub(lambda found: PRINTED + "\n" * found[0].count("\n"), kept)


def read(path: Path, *, macros: bool = True) -> Reader:
    """Read a template file; its own macros print nothing where they stand, so they can be left out."""
    text = path.read_text(encoding="utf-8")
    reader = Reader()
    reader.feed(plain(text if macros else MACRO.sub("", text)))
    reader.close()
    return reader


def all_templates() -> list[Path]:
    """Return every template."""
    return sorted(TEMPLATES.rglob("*"), key=str)
